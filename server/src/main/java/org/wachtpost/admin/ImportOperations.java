package org.wachtpost.admin;

import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessLog;
import org.wachtpost.directory.Account;
import org.wachtpost.directory.Directory;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.Mail;
import org.wachtpost.mail.MailResult;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.MailboxId;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mail.NewMessage;
import org.wachtpost.mail.UidSet;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.StoreException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes messages that somebody already has. An import is begun for a mailbox; what that mailbox
 * held at that moment, byte for byte, is passed over, so the same import twice adds nothing.
 */
public final class ImportOperations {
  private static final Logger LOG = LoggerFactory.getLogger(ImportOperations.class);

  private final Directory directory;
  private final Mail mail;
  private final AccessLog accessLog;
  private final AtomicLong nextImport = new AtomicLong(1);
  private final Map<Long, Import> imports = new ConcurrentHashMap<>();

  public ImportOperations(Directory directory, Mail mail, AccessLog accessLog) {
    this.directory = directory;
    this.mail = mail;
    this.accessLog = accessLog;
  }

  /** An import under way: what its mailbox already holds, how often. */
  private record Import(
      AccountId account, String address, MailboxId mailbox, Map<BlobId, Integer> held) {}

  /** Adds these operations to the table. */
  public void addTo(Operations operations) {
    operations
        .add("import-begin", (a, b, i) -> begin(a))
        .add("import-messages", (a, bytes, i) -> messages(a, bytes))
        .add("import-end", (a, b, i) -> end(a));
  }

  private JsonNode begin(Arguments arguments) {
    String address = arguments.text("address");
    Account account =
        directory.account(address).orElseThrow(() -> new AdminException("no account " + address));
    String name = arguments.text("mailbox");
    MailboxId mailbox = mailbox(account.id(), name);
    Map<BlobId, Integer> held = new HashMap<>();
    try (MailView view = mail.view(account.id())) {
      view.messages(mailbox, UidSet.ALL, m -> held.merge(m.blob(), 1, Integer::sum));
    }
    report(arguments, account.address().toString(), "import-begun", name);
    long number = nextImport.getAndIncrement();
    imports.put(number, new Import(account.id(), account.address().toString(), mailbox, held));
    return Frames.JSON.createObjectNode().put("import", number);
  }

  private MailboxId mailbox(AccountId account, String name) {
    try (MailView view = mail.view(account)) {
      Optional<Mailbox> there = view.mailbox(name);
      if (there.isPresent()) {
        return there.get().id();
      }
    }
    return switch (mail.createMailbox(account, name, Optional.empty())) {
      case MailResult.Done<Mailbox> done -> done.value().id();
      case MailResult.Refused<Mailbox> refused ->
          throw new AdminException("mailbox " + name + ": " + words(refused));
    };
  }

  /**
   * Takes several messages: the attachment is one after the other, {@code messages} has size, date
   * and flags of each. Answers for each, in {@code results}: whether it was added, or an error.
   */
  private JsonNode messages(Arguments arguments, byte[] contents) {
    Import run = find(arguments);
    ObjectNode answer = Frames.JSON.createObjectNode();
    ArrayNode results = answer.putArray("results");
    List<NewMessage> batch = new ArrayList<>();
    List<ObjectNode> resultsOfBatch = new ArrayList<>();
    for (Incoming incoming : incoming(arguments, contents)) {
      ObjectNode result = results.addObject();
      BlobId blob = BlobId.ofContent(incoming.content());
      int held = run.held().getOrDefault(blob, 0);
      if (held > 0) {
        run.held().put(blob, held - 1);
        result.put("added", false);
        continue;
      }
      try {
        batch.add(incoming.message());
        resultsOfBatch.add(result);
      } catch (IllegalArgumentException | DateTimeException e) {
        result.put("error", String.valueOf(e.getMessage()));
      }
    }
    if (!batch.isEmpty()) {
      append(run, batch, resultsOfBatch);
    }
    return answer;
  }

  /** A message as it came, flags and date not looked at yet. */
  private record Incoming(byte[] content, List<String> flags, Optional<String> date) {
    NewMessage message() {
      return new NewMessage(
          MessageContent.of(content), Flags.of(flags), date.map(OffsetDateTime::parse));
    }
  }

  private static List<Incoming> incoming(Arguments arguments, byte[] contents) {
    List<Incoming> incoming = new ArrayList<>();
    int from = 0;
    for (Arguments each : arguments.objects("messages")) {
      Long size = each.numberOrNull("size");
      if (size == null || size < 0 || size > contents.length - from) {
        throw new AdminException("the sizes of the messages are not those of the attachment");
      }
      int to = Math.toIntExact(from + size);
      byte[] content = Arrays.copyOfRange(contents, from, to);
      incoming.add(new Incoming(content, each.texts("flags"), each.optionalText("date")));
      from = to;
    }
    if (from != contents.length) {
      throw new AdminException("the sizes of the messages are not those of the attachment");
    }
    return incoming;
  }

  /** Adds all in one change; if that is refused, one by one, so that one does not stop others. */
  private void append(Import run, List<NewMessage> batch, List<ObjectNode> results) {
    try {
      switch (mail.appendAll(run.account(), run.mailbox(), batch)) {
        case MailResult.Done<List<MailResult.Appended>> done -> {
          for (int i = 0; i < batch.size(); i++) {
            results.get(i).put("added", true).put("uid", done.value().get(i).uid());
          }
        }
        case MailResult.Refused<List<MailResult.Appended>> refused -> {
          if (batch.size() == 1) {
            results.getFirst().put("error", words(refused));
          } else {
            for (int i = 0; i < batch.size(); i++) {
              append(run, List.of(batch.get(i)), List.of(results.get(i)));
            }
          }
        }
      }
    } catch (StoreException e) {
      // Not tried again here: it may be stored although the answer failed. The next import knows.
      LOG.error("import into {} failed", run.address(), e);
      results.forEach(result -> result.put("error", "the store says: " + e.getMessage()));
    }
  }

  private JsonNode end(Arguments arguments) {
    Import run = find(arguments);
    Long number = arguments.numberOrNull("import");
    imports.remove(number == null ? -1L : number);
    String detail = arguments.optionalText("detail").orElse("");
    report(arguments, run.address(), "import", detail);
    return Frames.JSON.createObjectNode();
  }

  private void report(Arguments arguments, String account, String what, String detail) {
    accessLog.record(
        new AccessEvent.Change(
            InstantSource.system().instant(),
            arguments.actor().origin(),
            arguments.actor().name(),
            account,
            what,
            detail));
  }

  private Import find(Arguments arguments) {
    Long number = arguments.numberOrNull("import");
    Import run = number == null ? null : imports.get(number);
    if (run == null) {
      throw new AdminException("no such import is under way");
    }
    return run;
  }

  private static String words(MailResult.Refused<?> refused) {
    return refused.refusal().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
        + (refused.detail().isEmpty() ? "" : ": " + refused.detail());
  }
}

package org.wachtpost.admin;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Origin;
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
import org.wachtpost.mail.UidSet;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.BlobId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes messages that somebody already has. An import is begun for a mailbox; what that mailbox
 * held at that moment, byte for byte, is passed over, so the same import twice adds nothing.
 */
public final class ImportOperations {
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
        .add("import-message", (a, bytes, i) -> message(a, bytes))
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

  private JsonNode message(Arguments arguments, byte[] content) {
    Import run = find(arguments);
    ObjectNode answer = Frames.JSON.createObjectNode();
    BlobId blob = BlobId.ofContent(content);
    int held = run.held().getOrDefault(blob, 0);
    if (held > 0) {
      run.held().put(blob, held - 1);
      return answer.put("added", false);
    }
    Flags flags;
    try {
      flags = Flags.of(arguments.texts("flags"));
    } catch (IllegalArgumentException e) {
      throw new AdminException(String.valueOf(e.getMessage()));
    }
    Optional<Instant> date = arguments.optionalText("date").map(Instant::parse);
    byte[] own = Arrays.copyOf(content, content.length);
    return switch (mail.append(run.account(), run.mailbox(), MessageContent.of(own), flags, date)) {
      case MailResult.Done<MailResult.Appended> done ->
          answer.put("added", true).put("uid", done.value().uid());
      case MailResult.Refused<MailResult.Appended> refused ->
          throw new AdminException(words(refused));
    };
  }

  private JsonNode end(Arguments arguments) {
    Import run = find(arguments);
    Long number = arguments.numberOrNull("import");
    imports.remove(number == null ? -1L : number);
    String detail = arguments.optionalText("detail").orElse("");
    accessLog.record(
        new AccessEvent.Change(
            InstantSource.system().instant(),
            new Origin("cli", null, 0, 0, "admin"),
            "cli",
            run.address(),
            "import",
            detail));
    return Frames.JSON.createObjectNode();
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

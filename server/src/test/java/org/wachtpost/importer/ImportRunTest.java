package org.wachtpost.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.admin.Admin;
import org.wachtpost.admin.ImportOperations;
import org.wachtpost.admin.LocalAdmin;
import org.wachtpost.admin.Operations;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Directory;
import org.wachtpost.mail.AccountMail;
import org.wachtpost.mail.MailSettings;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Quota;
import org.wachtpost.mail.UidSet;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.memory.MemoryStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Messages come in once each and in order, however often the import is begun. */
class ImportRunTest {
  private static final String ALICE = "alice@example.test";
  private static final int MESSAGES = 2 * ImportRun.BATCH_MESSAGES + 10;

  @TempDir Path directory;

  private final MemoryStore store = new MemoryStore();
  private final Accounts accounts = new Accounts(store, Instant::now, new Random(1));
  private final AccountMail mail =
      new AccountMail(accounts, store, Instant::now, MailSettings.DEFAULTS);
  private final Operations operations = new Operations();
  private AccountId alice = AccountId.person(1);

  @BeforeEach
  void makeAccount() throws IOException {
    Directory people = new Directory(accounts, Instant::now, new SecureRandom(), event -> {});
    var cli = new Directory.Actor("cli", new Origin("cli", null, 0, 0, "cli"));
    people.addDomain(cli, "example.test");
    alice = people.addAccount(cli, ALICE, "Alice", "correct horse").id();
    mail.createAccount(alice);
    new ImportOperations(people, mail, event -> {}).addTo(operations);
    for (int i = 0; i < MESSAGES; i++) {
      // The first two are the same, byte for byte.
      Files.writeString(directory.resolve("%04d.eml".formatted(i)), text(Math.max(1, i)));
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static String text(int number) {
    return "Subject: number " + number + "\n\ntext\n";
  }

  private ImportRun.Outcome run(Admin admin) throws IOException {
    return new ImportRun(admin, ALICE, "INBOX", (messages, bytes) -> {})
        .run(new ImportSource(directory));
  }

  private Admin admin() {
    return new LocalAdmin(operations, true, "root", () -> {});
  }

  private List<String> subjects() {
    List<String> subjects = new ArrayList<>();
    try (MailView view = mail.view(alice)) {
      view.messagesWithData(
          view.mailbox("INBOX").orElseThrow().id(),
          UidSet.ALL,
          (message, data) -> subjects.add(data.envelope().subject()));
    }
    return subjects;
  }

  private static List<String> expected() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      expected.add("number " + Math.max(1, i));
    }
    return expected;
  }

  @Test
  void theOrderIsKeptAndTheSameAgainAddsNothing() throws IOException {
    assertThat(run(admin())).isEqualTo(new ImportRun.Outcome(MESSAGES, 0, List.of()));
    assertThat(subjects()).isEqualTo(expected());
    assertThat(run(admin())).isEqualTo(new ImportRun.Outcome(0, MESSAGES, List.of()));
    assertThat(subjects()).isEqualTo(expected());
  }

  @Test
  void killedBetweenAndBegunAgainGivesEachMessageOnce() throws IOException {
    try (Admin dying = new Dying(admin())) {
      assertThatThrownBy(() -> run(dying)).hasMessage("killed");
    }
    assertThat(subjects()).hasSize(ImportRun.BATCH_MESSAGES);
    assertThat(run(admin()))
        .isEqualTo(
            new ImportRun.Outcome(
                MESSAGES - ImportRun.BATCH_MESSAGES, ImportRun.BATCH_MESSAGES, List.of()));
    assertThat(subjects()).isEqualTo(expected());
  }

  @Test
  void oneThatIsRefusedDoesNotStopTheOthersOfItsBatch() throws IOException {
    Path maildir = directory.resolve("Maildir");
    Files.createDirectories(maildir.resolve("new"));
    for (String name : List.of("1", "2:2,S", "3")) {
      Files.createDirectories(maildir.resolve("cur"));
      Files.writeString(maildir.resolve("cur").resolve(name), text(name.charAt(0) - '0'));
    }
    mail.setQuota(alice, Quota.UNLIMITED, 2);
    ImportRun run = new ImportRun(admin(), ALICE, "INBOX", (messages, bytes) -> {});
    ImportRun.Outcome outcome = run.run(new ImportSource(maildir));
    assertThat(outcome.added()).isEqualTo(2);
    assertThat(outcome.failures()).hasSize(1).first().asString().contains("over quota");
    assertThat(subjects()).containsExactly("number 1", "number 2");
  }

  @Test
  void aWrongFlagIsToldForItsMessageOnly() {
    Admin admin = admin();
    List<JsonNode> results = new ArrayList<>();
    ObjectNode begin = request("import-begin").put("address", ALICE).put("mailbox", "INBOX");
    long number = admin.call(begin, new byte[0], item -> {}).path("import").asLong();
    ObjectNode request = request("import-messages").put("import", number);
    var messages = request.putArray("messages");
    messages.addObject().put("size", 3).putArray("flags").add("\\Seen");
    messages.addObject().put("size", 3).putArray("flags").add("\\Nonsense");
    messages.addObject().put("size", 2).put("date", "yesterday");
    messages.addObject().put("size", 1);
    admin.call(request, "onetwo34x".getBytes(), item -> {}).path("results").forEach(results::add);
    assertThat(results).hasSize(4);
    assertThat(results.get(0).path("uid").asLong()).isEqualTo(1);
    assertThat(results.get(1).has("error")).isTrue();
    assertThat(results.get(2).has("error")).isTrue();
    assertThat(results.get(3).path("uid").asLong()).isEqualTo(2);
    assertThatThrownBy(() -> admin.call(request, "onetwo34xy".getBytes(), item -> {}))
        .hasMessageContaining("sizes");
    assertThatThrownBy(() -> admin.call(request, "onetwo34".getBytes(), item -> {}))
        .hasMessageContaining("sizes");
  }

  private static ObjectNode request(String name) {
    return tools.jackson.databind.json.JsonMapper.shared().createObjectNode().put("op", name);
  }

  /** Carries out the first batch and is killed in the second, before it is carried out. */
  private static final class Dying implements Admin {
    private final Admin admin;
    private Optional<String> last = Optional.empty();

    Dying(Admin admin) {
      this.admin = admin;
    }

    @Override
    public JsonNode call(ObjectNode request, byte[] attachment, Consumer<JsonNode> items) {
      String name = request.path("op").asString("");
      if (name.equals("import-messages")) {
        if (last.isPresent()) {
          throw new IllegalStateException("killed");
        }
        last = Optional.of(name);
      }
      return admin.call(request, attachment, items);
    }

    @Override
    public boolean isLive() {
      return admin.isLive();
    }

    @Override
    public void close() {
      admin.close();
    }
  }
}

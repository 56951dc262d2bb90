package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.admin.Admin;
import org.wachtpost.config.Config;
import org.wachtpost.directory.Directory;
import org.wachtpost.mail.MailView;
import org.wachtpost.store.AccountId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Isolated // sets a property of the system
class AdminAccessTest {
  private static final Directory.Actor ACTOR =
      new Directory.Actor("test", new Origin("cli", null, 0, 0, "test"));

  @TempDir Path directory;

  /** Who gives a command while no server runs could set {@code user.name} to another's. */
  @Test
  void theSystemSaysWhoseProcessItIs() throws Exception {
    String real = Files.getOwner(directory).getName();
    String before = Objects.requireNonNull(System.setProperty("user.name", "carol"));
    try (Admin admin = AdminAccess.open(directory, "domain-add")) {
      call(admin, request("domain-add").put("name", "example.test"));
    } finally {
      System.setProperty("user.name", before);
    }
    try (Admin admin = AdminAccess.open(directory, "watch-events")) {
      List<JsonNode> events =
          call(admin, request("watch-events").put("since", "2000-01-01T00:00:00Z"));
      assertThat(events)
          .anyMatch(event -> event.toString().contains("\"cli:" + real + "\""))
          .noneMatch(event -> event.toString().contains("carol"));
    }
  }

  /** With many accounts that takes a while, whatever was asked. */
  @Test
  void onlyWhatNeedsMailLooksAtEveryAccount() throws Exception {
    AccountId alice;
    try (Core core = Core.open(directory, Config.demo(2000))) {
      core.people().addDomain(ACTOR, "example.test");
      alice = core.people().addAccount(ACTOR, "alice@example.test", "", "correct horse").id();
    }
    try (Admin admin = AdminAccess.open(directory, "account-list")) {
      call(admin, request("account-list"));
    }
    assertThat(mailboxes(alice)).isZero();
    try (Admin admin = AdminAccess.open(directory, "check")) {
      call(admin, request("check"));
    }
    assertThat(mailboxes(alice)).isPositive();
  }

  private int mailboxes(AccountId account) throws IOException {
    try (Core core = Core.open(directory, Config.demo(2000));
        MailView view = core.mail().view(account)) {
      return view.mailboxes().size();
    }
  }

  private static ObjectNode request(String operation) {
    return JsonNodeFactory.instance.objectNode().put("op", operation);
  }

  private static List<JsonNode> call(Admin admin, ObjectNode request) {
    List<JsonNode> items = new ArrayList<>();
    admin.call(request, new byte[0], items::add);
    return items;
  }
}

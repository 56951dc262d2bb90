package org.wachtpost.cli;

import static org.wachtpost.cli.Common.request;
import static org.wachtpost.cli.Common.shown;

import java.io.IOException;
import java.util.Locale;
import org.wachtpost.directory.Passwords;
import org.wachtpost.directory.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code wachtpost account}. */
@Command(name = "account", description = "People.", mixinStandardHelpOptions = true)
final class AccountCommand {
  @Spec private CommandSpec spec = CommandSpec.create(); // put here by picocli

  @Command(name = "add", description = "Add a person.")
  int add(
      @Mixin Common common,
      @Parameters(paramLabel = "ADDRESS") String address,
      @Option(names = "--password-stdin", description = "read the password from standard input")
          boolean fromStandardInput,
      @Option(names = "--name", paramLabel = "NAME", description = "what people call them")
          String name)
      throws IOException {
    String password = password(fromStandardInput);
    ObjectNode request =
        request("account-add")
            .put("address", address)
            .put("name", name == null ? "" : name)
            .put("password", password);
    return common.run(request, r -> "added " + Common.shownAddress(r, "address"));
  }

  @Command(name = "list", description = "Show everybody.")
  int list(@Mixin Common common) {
    return common.runList(
        request("account-list"),
        r ->
            Common.shownAddress(r, "address")
                + (r.path("name").asString("").isEmpty() ? "" : "  " + shown(r, "name"))
                + (r.path("role").asString("").equals("user") ? "" : "  " + shown(r, "role"))
                + (r.path("enabled").asBoolean() ? "" : "  (disabled)"));
  }

  @Command(name = "remove", description = "Remove a person with all their data.")
  int remove(@Mixin Common common, @Parameters(paramLabel = "ADDRESS") String address) {
    return common.run(
        request("account-remove").put("address", address), r -> "removed " + shown(address));
  }

  @Command(name = "password", description = "Set a person's password.")
  int password(
      @Mixin Common common,
      @Parameters(paramLabel = "ADDRESS") String address,
      @Option(names = "--password-stdin", description = "read the password from standard input")
          boolean fromStandardInput)
      throws IOException {
    ObjectNode request =
        request("account-password")
            .put("address", address)
            .put("password", password(fromStandardInput));
    return common.run(request, r -> "password of " + shown(address) + " is set");
  }

  @Command(name = "show", description = "Show a person's mailboxes, quota and log-ins.")
  int show(@Mixin Common common, @Parameters(paramLabel = "ADDRESS") String address) {
    return common.run(request("account-show").put("address", address), AccountCommand::details);
  }

  @Command(name = "set", description = "Change a person's name, role, state or quota.")
  int set(
      @Mixin Common common,
      @Parameters(paramLabel = "ADDRESS") String address,
      @Option(names = "--name", paramLabel = "NAME") String name,
      @Option(names = "--role", paramLabel = "user|administrator") Role role,
      @Option(names = "--enabled", arity = "1", paramLabel = "true|false") Boolean enabled,
      @Option(
              names = "--quota-bytes",
              paramLabel = "BYTES",
              description = "storage allowed; 0 for no limit")
          Long bytes,
      @Option(
              names = "--quota-messages",
              paramLabel = "N",
              description = "messages allowed; 0 for no limit")
          Long messages) {
    ObjectNode request = request("account-set").put("address", address);
    if (name != null) {
      request.put("name", name);
    }
    if (role != null) {
      request.put("role", role.name().toLowerCase(Locale.ROOT));
    }
    if (enabled != null) {
      request.put("enabled", enabled);
    }
    if (bytes != null) {
      request.put("quota_bytes", limit("--quota-bytes", bytes));
    }
    if (messages != null) {
      request.put("quota_messages", limit("--quota-messages", messages));
    }
    if (request.size() == 2) {
      throw misused("nothing to change: give an option for it");
    }
    return common.run(request, r -> "changed " + Common.shownAddress(r, "address"));
  }

  private long limit(String option, long value) {
    if (value < 0) {
      throw misused("a quota is not negative: " + option + " " + value);
    }
    return value == 0 ? Long.MAX_VALUE : value;
  }

  private ParameterException misused(String words) {
    return new ParameterException(spec.commandLine().getSubcommands().get("set"), words);
  }

  private static String password(boolean fromStandardInput) throws IOException {
    String password = Cli.readPassword(fromStandardInput);
    if (password.length() < Passwords.ADVISED_CHARACTERS) {
      Cli.ERR.println(
          "wachtpost: warning: a password of fewer than "
              + Passwords.ADVISED_CHARACTERS
              + " characters is easy to guess");
    }
    return password;
  }

  static String details(JsonNode r) {
    StringBuilder text = new StringBuilder(Common.shownAddress(r, "address"));
    text.append(r.path("name").asString("").isEmpty() ? "" : "  " + shown(r, "name")).append('\n');
    text.append("role ").append(shown(r, "role"));
    text.append(r.path("enabled").asBoolean() ? "" : ", disabled").append('\n');
    text.append("password set ").append(shown(r, "password_changed")).append('\n');
    text.append("storage ").append(Common.bytes(r.path("bytes_used").asLong()));
    text.append(limitWords(r.path("quota_bytes")));
    text.append(", ").append(r.path("messages_used").asLong()).append(" messages");
    if (!r.path("quota_messages").isNull()) {
      text.append(" of ").append(r.path("quota_messages").asLong());
    }
    text.append('\n');
    for (JsonNode mailbox : r.path("mailboxes")) {
      text.append("  ").append(shown(mailbox, "name")).append(": ");
      text.append(mailbox.path("messages").asLong()).append(" messages, ");
      text.append(mailbox.path("unseen").asLong()).append(" unseen\n");
    }
    for (JsonNode password : r.path("app_passwords")) {
      text.append("app password ").append(shown(password, "name"));
      text.append(", last used ").append(shown(password, "last_used")).append('\n');
    }
    for (JsonNode use : r.path("last_uses")) {
      text.append("last log-in with ").append(shown(use, "credential")).append(": ");
      text.append(shown(use, "time")).append(" over ").append(shown(use, "protocol"));
      text.append(" from ").append(shown(use, "remote")).append('\n');
    }
    return text.toString().stripTrailing();
  }

  private static String limitWords(JsonNode limit) {
    return limit.isNull() ? " (no limit)" : " of " + Common.bytes(limit.asLong());
  }
}

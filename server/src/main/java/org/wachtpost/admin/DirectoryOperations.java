package org.wachtpost.admin;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Account;
import org.wachtpost.directory.AccountChange;
import org.wachtpost.directory.Alias;
import org.wachtpost.directory.AppPassword;
import org.wachtpost.directory.Directory;
import org.wachtpost.directory.Group;
import org.wachtpost.directory.LastUse;
import org.wachtpost.directory.MailAddress;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.directory.Role;
import org.wachtpost.directory.Scope;
import org.wachtpost.mail.Mail;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Quota;
import org.wachtpost.store.AccountId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Accounts, app passwords, aliases and groups. */
public final class DirectoryOperations {
  private final Directory directory;
  private final Mail mail;
  private final Consumer<Account> whenAdded;
  private final Consumer<Account> whenRemoved;
  private final BiConsumer<AccountId, Quota> whenQuotaSet;

  /**
   * @param whenAdded makes a new account's mailboxes
   * @param whenRemoved drops a removed account's data
   * @param whenQuotaSet makes a new quota count; only the limits of it matter
   */
  public DirectoryOperations(
      Directory directory,
      Mail mail,
      Consumer<Account> whenAdded,
      Consumer<Account> whenRemoved,
      BiConsumer<AccountId, Quota> whenQuotaSet) {
    this.directory = directory;
    this.mail = mail;
    this.whenAdded = whenAdded;
    this.whenRemoved = whenRemoved;
    this.whenQuotaSet = whenQuotaSet;
  }

  /** Adds these operations to the table. */
  public void addTo(Operations operations) {
    operations
        .add("account-add", (a, b, i) -> addAccount(a))
        .add("account-list", (a, b, i) -> list(directory.accounts(), this::json))
        .add("account-show", (a, b, i) -> show(a))
        .add("account-remove", (a, b, i) -> removeAccount(a))
        .add("account-password", (a, b, i) -> setPassword(a))
        .add("account-set", (a, b, i) -> setAccount(a))
        .add("app-password-add", (a, b, i) -> addAppPassword(a))
        .add("app-password-list", (a, b, i) -> listAppPasswords(a))
        .add("app-password-remove", (a, b, i) -> removeAppPassword(a))
        .add("alias-add", (a, b, i) -> addAlias(a))
        .add("alias-list", (a, b, i) -> list(directory.aliases(), this::json))
        .add("alias-remove", (a, b, i) -> removeAlias(a))
        .add("group-add", (a, b, i) -> addGroup(a))
        .add("group-list", (a, b, i) -> list(directory.groups(), this::json))
        .add("group-remove", (a, b, i) -> removeGroup(a));
  }

  private JsonNode addAccount(Arguments arguments) {
    Account account =
        directory.addAccount(
            arguments.actor(),
            arguments.text("address"),
            arguments.optionalText("name").orElse(""),
            arguments.text("password"));
    whenAdded.accept(account);
    return json(account);
  }

  private JsonNode show(Arguments arguments) {
    Account account = account(arguments);
    ObjectNode json = json(account);
    try (MailView view = mail.view(account.id())) {
      ArrayNode mailboxes = json.putArray("mailboxes");
      view.mailboxes()
          .forEach(mailbox ->
              mailboxes
                  .addObject()
                  .put("name", mailbox.name())
                  .put("messages", mailbox.messages())
                  .put("unseen", mailbox.unseen())
                  .put("bytes", mailbox.bytes()));
      Quota quota = view.quota();
      json.put("bytes_used", quota.bytesUsed()).put("messages_used", quota.messagesUsed());
    }
    json.set("app_passwords", appPasswords(account));
    ArrayNode uses = json.putArray("last_uses");
    for (LastUse use : directory.lastUses(account.id())) {
      uses.addObject()
          .put("credential", use.credential())
          .put("time", use.time().toString())
          .put("protocol", use.protocol())
          .put("remote", use.remote());
    }
    return json;
  }

  private JsonNode removeAccount(Arguments arguments) {
    whenRemoved.accept(directory.removeAccount(arguments.actor(), arguments.text("address")));
    return nothing();
  }

  private JsonNode setPassword(Arguments arguments) {
    directory.setPassword(arguments.actor(), arguments.text("address"), arguments.text("password"));
    return nothing();
  }

  private JsonNode setAccount(Arguments arguments) {
    Role role = arguments.optionalText("role").map(DirectoryOperations::role).orElse(null);
    Account account =
        directory.changeAccount(
            arguments.actor(),
            arguments.text("address"),
            new AccountChange(
                arguments.textOrNull("name"),
                role,
                arguments.flagOrNull("enabled"),
                arguments.numberOrNull("quota_bytes"),
                arguments.numberOrNull("quota_messages")));
    whenQuotaSet.accept(
        account.id(), new Quota(0, account.quotaBytes(), 0, account.quotaMessages()));
    return json(account);
  }

  private JsonNode addAppPassword(Arguments arguments) {
    Set<Scope> scopes = new LinkedHashSet<>();
    arguments.texts("scopes").forEach(word -> scopes.add(scope(word)));
    Instant expires = arguments.optionalText("expires").map(Instant::parse).orElse(null);
    String password =
        directory.addAppPassword(
            arguments.actor(), arguments.text("address"), arguments.text("name"), scopes, expires);
    return object().put("password", password);
  }

  private JsonNode listAppPasswords(Arguments arguments) {
    return appPasswords(account(arguments));
  }

  private JsonNode removeAppPassword(Arguments arguments) {
    directory.removeAppPassword(
        arguments.actor(), arguments.text("address"), arguments.text("name"));
    return nothing();
  }

  private JsonNode addAlias(Arguments arguments) {
    Alias alias =
        directory.setAlias(
            arguments.actor(), arguments.text("address"), arguments.texts("targets"));
    return withUnknown(json(alias), alias.targets());
  }

  /** Names those of the addresses that are of domains of ours and reach nobody. */
  private ObjectNode withUnknown(ObjectNode json, List<MailAddress> addresses) {
    ArrayNode unknown = json.putArray("unknown");
    addresses.stream()
        .map(MailAddress::toString)
        .filter(address -> directory.resolve(address) instanceof Resolution.Unknown)
        .forEach(unknown::add);
    return json;
  }

  private JsonNode removeAlias(Arguments arguments) {
    directory.removeAlias(arguments.actor(), arguments.text("address"));
    return nothing();
  }

  private JsonNode addGroup(Arguments arguments) {
    String address = arguments.text("address");
    Group group =
        directory.setGroup(
            arguments.actor(),
            address,
            arguments.optionalText("name").orElseGet(() -> nameOfGroup(address)),
            arguments.texts("members"));
    return withUnknown(json(group), group.members());
  }

  private String nameOfGroup(String address) {
    return directory.groups().stream()
        .filter(group -> MailAddress.parse(address).equals(Optional.of(group.address())))
        .map(Group::name)
        .findFirst()
        .orElse("");
  }

  private JsonNode removeGroup(Arguments arguments) {
    directory.removeGroup(arguments.actor(), arguments.text("address"));
    return nothing();
  }

  private Account account(Arguments arguments) {
    String address = arguments.text("address");
    return directory
        .account(address)
        .orElseThrow(() -> new AdminException("no account " + address));
  }

  private ArrayNode appPasswords(Account account) {
    List<LastUse> uses = directory.lastUses(account.id());
    ArrayNode list = Frames.JSON.createArrayNode();
    for (AppPassword password : account.appPasswords()) {
      Instant expires = password.expires();
      ObjectNode json =
          list.addObject()
              .put("name", password.name())
              .put("created", password.created().toString())
              .put("expires", expires == null ? null : expires.toString());
      ArrayNode scopes = json.putArray("scopes");
      password.scopes().stream().map(Scope::word).sorted().forEach(scopes::add);
      uses.stream()
          .filter(use -> use.credential().equals(password.name()))
          .forEach(
              use -> json.put("last_used", use.time().toString()).put("last_remote", use.remote()));
    }
    return list;
  }

  private ObjectNode json(Account account) {
    return object()
        .put("address", account.address().toString())
        .put("name", account.name())
        .put("role", account.role().name().toLowerCase(Locale.ROOT))
        .put("enabled", account.enabled())
        .put("quota_bytes", limit(account.quotaBytes()))
        .put("quota_messages", limit(account.quotaMessages()))
        .put("created", account.created().toString())
        .put("password_changed", account.passwordChanged().toString());
  }

  private static @Nullable Long limit(long value) {
    return value == Long.MAX_VALUE ? null : value;
  }

  private ObjectNode json(Alias alias) {
    ObjectNode json = object().put("address", alias.address().toString());
    ArrayNode targets = json.putArray("targets");
    alias.targets().forEach(target -> targets.add(target.toString()));
    return json;
  }

  private ObjectNode json(Group group) {
    ObjectNode json = object().put("address", group.address().toString()).put("name", group.name());
    ArrayNode members = json.putArray("members");
    group.members().forEach(member -> members.add(member.toString()));
    return json;
  }

  private static <T> JsonNode list(
      List<T> values, java.util.function.Function<T, ObjectNode> json) {
    ArrayNode list = Frames.JSON.createArrayNode();
    values.forEach(value -> list.add(json.apply(value)));
    return list;
  }

  private static Scope scope(String word) {
    for (Scope scope : Scope.values()) {
      if (scope.word().equals(word)) {
        return scope;
      }
    }
    String words = Stream.of(Scope.values()).map(Scope::word).collect(Collectors.joining(", "));
    throw new AdminException("no scope " + word + "; there are " + words);
  }

  private static Role role(String word) {
    return switch (word) {
      case "user" -> Role.USER;
      case "administrator", "admin" -> Role.ADMINISTRATOR;
      default -> throw new AdminException("no role " + word + "; there are user, administrator");
    };
  }

  private static ObjectNode object() {
    return Frames.JSON.createObjectNode();
  }

  private static ObjectNode nothing() {
    return object();
  }
}

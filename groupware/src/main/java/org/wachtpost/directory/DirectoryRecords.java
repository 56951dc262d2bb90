package org.wachtpost.directory;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Picture.StoredAccount;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Direction;
import org.wachtpost.store.Key;
import org.wachtpost.store.Limits;
import org.wachtpost.store.Snapshot;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** Keys and values of the directory account, as {@link KeySpace} lists them. */
final class DirectoryRecords {
  /** Name of an account's own password among its credentials. */
  static final String PASSWORD = "password";

  private static final int LAYOUT = 1;

  private DirectoryRecords() {}

  static Key domain(String name) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_DOMAIN).text(name).key();
  }

  static Key account(AccountId id) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_ACCOUNT).u64(id.number()).key();
  }

  static Key alias(MailAddress address) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_ALIAS).text(address.toString()).key();
  }

  /** A group's record is split over numbered chunks, because it may have many members. */
  static Key group(MailAddress address, int chunk) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_GROUP).text(address.toString()).u32(chunk).key();
  }

  static Key lastUse(AccountId id, String credential) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_LAST_USE).u64(id.number()).text(credential).key();
  }

  static Key lastUsesOf(AccountId id) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_LAST_USE).u64(id.number()).key();
  }

  /** An account that is removed; its data may still be there. */
  static Key removed(AccountId id) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_REMOVED).u64(id.number()).key();
  }

  static byte[] writeRemoved(MailAddress address) {
    return new RecordWriter(LAYOUT).text(address.toString()).toBytes();
  }

  /** Accounts that are removed and may still have data. */
  static List<AccountId> readRemoved(Snapshot snapshot) {
    List<AccountId> removed = new ArrayList<>();
    each(
        snapshot,
        KeySpace.DIRECTORY_REMOVED,
        (key, value) -> removed.add(AccountId.person(number(key))));
    return removed;
  }

  static Key settings() {
    return KeyWriter.prefix(KeySpace.DIRECTORY_SETTINGS).key();
  }

  static Key all(char prefix) {
    return KeyWriter.prefix(prefix).key();
  }

  static byte[] write(Domain domain) {
    MailAddress catchAll = domain.catchAll();
    return new RecordWriter(LAYOUT)
        .text(domain.name())
        .optionalText(catchAll == null ? null : catchAll.toString())
        .toBytes();
  }

  private static Domain readDomain(byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT);
    String name = in.text();
    String catchAll = in.optionalText();
    return new Domain(name, catchAll == null ? null : address(catchAll));
  }

  static byte[] write(StoredAccount stored) {
    Account account = stored.account();
    RecordWriter out =
        new RecordWriter(LAYOUT)
            .text(account.address().toString())
            .text(account.name())
            .number(account.role().code())
            .flag(account.enabled())
            .number(account.quotaBytes())
            .number(account.quotaMessages())
            .number(account.created().toEpochMilli())
            .number(account.passwordChanged().toEpochMilli())
            .list(account.appPasswords(), DirectoryRecords::writeAppPassword);
    out.number(stored.secrets().size());
    stored
        .secrets()
        .forEach((name, secrets) -> {
          out.text(name);
          secrets.write(out);
        });
    return out.toBytes();
  }

  private static void writeAppPassword(RecordWriter out, AppPassword password) {
    Instant expires = password.expires();
    out.text(password.name())
        .list(password.scopes(), (w, scope) -> w.number(scope.code()))
        .number(password.created().toEpochMilli())
        .number(expires == null ? 0 : expires.toEpochMilli());
  }

  private static AppPassword readAppPassword(RecordReader in) {
    String name = in.text();
    Set<Scope> scopes = new LinkedHashSet<>(in.list(r -> scope(r.integer())));
    Instant created = Instant.ofEpochMilli(in.number());
    long expires = in.number();
    return new AppPassword(
        name, scopes, created, expires == 0 ? null : Instant.ofEpochMilli(expires));
  }

  static StoredAccount readAccount(AccountId id, byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT);
    Account account =
        new Account(
            id,
            address(in.text()),
            in.text(),
            role(in.integer()),
            in.flag(),
            in.number(),
            in.number(),
            Instant.ofEpochMilli(in.number()),
            Instant.ofEpochMilli(in.number()),
            in.list(DirectoryRecords::readAppPassword));
    int count = in.integer();
    Map<String, Secrets> secrets = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      secrets.put(in.text(), Secrets.read(in));
    }
    return new StoredAccount(account, Map.copyOf(secrets));
  }

  static byte[] write(Alias alias) {
    return new RecordWriter(LAYOUT)
        .text(alias.address().toString())
        .list(alias.targets(), (w, target) -> w.text(target.toString()))
        .toBytes();
  }

  private static Alias readAlias(byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT);
    return new Alias(address(in.text()), in.list(r -> address(r.text())));
  }

  /** Members that one chunk of a group's record holds: the longest addresses fit a value. */
  static final int MEMBERS_A_CHUNK = 80;

  /** What these take in records, about. */
  static long bytes(List<MailAddress> addresses) {
    return addresses.stream()
        .mapToLong(address -> address.toString().getBytes(StandardCharsets.UTF_8).length + 4L)
        .sum();
  }

  static List<byte[]> write(Group group) {
    List<byte[]> chunks = new ArrayList<>();
    List<MailAddress> members = group.members();
    for (int from = 0; from == 0 || from < members.size(); from += MEMBERS_A_CHUNK) {
      int to = Math.min(members.size(), from + MEMBERS_A_CHUNK);
      chunks.add(
          new RecordWriter(LAYOUT)
              .text(group.address().toString())
              .text(group.name())
              .list(members.subList(from, to), (w, member) -> w.text(member.toString()))
              .toBytes());
    }
    return chunks;
  }

  private static Group readGroup(byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT);
    return new Group(address(in.text()), in.text(), in.list(r -> address(r.text())));
  }

  static byte[] write(LastUse use) {
    return new RecordWriter(LAYOUT)
        .text(use.credential())
        .number(use.time().toEpochMilli())
        .text(use.protocol())
        .text(use.remote())
        .toBytes();
  }

  static LastUse readLastUse(byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT);
    return new LastUse(in.text(), Instant.ofEpochMilli(in.number()), in.text(), in.text());
  }

  /** The number for the next account and the default domain. */
  record Settings(long nextAccount, @Nullable String defaultDomain) {
    static final Settings NEW = new Settings(1, null);

    byte[] toBytes() {
      return new RecordWriter(LAYOUT).number(nextAccount).optionalText(defaultDomain).toBytes();
    }

    static Settings read(byte @Nullable [] value) {
      if (value == null) {
        return NEW;
      }
      RecordReader in = new RecordReader(value, LAYOUT);
      return new Settings(in.number(), in.optionalText());
    }
  }

  /** Reads the whole directory. */
  static Picture load(Snapshot snapshot) {
    NavigableMap<String, Domain> domains = new TreeMap<>();
    each(
        snapshot,
        KeySpace.DIRECTORY_DOMAIN,
        (key, value) -> domains.put(text(key), readDomain(value)));
    NavigableMap<MailAddress, StoredAccount> accounts = new TreeMap<>();
    each(
        snapshot,
        KeySpace.DIRECTORY_ACCOUNT,
        (key, value) -> {
          StoredAccount stored = readAccount(AccountId.person(number(key)), value);
          accounts.put(stored.account().address(), stored);
        });
    NavigableMap<MailAddress, Alias> aliases = new TreeMap<>();
    each(
        snapshot,
        KeySpace.DIRECTORY_ALIAS,
        (key, value) -> {
          Alias alias = readAlias(value);
          aliases.put(alias.address(), alias);
        });
    NavigableMap<MailAddress, Group> groups = new TreeMap<>();
    each(
        snapshot,
        KeySpace.DIRECTORY_GROUP,
        (key, value) -> {
          Group part = readGroup(value);
          groups.merge(part.address(), part, DirectoryRecords::joined);
        });
    Settings settings = Settings.read(snapshot.read(settings()));
    return new Picture(domains, accounts, aliases, groups, settings.defaultDomain());
  }

  private static Group joined(Group first, Group next) {
    List<MailAddress> members = new ArrayList<>(first.members());
    members.addAll(next.members());
    return new Group(first.address(), first.name(), members);
  }

  private interface EntryConsumer {
    void accept(Key key, byte[] value);
  }

  private static void each(Snapshot snapshot, char prefix, EntryConsumer consumer) {
    Key from = all(prefix);
    try (Cursor cursor =
        snapshot.range(from, from.prefixEnd(), Direction.FORWARD, Integer.MAX_VALUE)) {
      while (cursor.next()) {
        consumer.accept(cursor.key(), cursor.value());
      }
    }
  }

  private static String text(Key key) {
    byte[] bytes = key.toBytes();
    return new String(bytes, 1, bytes.length - 2, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static long number(Key key) {
    long number = 0;
    for (int i = 1; i < 9; i++) {
      number = number << 8 | key.at(i);
    }
    return number;
  }

  private static MailAddress address(String text) {
    return MailAddress.parse(text)
        .orElseThrow(() -> new StoreException.Corrupt("stored address cannot be read", null));
  }

  private static Scope scope(int code) {
    for (Scope scope : Scope.values()) {
      if (scope.code() == code) {
        return scope;
      }
    }
    throw new StoreException.Corrupt("stored scope " + code, null);
  }

  private static Role role(int code) {
    for (Role role : Role.values()) {
      if (role.code() == code) {
        return role;
      }
    }
    throw new StoreException.Corrupt("stored role " + code, null);
  }

  /** Whether an account's record fits the store's limits. */
  static boolean fits(byte[] value) {
    return value.length <= Limits.VALUE_BYTES;
  }
}

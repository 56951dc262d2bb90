package org.wachtpost.directory;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessLog;
import org.wachtpost.directory.Picture.StoredAccount;

/**
 * Checks log-ins against the directory.
 *
 * <p>A password that has just been checked is remembered for {@link #REMEMBER} as a keyed hash
 * under a key that lives only in this process, so that a mail client which logs in again and again
 * does not cost an Argon2 computation each time. A changed or removed credential is forgotten at
 * once, because the stored salt is part of what is hashed.
 */
public final class DirectoryAuthenticator implements Authenticator {
  /** How long a checked password is remembered. */
  static final Duration REMEMBER = Duration.ofMinutes(10);

  /** Longest name that an account can have, and a little more; characters. */
  private static final int LONGEST_NAME = 330;

  /** How many checked passwords are remembered. */
  static final int REMEMBERED = 10_000;

  private final Directory directory;
  private final InstantSource clock;
  private final AccessLog accessLog;
  private final FailureLimit failureLimit = new FailureLimit();
  private final byte[] fakeKey;
  private final byte[] processKey = new byte[32];
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Instant> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param fakeKey secret of this installation, from which the made-up SCRAM salts of unknown names
   *     come; the same after a restart
   */
  public DirectoryAuthenticator(
      Directory directory,
      InstantSource clock,
      SecureRandom random,
      AccessLog accessLog,
      byte[] fakeKey) {
    this.directory = directory;
    this.clock = clock;
    this.accessLog = accessLog;
    this.fakeKey = fakeKey.clone();
    random.nextBytes(processKey);
  }

  @Override
  public Result password(LogIn logIn, String password) {
    if (mustWait(logIn)) {
      return rejected(logIn, null, Reason.RATE);
    }
    Optional<StoredAccount> found = directory.logIn(logIn.name());
    if (found.isEmpty() || password.length() > Passwords.LONGEST_CHARACTERS) {
      pretendToMatch(
          password.substring(0, Math.min(password.length(), Passwords.LONGEST_CHARACTERS)));
      return rejected(logIn, null, found.isEmpty() ? Reason.UNKNOWN : Reason.PASSWORD);
    }
    StoredAccount stored = found.get();
    String credential = matching(stored, password);
    if (mustWait(logIn)) {
      // Many that came together were all let through above; no more of them may tell anything.
      return rejected(logIn, null, Reason.RATE);
    }
    if (credential == null) {
      return rejected(logIn, stored.account(), Reason.PASSWORD);
    }
    // It took a while, in which the password may have been changed, and its sessions ended.
    Optional<StoredAccount> still = stillHas(logIn, stored, credential);
    return still.isPresent()
        ? admit(logIn, still.get(), credential)
        : rejected(logIn, stored.account(), Reason.PASSWORD);
  }

  /** The account as it is now, if the name still leads to it and this password is still its own. */
  private Optional<StoredAccount> stillHas(LogIn logIn, StoredAccount then, String credential) {
    Secrets proven = then.secrets().get(credential);
    return directory
        .logIn(logIn.name())
        .filter(now -> {
          Secrets kept = now.secrets().get(credential);
          return proven != null
              && kept != null
              && now.account().id().equals(then.account().id())
              && MessageDigest.isEqual(kept.storedKey(), proven.storedKey());
        });
  }

  @Override
  public ScramKeys scramKeys(LogIn logIn) {
    // Also to whom must wait: another salt would tell that there is an account.
    Optional<StoredAccount> found = directory.logIn(logIn.name());
    Secrets secrets = found.map(f -> f.secrets().get(DirectoryRecords.PASSWORD)).orElse(null);
    if (secrets == null) {
      String name = plainName(logIn);
      byte[] salt = Arrays.copyOf(Secrets.hmac(fakeKey, "salt " + name), Secrets.SALT_BYTES);
      byte[] stored = Secrets.hmac(processKey, "stored " + name);
      byte[] server = Secrets.hmac(processKey, "server " + name);
      return new ScramKeys(
          salt, Secrets.SCRAM_ITERATIONS, List.of(new ScramKey(stored, server, null)));
    }
    List<ScramKey> keys = new ArrayList<>();
    found
        .get()
        .secrets()
        .forEach((credential, kept) -> {
          if (kept.sharesSaltWith(secrets)) {
            keys.add(new ScramKey(kept.storedKey(), kept.serverKey(), credential));
          }
        });
    return new ScramKeys(secrets.scramSalt(), secrets.scramIterations(), keys);
  }

  @Override
  public Result scramFinished(LogIn logIn, @Nullable ScramKey proven) {
    if (mustWait(logIn)) {
      return rejected(logIn, null, Reason.RATE);
    }
    Optional<StoredAccount> found = directory.logIn(logIn.name());
    if (found.isEmpty()) {
      return rejected(logIn, null, Reason.UNKNOWN);
    }
    StoredAccount stored = found.get();
    String credential = proven == null ? null : proven.credential();
    Secrets now = credential == null ? null : stored.secrets().get(credential);
    if (proven == null
        || credential == null
        || now == null
        || !MessageDigest.isEqual(now.storedKey(), proven.storedKey())) {
      return rejected(logIn, stored.account(), Reason.PASSWORD);
    }
    return admit(logIn, stored, credential);
  }

  @Override
  public void refused(LogIn logIn, Reason reason) {
    record(logIn, null, word(reason), null);
  }

  private boolean mustWait(LogIn logIn) {
    return failureLimit.mustWait(logIn.origin().remote(), plainName(logIn), clock.instant());
  }

  private String plainName(LogIn logIn) {
    return plain(logIn.name());
  }

  /** What the name means, so that nobody gains by writing it otherwise; cut to a length to keep. */
  private String plain(String name) {
    String full =
        name.indexOf('@') < 0
            ? directory.defaultDomain().map(domain -> name + "@" + domain).orElse(name)
            : name;
    String plain =
        MailAddress.parse(full)
            .map(MailAddress::toString)
            .orElseGet(() -> full.toLowerCase(Locale.ROOT));
    return plain.substring(0, Math.min(plain.length(), LONGEST_NAME));
  }

  /** The name of the credential that this password is, or null. */
  private @Nullable String matching(StoredAccount stored, String password) {
    for (Map.Entry<String, Secrets> entry : stored.secrets().entrySet()) {
      if (isRemembered(entry.getValue(), password)) {
        return entry.getKey();
      }
    }
    Secrets own = stored.secrets().get(DirectoryRecords.PASSWORD);
    if (own == null) {
      Secrets.pretendToMatch(password);
    } else if (own.matches(password)) {
      remember(own, password);
      return DirectoryRecords.PASSWORD;
    }
    String name = Passwords.looksLikeAppPassword(password) ? appPassword(stored, password) : null;
    Secrets found = name == null ? null : stored.secrets().get(name);
    if (found != null) {
      remember(found, password);
    }
    return name;
  }

  /**
   * The name of the app password that this is, or null. An account with many takes no longer than
   * one with none, or than nobody: only those that were made when the account had another salt, or
   * none, are tried one by one.
   */
  private static @Nullable String appPassword(StoredAccount stored, String password) {
    Secrets own = stored.secrets().get(DirectoryRecords.PASSWORD);
    if (own == null) {
      Secrets.pretendToFindSibling(password);
    } else {
      Optional<String> sibling = own.siblingOf(password, stored.secrets());
      if (sibling.isPresent()) {
        return sibling.get();
      }
    }
    for (Map.Entry<String, Secrets> entry : stored.secrets().entrySet()) {
      boolean tried = own != null && entry.getValue().sharesSaltWith(own);
      if (!tried && entry.getValue().matches(password)) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** Takes as long as {@link #matching} where nothing matches. */
  private static void pretendToMatch(String password) {
    Secrets.pretendToMatch(password);
    if (Passwords.looksLikeAppPassword(password)) {
      Secrets.pretendToFindSibling(password);
    }
  }

  private Result admit(LogIn logIn, StoredAccount stored, String credential) {
    Account account = stored.account();
    if (!account.enabled()) {
      return rejected(logIn, account, Reason.DISABLED);
    }
    Instant now = clock.instant();
    if (!credential.equals(DirectoryRecords.PASSWORD)) {
      AppPassword password =
          account.appPasswords().stream()
              .filter(p -> p.name().equals(credential))
              .findFirst()
              .orElse(null);
      Instant expires = password == null ? now : password.expires();
      if (expires != null && !now.isBefore(expires)) {
        return rejected(logIn, account, Reason.EXPIRED);
      }
      if (password == null || !password.scopes().contains(logIn.scope())) {
        return rejected(logIn, account, Reason.SCOPE);
      }
    }
    String address = account.address().toString();
    if (!actsAsItself(logIn, address)) {
      // The password was right: that is no guess, so it does not count as a failure.
      record(logIn, address, word(Reason.AUTHORIZATION), credential);
      return new Result.Rejected(Reason.AUTHORIZATION);
    }
    InetAddress remote = logIn.origin().remote();
    failureLimit.succeeded(remote, plainName(logIn), now);
    record(logIn, address, null, credential);
    directory.used(
        account,
        new LastUse(
            credential,
            now,
            logIn.origin().protocol(),
            remote == null ? "local" : remote.getHostAddress()));
    return new Result.LoggedIn(new Principal(account.id(), address, account.role(), credential));
  }

  /** Nobody acts for somebody else: an authorization identity can only name the account again. */
  private boolean actsAsItself(LogIn logIn, @Nullable String address) {
    if (logIn.authorization().isEmpty()) {
      return true;
    }
    String identity = plain(logIn.authorization());
    return identity.equals(plainName(logIn)) || identity.equals(address);
  }

  private Result rejected(LogIn logIn, @Nullable Account account, Reason reason) {
    if (reason != Reason.RATE) {
      failureLimit.failed(logIn.origin().remote(), plainName(logIn), clock.instant());
    }
    record(logIn, account == null ? null : account.address().toString(), word(reason), null);
    return new Result.Rejected(reason);
  }

  private static String word(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  private void record(
      LogIn logIn, @Nullable String account, @Nullable String reason, @Nullable String credential) {
    accessLog.record(
        new AccessEvent.Authentication(
            clock.instant(),
            logIn.origin(),
            logIn.name(),
            actsAsItself(logIn, account) ? null : logIn.authorization(),
            account,
            logIn.mechanism(),
            logIn.scope().word(),
            reason == null,
            reason,
            credential,
            logIn.tls(),
            logIn.client()));
  }

  private boolean isRemembered(Secrets secrets, String password) {
    String key = memory(secrets, password);
    lock.lock();
    try {
      Instant until = remembered.get(key);
      return until != null && clock.instant().isBefore(until);
    } finally {
      lock.unlock();
    }
  }

  private void remember(Secrets secrets, String password) {
    String key = memory(secrets, password);
    lock.lock();
    try {
      remembered.put(key, clock.instant().plus(REMEMBER));
    } finally {
      lock.unlock();
    }
  }

  private String memory(Secrets secrets, String password) {
    String salt = HexFormat.of().formatHex(secrets.argonSalt());
    return HexFormat.of().formatHex(Secrets.hmac(processKey, salt + " " + password));
  }
}

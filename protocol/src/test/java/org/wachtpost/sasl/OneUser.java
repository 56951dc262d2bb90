package org.wachtpost.sasl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Authenticator;
import org.wachtpost.directory.LogIn;
import org.wachtpost.directory.Principal;
import org.wachtpost.directory.Role;
import org.wachtpost.store.AccountId;

/** An authenticator that knows people with one password each, for tests. Not thread-safe. */
public final class OneUser implements Authenticator {
  private static final byte[] SALT = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int ITERATIONS = 4096;

  private final String name;
  private final String password;
  private final List<LogIn> attempts = new ArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  public OneUser(String name, String password) {
    this.name = name;
    this.password = password;
  }

  public List<LogIn> attempts() {
    return attempts;
  }

  @Override
  public Result password(LogIn logIn, String given) {
    return result(logIn, given.equals(password));
  }

  private Result result(LogIn logIn, boolean proven) {
    attempts.add(logIn);
    if (!logIn.name().equals(name)) {
      return new Result.Rejected(Reason.UNKNOWN);
    }
    boolean asItself = List.of("", name).contains(logIn.authorization());
    if (proven && !asItself) {
      return new Result.Rejected(Reason.AUTHORIZATION);
    }
    return proven
        ? new Result.LoggedIn(new Principal(AccountId.person(1), name, Role.USER, "password"))
        : new Result.Rejected(Reason.PASSWORD);
  }

  @Override
  public ScramKeys scramKeys(LogIn logIn) {
    return new ScramKeys(
        SALT,
        ITERATIONS,
        List.of(
            new ScramKey(
                ScramClient.storedKey(password, SALT, ITERATIONS),
                ScramClient.serverKey(password, SALT, ITERATIONS),
                logIn.name().equals(name) ? "password" : null)));
  }

  @Override
  public Result scramFinished(LogIn logIn, @Nullable ScramKey proven) {
    return result(logIn, proven != null);
  }

  @Override
  public void refused(LogIn logIn, Reason reason) {
    refused.add(logIn.name() + " " + logIn.mechanism() + " " + reason);
  }

  /** Attempts without a result: name, mechanism and reason. */
  public List<String> refused() {
    return refused;
  }
}

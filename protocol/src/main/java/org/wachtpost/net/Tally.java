package org.wachtpost.net;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent.Counts;

/** What a connection's session did, for its end's access event. Thread-safe. */
public final class Tally {
  private final LongAdder commands = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder messagesRead = new LongAdder();
  private final LongAdder exported = new LongAdder();
  private final LongAdder deleted = new LongAdder();
  private final LongAdder appended = new LongAdder();
  private final LongAdder submitted = new LongAdder();
  private volatile @Nullable String account;
  private volatile @Nullable String credential;
  private volatile @Nullable String client;
  private volatile @Nullable String how;
  private volatile Consumer<String> onLogIn = address -> {};

  public void command() {
    commands.increment();
  }

  /** A command was refused (count it as a command too). */
  public void failed() {
    failed.increment();
  }

  public void messagesRead(long messages) {
    messagesRead.add(messages);
  }

  /** The client asked for all of their content (count them as read too). */
  public void exported(long messages) {
    exported.add(messages);
  }

  public void deleted(long messages) {
    deleted.add(messages);
  }

  public void appended(long messages) {
    appended.add(messages);
  }

  /** Messages accepted for delivery, times their recipients. */
  public void submitted(long recipients) {
    submitted.add(recipients);
  }

  /**
   * Somebody has logged in.
   *
   * @param address the account's main address
   * @param with name of the credential
   */
  public void loggedIn(String address, String with) {
    credential = with;
    account = address;
    onLogIn.accept(address);
  }

  /** Who is told the account's main address when somebody logs in. */
  void onLogIn(Consumer<String> told) {
    onLogIn = told;
  }

  /** Nobody is logged in any more. */
  public void loggedOut() {
    account = null;
    credential = null;
  }

  /** Whether this account is logged in, with this credential unless that is null. */
  boolean isLoggedIn(String address, @Nullable String with) {
    return address.equals(account) && (with == null || with.equals(credential));
  }

  public @Nullable String account() {
    return account;
  }

  /** What the client calls itself. */
  public void client(@Nullable String name) {
    client = name;
  }

  public @Nullable String client() {
    return client;
  }

  /** How the session ended, in one word; the first word said stays. */
  public void endsBy(String word) {
    if (how == null) {
      how = word;
    }
  }

  String how() {
    String said = how;
    return said == null ? "closed" : said;
  }

  Counts counts(long bytesIn, long bytesOut) {
    return new Counts(
        commands.sum(),
        failed.sum(),
        messagesRead.sum(),
        bytesIn,
        bytesOut,
        deleted.sum(),
        appended.sum(),
        submitted.sum(),
        exported.sum());
  }
}

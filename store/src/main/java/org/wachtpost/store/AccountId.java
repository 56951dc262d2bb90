package org.wachtpost.store;

/**
 * Names an account: the unit of consistency. A person, a room and a shared mailbox are accounts,
 * and so are the directory, a shard of the outbound queue and a day of access events.
 *
 * @param kind what the account is for
 * @param number its number within the kind; for {@link Kind#EVENTS} the days since 1970-01-01 (UTC)
 */
public record AccountId(Kind kind, long number) implements Comparable<AccountId> {

  /** The kinds of account. The code is stored: never change one. */
  public enum Kind {
    /** The server's own settings: signing keys, state of jobs. Number 0. */
    SYSTEM('s'),
    /** Domains, people, groups, aliases, credentials. Number 0. */
    DIRECTORY('d'),
    /** A person's (or room's, or shared) mail, calendars and contacts. */
    PERSON('p'),
    /** One shard of the outbound queue. */
    QUEUE('q'),
    /** One day (UTC) of access events. */
    EVENTS('e');

    private final char code;

    Kind(char code) {
      this.code = code;
    }

    /** The stored one-letter code. */
    public char code() {
      return code;
    }

    /** The kind with this stored code. */
    public static Kind ofCode(char code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no account kind with code " + (int) code);
    }
  }

  public static final AccountId SYSTEM = new AccountId(Kind.SYSTEM, 0);
  public static final AccountId DIRECTORY = new AccountId(Kind.DIRECTORY, 0);

  public AccountId {
    if (number < 0) {
      throw new IllegalArgumentException("account number is negative: " + number);
    }
  }

  /** The account of person number {@code number}. */
  public static AccountId person(long number) {
    return new AccountId(Kind.PERSON, number);
  }

  @Override
  public int compareTo(AccountId other) {
    int byKind = Character.compare(kind.code, other.kind.code);
    return byKind != 0 ? byKind : Long.compare(number, other.number);
  }

  /** {@code p42}: the kind's code and the number. */
  @Override
  public String toString() {
    return Character.toString(kind.code) + number;
  }
}

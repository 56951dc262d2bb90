package org.wachtpost.queue;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wachtpost.store.AccountId;

/** Names a message in the outbox: its shard and its number there. */
public record QueueId(int shard, long number) implements Comparable<QueueId> {
  private static final Pattern FORM = Pattern.compile("Q([0-9]{1,4})-([0-9]{1,18})");

  public QueueId {
    if (shard < 0 || number <= 0) {
      throw new IllegalArgumentException("queue id " + shard + "-" + number);
    }
  }

  /** The id that {@link #toString} wrote. */
  public static Optional<QueueId> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches() && Long.parseLong(matcher.group(2)) > 0
        ? Optional.of(
            new QueueId(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  public AccountId account() {
    return new AccountId(AccountId.Kind.QUEUE, shard);
  }

  @Override
  public int compareTo(QueueId other) {
    int byShard = Integer.compare(shard, other.shard);
    return byShard != 0 ? byShard : Long.compare(number, other.number);
  }

  /** {@code Q3-42}. */
  @Override
  public String toString() {
    return "Q" + shard + "-" + number;
  }
}

package org.wachtpost.mail;

import java.time.Duration;

/**
 * Limits of every account's mail.
 *
 * @param messageBytes largest message, bytes; at most {@code Limits.BLOB_BYTES}
 * @param quotaBytes storage of an account without a limit of its own, bytes
 * @param quotaMessages messages of an account without a limit of its own
 * @param mailboxes mailboxes of an account
 * @param nameLevels levels of a mailbox name
 * @param levelBytes longest level of a mailbox name, bytes of UTF-8
 * @param keywords different keywords that the messages of one mailbox have
 * @param keywordBytes longest keyword, bytes
 * @param retention how long deleted mail stays recoverable
 */
public record MailSettings(
    long messageBytes,
    long quotaBytes,
    long quotaMessages,
    int mailboxes,
    int nameLevels,
    int levelBytes,
    int keywords,
    int keywordBytes,
    Duration retention) {

  /** Longest mailbox name, bytes of UTF-8: it must fit a key. */
  public static final int NAME_BYTES = 480;

  public static final MailSettings DEFAULTS =
      new MailSettings(
          64L * 1024 * 1024,
          Quota.UNLIMITED,
          Quota.UNLIMITED,
          5_000,
          16,
          255,
          128,
          64,
          Duration.ofDays(14));

  public MailSettings {
    // keywords × keywordBytes is what one log record may have to hold
    if (keywords < 1 || keywordBytes < 1 || keywords * (keywordBytes + 1L) > 15_000) {
      throw new IllegalArgumentException("keywords × keywordBytes beyond 15,000");
    }
    if (retention.isNegative()) {
      throw new IllegalArgumentException("negative retention");
    }
  }

  /** The same with another retention. */
  public MailSettings withRetention(Duration other) {
    return new MailSettings(
        messageBytes,
        quotaBytes,
        quotaMessages,
        mailboxes,
        nameLevels,
        levelBytes,
        keywords,
        keywordBytes,
        other);
  }
}

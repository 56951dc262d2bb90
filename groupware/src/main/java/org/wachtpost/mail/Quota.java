package org.wachtpost.mail;

/**
 * An account's storage: what is used and what is allowed; a limit of {@link #UNLIMITED} allows all.
 */
public record Quota(long bytesUsed, long bytesLimit, long messagesUsed, long messagesLimit) {
  public static final long UNLIMITED = Long.MAX_VALUE;
}

package org.wachtpost.access;

import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened at the door. Every string may come from the network: hostile when shown.
 *
 * @see AccessLog
 */
public sealed interface AccessEvent {

  /** When it happened. */
  Instant time();

  /** What connected: protocol, far end, and the session that joins events of one connection. */
  Origin origin();

  /**
   * Where an event comes from.
   *
   * @param protocol {@code smtp}, {@code submission}, {@code lmtp}, {@code imap}, {@code http},
   *     {@code cli}, {@code internal}
   * @param remote address of the far end, or null for the local admin socket and internal jobs
   * @param remotePort port of the far end, 0 if there is none
   * @param localPort the port that was connected to, 0 if there is none
   * @param session random name that joins the events of one connection
   */
  record Origin(
      String protocol,
      @Nullable InetAddress remote,
      int remotePort,
      int localPort,
      String session) {}

  /** A connection was accepted. */
  record Connected(Instant time, Origin origin, boolean implicitTls) implements AccessEvent {}

  /** A connection was turned away before it could speak; the reason in one word. */
  record Refused(Instant time, Origin origin, String reason) implements AccessEvent {}

  /**
   * Somebody tried to log in.
   *
   * @param login what was given as the name
   * @param authorization whom the client asked to act as, if that is somebody else; null also in
   *     events that were kept before this was
   * @param account address of the account, if the name is one's
   * @param mechanism {@code PLAIN}, {@code LOGIN}, {@code SCRAM-SHA-256}, …
   * @param scope what for: {@code imap}, {@code smtp}, …; null in events that were kept before the
   *     scope was
   * @param success whether it was let in
   * @param reason why not, in one word ({@code password}, {@code unknown}, {@code scope}, {@code
   *     expired}, {@code disabled}, {@code rate}, {@code authorization}, {@code mechanism}, {@code
   *     unfinished}); null on success
   * @param credential {@code password} or the name of the app password that was used; null on
   *     failure, unless it was right and only the authorization identity was not
   * @param tls TLS version and cipher suite, or null without TLS
   * @param client what the client calls itself (IMAP ID, EHLO name, User-Agent), if known by then
   */
  record Authentication(
      Instant time,
      Origin origin,
      String login,
      @Nullable String authorization,
      @Nullable String account,
      String mechanism,
      @Nullable String scope,
      boolean success,
      @Nullable String reason,
      @Nullable String credential,
      @Nullable String tls,
      @Nullable String client)
      implements AccessEvent {}

  /** A connection ended, with what was done on it. */
  record SessionEnd(
      Instant time,
      Origin origin,
      @Nullable String account,
      @Nullable String client,
      Counts counts,
      String how)
      implements AccessEvent {}

  /**
   * What a session did.
   *
   * @param commands commands carried out
   * @param failed commands refused
   * @param messagesRead messages of which a body (or a part) was sent to the client
   * @param bytesIn bytes received
   * @param bytesOut bytes sent
   * @param deleted messages removed
   * @param appended messages stored
   * @param submitted messages accepted for delivery, times their recipients
   * @param exported messages of which all of the content was asked for, among those read
   */
  record Counts(
      long commands,
      long failed,
      long messagesRead,
      long bytesIn,
      long bytesOut,
      long deleted,
      long appended,
      long submitted,
      long exported) {}

  /**
   * Something sensitive changed or was done by somebody with the right to.
   *
   * @param actor who did it: an account's address, {@code cli}, {@code internal}
   * @param account address of the account that it was done to, or null for the whole server
   * @param what {@code password}, {@code app-password-added}, {@code alias-added}, {@code
   *     forwarding}, {@code account-added}, {@code domain-removed}, {@code export}, …
   * @param detail in words, without secrets
   */
  record Change(
      Instant time,
      Origin origin,
      String actor,
      @Nullable String account,
      String what,
      String detail)
      implements AccessEvent {}

  /**
   * A limit was hit or a rule broken that says something about the far end: too many errors, relay
   * attempt, early talker, smuggling, too many recipients.
   */
  record Offence(Instant time, Origin origin, @Nullable String account, String what, String detail)
      implements AccessEvent {}
}

package org.wachtpost.smtp;

/** What a port is for. */
public enum SmtpRole {
  /** Mail from other servers for our domains (RFC 5321). */
  MX,
  /** Mail from our users, TLS by STARTTLS (RFC 6409). */
  SUBMISSION,
  /** Mail from our users, TLS from the first byte (RFC 8314 §3.3). */
  SUBMISSIONS,
  /** Mail from a server of ours for our domains, an answer per recipient (RFC 2033). */
  LMTP;

  /** Whether clients must log in before they send. */
  public boolean isSubmission() {
    return this == SUBMISSION || this == SUBMISSIONS;
  }
}

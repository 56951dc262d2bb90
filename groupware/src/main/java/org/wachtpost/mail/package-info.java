/**
 * Mail in an account: mailboxes, messages, keywords, threads, quotas.
 *
 * <p>Invariants: a message's body is a blob and never changes; what a listing needs (envelope, body
 * structure, common header fields, preview) is computed once at ingest and stored, so that listing
 * a mailbox never opens a body; every change is one commit whose version is the modification
 * sequence of what it touched; UIDs of a mailbox only grow.
 *
 * <p>A message may be in several mailboxes at once: keywords belong to the message, {@code
 * \Deleted} to each membership. IMAP COPY makes a message of its own that shares the body.
 *
 * <p>Read {@link org.wachtpost.mail.AccountMail} first: one class for each kind of change behind
 * it, {@code MailTransaction} keeps counters, rows, places and log in step, {@code StoredMail}
 * reads. Deleted mail is in {@link org.wachtpost.mail.MailJobs}, the proof that all fits together
 * in {@link org.wachtpost.mail.MailCheck}.
 *
 * <p>Threading: any thread; a view may be shared. What takes several commits (decision 0031) is
 * finished or taken back by {@code AccountMail.resume} after a crash.
 *
 * <p>RFC 9051 (mailboxes, flags, UIDs), RFC 8474 (object ids), RFC 7162 (modification sequences),
 * RFC 9208 (quota), RFC 8621 §3 (threads), RFC 5256 §2.1 (base subject), RFC 6154 (special use).
 */
@NullMarked
package org.wachtpost.mail;

import org.jspecify.annotations.NullMarked;

package org.wachtpost.mail;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Header fields that are stored beside a message, so that asking for them opens no body. */
public final class CommonFields {
  /** Names, compared without regard to letter case. */
  public static final Set<String> NAMES;

  static {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    Collections.addAll(
        names,
        "Date",
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Newsgroups",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
        "List-Id",
        "List-Post",
        "List-Unsubscribe",
        "List-Help",
        "Precedence",
        "X-Priority",
        "Priority",
        "Importance",
        "Disposition-Notification-To",
        "X-Mailer",
        "User-Agent",
        "X-Spam-Status",
        "X-Spam-Flag",
        "Return-Path",
        "Delivered-To",
        "Auto-Submitted",
        "X-Uniform-Type-Identifier",
        "X-Universally-Unique-Identifier");
    NAMES = Collections.unmodifiableSet(names);
  }

  private CommonFields() {}
}

package org.wachtpost.mail;

import java.util.Locale;

/** The base subject (RFC 5256 §2.1): what is left of a subject without Re:, Fwd: and the like. */
public final class BaseSubject {
  /** Characters of a subject that are looked at. */
  private static final int CHARACTERS = 1_000;

  private BaseSubject() {}

  /**
   * @param subject as it stands in the header, unfolded
   */
  static String of(String subject) {
    String text = decoded(subject);
    String before;
    do {
      before = text;
      text = withoutTrailers(text); // (2)
      String inner;
      do {
        inner = text;
        text = withoutLeader(text); // (3)
        text = withoutBlob(text); // (4)
      } while (!inner.equals(text)); // (5)
      text = withoutForward(text); // (6)
    } while (!before.equals(text));
    return text;
  }

  /** (1) decoded, white space made single spaces. */
  private static String decoded(String subject) {
    String raw = subject.length() > CHARACTERS ? subject.substring(0, CHARACTERS) : subject;
    return EncodedWords.decode(raw).replaceAll("\\s+", " ").strip();
  }

  /**
   * Whether the subject is that of a reply or a forwarded message: something else than blobs is
   * taken off to get at what is left (RFC 5256 §2.1).
   *
   * @param subject as it stands in the header, unfolded
   */
  public static boolean isReplyOrForward(String subject) {
    String text = decoded(subject);
    String before;
    do {
      before = text;
      text = withoutBlob(text);
    } while (!before.equals(text));
    return !text.equals(of(subject));
  }

  private static String withoutTrailers(String text) {
    String rest = text.strip();
    while (rest.length() >= 5 && rest.toLowerCase(Locale.ROOT).endsWith("(fwd)")) {
      rest = rest.substring(0, rest.length() - 5).strip();
    }
    return rest;
  }

  /** Without {@code *subj-blob subj-refwd} in front. */
  private static String withoutLeader(String text) {
    int at = 0;
    int blob = blob(text, at);
    while (blob > at) {
      at = blob;
      blob = blob(text, at);
    }
    int word = refwd(text, at);
    return word < 0 ? text : text.substring(word).strip();
  }

  /** Behind {@code re}, {@code fw} or {@code fwd}, a blob and the colon; -1 if it is not there. */
  private static int refwd(String text, int from) {
    String lower = text.toLowerCase(Locale.ROOT);
    int at;
    if (lower.startsWith("fwd", from)) {
      at = from + 3;
    } else if (lower.startsWith("re", from) || lower.startsWith("fw", from)) {
      at = from + 2;
    } else {
      return -1;
    }
    at = skipSpace(text, at);
    at = skipSpace(text, blob(text, at));
    return at < text.length() && text.charAt(at) == ':' ? at + 1 : -1;
  }

  private static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  /** Without a blob in front, unless nothing would be left. */
  private static String withoutBlob(String text) {
    int end = blob(text, 0);
    String rest = text.substring(end).strip();
    return end == 0 || rest.isEmpty() ? text : rest;
  }

  /** Behind {@code [text]} and the spaces after it; {@code from} if there is none. */
  private static int blob(String text, int from) {
    if (from >= text.length() || text.charAt(from) != '[') {
      return from;
    }
    for (int i = from + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '[') {
        return from;
      }
      if (c == ']') {
        return skipSpace(text, i + 1);
      }
    }
    return from;
  }

  private static String withoutForward(String text) {
    if (text.endsWith("]") && text.toLowerCase(Locale.ROOT).startsWith("[fwd:")) {
      return text.substring(5, text.length() - 1).strip();
    }
    return text;
  }
}

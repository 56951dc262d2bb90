package org.wachtpost.mail;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import org.wachtpost.mail.MailResult.Refusal;

/**
 * The name of a mailbox: its levels in Unicode's NFC. The first level {@code INBOX} is written in
 * capitals whatever it was given in (RFC 9051 §5.1).
 */
record MailboxName(List<String> levels) {
  static final String INBOX = "INBOX";

  MailboxName {
    levels = List.copyOf(levels);
  }

  /**
   * Reads a name as a client gave it. A separator at its end says that the client means to put
   * mailboxes below it, and is left out (RFC 9051 §6.3.4).
   *
   * @throws RefusedException with BAD_NAME if the name may not be used
   */
  static MailboxName parse(String text, MailSettings settings) {
    String name = Normalizer.normalize(text, Normalizer.Form.NFC);
    if (name.length() > 1 && name.charAt(name.length() - 1) == Mailbox.SEPARATOR) {
      name = name.substring(0, name.length() - 1);
    }
    if (bytes(name) > MailSettings.NAME_BYTES) {
      throw bad("the name is longer than " + MailSettings.NAME_BYTES + " bytes");
    }
    // RFC 9051 §5.1.2: names with # in front are other namespaces
    if (name.startsWith("#")) {
      throw bad("a name must not start with #");
    }
    List<String> levels = List.of(name.split("/", -1));
    if (levels.size() > settings.nameLevels()) {
      throw bad("the name has more than " + settings.nameLevels() + " levels");
    }
    for (String level : levels) {
      check(level, settings);
    }
    if (levels.getFirst().equalsIgnoreCase(INBOX)) {
      levels = new java.util.ArrayList<>(levels);
      levels.set(0, INBOX);
    }
    return new MailboxName(levels);
  }

  private static void check(String level, MailSettings settings) {
    if (level.isEmpty()) {
      throw bad("the name has an empty level");
    }
    if (bytes(level) > settings.levelBytes()) {
      throw bad("a level of the name is longer than " + settings.levelBytes() + " bytes");
    }
    if (!level.codePoints().allMatch(MailboxName::isAllowed)) {
      throw bad("the name has a character that is not allowed");
    }
    if (level.equals(".") || level.equals("..")) {
      throw bad("a level of the name is . or .."); // it would be a path for some client
    }
  }

  // RFC 5198 §2: no control characters, no line or paragraph separators; no half characters either
  private static boolean isAllowed(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> codePoint != 0xfffd && (codePoint & 0xfffe) != 0xfffe;
    };
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static RefusedException bad(String why) {
    return new RefusedException(Refusal.BAD_NAME, why);
  }

  boolean isInbox() {
    return levels.size() == 1 && levels.getFirst().equals(INBOX);
  }

  String last() {
    return levels.getLast();
  }

  @Override
  public String toString() {
    return String.join("/", levels);
  }
}

package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What the literals of a page say of themselves, wherever they stand. */
final class Literals {
  /** A longer text is a page that is written, rather than code that is run. */
  private static final int MAX_CODE_CHARS = 200;

  /** Shorter text says nothing but the ending of a file's name. */
  private static final int MIN_CHARS = 4;

  private static final Pattern PASSWORD = Pattern.compile("(password|pwd)=[^;]{2}");

  /** The whole of it: pages that run {@code Execute(name & " = Request(""" & …} join the rest. */
  private static final Pattern READS_REQUEST = Pattern.compile("request\\(\\s*[\"'\\w]+\\s*\\)");

  private static final Set<String> ENDINGS = Set.of("jpg", "gif", "png");

  /** A text of the page holds both what runs code and what the client sends. */
  private boolean requestAndRun;

  /** A short text of the page is code that reads what the client sends. */
  private boolean request;

  /** Code that reads what the client sends is written so that nobody reads it. */
  private boolean hiddenRequest;

  /** Accounts of the host are named, not those of a domain or of the product. */
  private boolean host;

  /** A group of administrators is named: alone, it may be a role of the product. */
  private boolean group;

  /** The computer that the page runs on is asked for its accounts or services. */
  private boolean ownHost;

  /** A text of the page is one that a server would run. */
  private boolean block;

  /** A short one is, and reads what the client sends. */
  private boolean requestBlock;

  /** The settings of the site are named, which no server shows. */
  private boolean settings;

  /** A copy is named as nobody would that shows it. */
  private boolean backup;

  private boolean password;
  private boolean endings;
  private boolean system;
  private boolean program;
  private int decoded;

  Literals(List<Token> tokens) {
    for (Token token : tokens) {
      if (token.isText()) {
        read(token.text(), token.kind() == Token.Kind.DECODED);
      }
    }
  }

  private void read(String text, boolean wasHidden) {
    if (wasHidden && text.length() >= MIN_CHARS) {
      decoded++;
      hiddenRequest |= text.length() < MAX_CODE_CHARS && Vocabulary.readsRequest(text);
      program |= text.startsWith("MZ") && text.indexOf('\0') > 0;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    endings |= namesPicture(lower);
    if (lower.length() < MIN_CHARS) {
      return;
    }
    boolean opens = lower.contains("<%");
    block |= opens || lower.startsWith("<!--#include");
    requestBlock |= opens && lower.contains("request") && lower.length() < MAX_CODE_CHARS;
    boolean names = lower.contains("winnt:");
    host |= names;
    ownHost |= lower.startsWith("winnt://.");
    group |= lower.equals("administrators") || names && lower.contains("/administrators");
    backup |= lower.endsWith(".bak") || lower.contains("backup") || lower.endsWith(".old");
    boolean user = lower.contains("uid=") || lower.contains("user id=");
    password |= user && PASSWORD.matcher(lower).find();
    request |= lower.length() < MAX_CODE_CHARS && READS_REQUEST.matcher(lower).find();
    boolean code = lower.indexOf(' ') < 0 || lower.contains("request(");
    boolean runs = lower.contains("execute") || lower.contains("eval");
    requestAndRun |= code && runs && lower.contains("request");
    settings |= lower.endsWith("web.config") || lower.endsWith("global.asa");
    system |= lower.contains("system.") || lower.contains("mscorlib");
  }

  /** Whether the ending of a picture is in a text of few characters. */
  static boolean namesPicture(String text) {
    if (text.length() < MIN_CHARS) {
      return ENDINGS.contains(text.toLowerCase(Locale.ROOT));
    }
    String lower = text.length() < MAX_CODE_CHARS ? text.toLowerCase(Locale.ROOT) : "";
    return lower.contains("jpg") || lower.contains("jpeg");
  }

  boolean nameRequestAndRun() {
    return requestAndRun;
  }

  boolean nameRequest() {
    return request;
  }

  boolean hideRequest() {
    return hiddenRequest;
  }

  /** The group of the host's administrators is named. */
  boolean nameAdministrators() {
    return host && group;
  }

  boolean nameBackup() {
    return backup;
  }

  boolean nameSettings() {
    return settings;
  }

  boolean nameOwnHost() {
    return ownHost;
  }

  /** A text is a page, or a part of one. */
  boolean holdBlock() {
    return block;
  }

  /** A short text is a page that reads what the client sends. */
  boolean holdRequestBlock() {
    return requestBlock;
  }

  /** The page has the password of a database. */
  boolean havePassword() {
    return password;
  }

  /** File name endings of pictures are listed: uploads are checked against them. */
  boolean listEndings() {
    return endings;
  }

  /** A class of the system is named. */
  boolean nameSystem() {
    return system;
  }

  /** A program's bytes are among them. */
  boolean holdProgram() {
    return program;
  }

  /** Something was made readable that was not. */
  boolean wereHidden() {
    return decoded > 0;
  }
}

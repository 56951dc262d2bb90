package org.wachtpost.inspect.model;

/** How far an attack had come, in the order of the chain. */
public enum Stage {
  /** The server could be attacked: a hole was open. Not itself a trace of anybody. */
  EXPOSED("exposed"),
  /** Somebody looked whether the hole is there, without using it. */
  PROBED("probed"),
  /** Somebody used the exploit; nothing shows that it worked. */
  ATTEMPTED("attempted"),
  /** The exploit gave its user a session or other people's mail. */
  SESSION_GRANTED("session granted"),
  /** Something was written to the server through the hole. */
  WRITTEN("written"),
  /** A file that gives its sender commands lies where the web server runs it. */
  SHELL_ON_DISK("web shell on disk"),
  /** Such a file answered requests or ran programs. */
  SHELL_USED("shell used"),
  /** What intruders do once they are in: accounts, tasks, dumps, copies of mail. */
  AFTER("after");

  private final String word;

  Stage(String word) {
    this.word = word;
  }

  /** The word used in reports and JSON. */
  public String word() {
    return word;
  }

  /** How a story is headed that got so far. */
  public String furthest() {
    return this == AFTER ? "acted on the server" : word;
  }

  /** True if this stage is at or beyond {@code other}. */
  public boolean reaches(Stage other) {
    return compareTo(other) >= 0;
  }
}

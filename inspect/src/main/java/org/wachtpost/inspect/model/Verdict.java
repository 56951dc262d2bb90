package org.wachtpost.inspect.model;

/** What the findings and the coverage together allow to say. */
public enum Verdict {
  NOTHING_FOUND("nothing found in what was covered", 0),
  CANNOT_TELL("cannot tell", 3),
  PROBED("probed", 10),
  ATTEMPTED("attempted", 11),
  LIKELY_COMPROMISED("likely compromised", 12),
  COMPROMISED("compromised", 13);

  private final String word;
  private final int exitStatus;

  Verdict(String word, int exitStatus) {
    this.word = word;
    this.exitStatus = exitStatus;
  }

  /** The words used in reports and JSON. */
  public String word() {
    return word;
  }

  /** The command's exit status for this verdict. */
  public int exitStatus() {
    return exitStatus;
  }
}

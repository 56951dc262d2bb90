package org.wachtpost.imap;

/**
 * How a command ended.
 *
 * @param code response code without its brackets, or empty
 */
record Reply(Status status, String code, String text) {
  enum Status {
    OK,
    NO,
    BAD
  }

  /** The command has sent its tagged response itself. */
  static final Reply ANSWERED = new Reply(Status.OK, "", "");

  boolean isAnswered() {
    return equals(ANSWERED);
  }

  static Reply ok(String text) {
    return new Reply(Status.OK, "", text);
  }

  static Reply ok(String code, String text) {
    return new Reply(Status.OK, code, text);
  }

  static Reply no(String code, String text) {
    return new Reply(Status.NO, code, text);
  }

  static Reply bad(String text) {
    return new Reply(Status.BAD, "", text);
  }
}

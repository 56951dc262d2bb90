package org.wachtpost.mailauth;

/** Ends the verification of one signature. */
final class DkimFailure extends Exception {

  private static final long serialVersionUID = 1;

  private final DkimStatus status;

  DkimFailure(DkimStatus status, String reason) {
    super(reason, null, false, false);
    this.status = status;
  }

  static DkimFailure permanent(String reason) {
    return new DkimFailure(DkimStatus.PERMERROR, reason);
  }

  DkimStatus status() {
    return status;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}

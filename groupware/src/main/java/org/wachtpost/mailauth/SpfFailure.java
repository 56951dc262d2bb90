package org.wachtpost.mailauth;

/** Ends an SPF evaluation with temperror or permerror (RFC 7208 §2.6.6, §2.6.7). */
final class SpfFailure extends Exception {

  private static final long serialVersionUID = 1;

  private final SpfResult result;

  private SpfFailure(SpfResult result, String message) {
    super(message, null, false, false);
    this.result = result;
  }

  static SpfFailure permanent(String message) {
    return new SpfFailure(SpfResult.PERMERROR, message);
  }

  static SpfFailure temporary(String message) {
    return new SpfFailure(SpfResult.TEMPERROR, message);
  }

  SpfResult result() {
    return result;
  }
}

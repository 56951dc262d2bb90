package org.wachtpost.pages;

import java.util.function.UnaryOperator;

/**
 * A text that every domain of ours has at one place.
 *
 * @param prefix what stands before the domain in the host's name; may be empty
 * @param path exactly
 * @param query whether a query may follow the path; it is not looked at
 * @param type the Content-Type
 * @param text by the domain (lower-case A-labels), lines that end in LF
 */
public record Page(
    String prefix, String path, boolean query, String type, UnaryOperator<String> text) {

  /**
   * RFC 8461 §3.3
   *
   * @param text the same for every domain
   */
  public static Page policy(String text) {
    return new Page("mta-sts.", "/.well-known/mta-sts.txt", false, "text/plain", domain -> text);
  }

  /** Settings of mail programs, which say in the query who asks. */
  public static Page settings(String prefix, String path, UnaryOperator<String> text) {
    return new Page(prefix, path, true, "text/xml; charset=utf-8", text);
  }

  /** Whether a request's target is this page. */
  boolean isAt(String target) {
    int end = query ? target.indexOf('?') : -1;
    return path.equals(end < 0 ? target : target.substring(0, end));
  }
}

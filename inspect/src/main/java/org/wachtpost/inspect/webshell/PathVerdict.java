package org.wachtpost.inspect.webshell;

/** Whether a clean Exchange server has a file at a path. */
public sealed interface PathVerdict {
  /** A clean server has it. */
  record Known() implements PathVerdict {}

  /** The folder is served and completely listed, and this file is not in the list. */
  record UnknownInServedFolder(String folder) implements PathVerdict {}

  /**
   * Unknown, and named so that it is taken for a file of the product.
   *
   * @param like the name of the product's file
   * @param distance letters that differ, 1 to {@link PathAllowlist#MAX_DISTANCE}
   */
  record NearMiss(String folder, String like, int distance) implements PathVerdict {}

  /** Unknown, and named as programs name things. */
  record RandomName(String folder) implements PathVerdict {}

  /** The folder is served, but no complete list of it is known: nothing can be said. */
  record UnlistedFolder(String folder) implements PathVerdict {}

  /** Not executed by the web server: another folder, or a type that is only sent. */
  record NotServed() implements PathVerdict {}
}

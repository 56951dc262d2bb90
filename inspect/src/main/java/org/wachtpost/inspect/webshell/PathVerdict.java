package org.wachtpost.inspect.webshell;

/** Whether a clean Exchange server has a file at a path. */
public sealed interface PathVerdict {

  /** What is odd about a file there, in words for a report; empty if nothing is. */
  default String oddity() {
    return "";
  }

  /** A clean server has it. */
  record Known() implements PathVerdict {}

  /** The folder is served and completely listed, and this file is not in the list. */
  record UnknownInServedFolder(String folder) implements PathVerdict {
    @Override
    public String oddity() {
      return "in " + folder + " a clean server has only listed files";
    }
  }

  /**
   * Unknown, and named so that it is taken for a file of the product.
   *
   * @param like the name of the product's file
   * @param distance letters that differ, 1 to {@link PathAllowlist#MAX_DISTANCE}
   */
  record NearMiss(String folder, String like, int distance) implements PathVerdict {
    @Override
    public String oddity() {
      return "its name is made to be taken for " + like + " in " + folder;
    }
  }

  /** Unknown, and named as programs name things. */
  record RandomName(String folder) implements PathVerdict {
    @Override
    public String oddity() {
      return "a name as programs make them up, in " + folder;
    }
  }

  /** The folder is served, but no complete list of it is known: nothing can be said. */
  record UnlistedFolder(String folder) implements PathVerdict {}

  /** Not executed by the web server: another folder, or a type that is only sent. */
  record NotServed() implements PathVerdict {}
}

package org.wachtpost.inspect.webshell;

/**
 * A word of server code.
 *
 * @param text names in lower case; the value of strings and numbers; one sign for symbols
 */
record Token(Kind kind, String text) {
  enum Kind {
    NAME,
    /** A literal as it stood, or literals joined. */
    STRING,
    /** A literal that was put together or decoded from something that hid it. */
    DECODED,
    NUMBER,
    SYMBOL,
    /** End of a statement. */
    END
  }

  static final Token STATEMENT_END = new Token(Kind.END, ";");

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isSymbol(char sign) {
    return kind == Kind.SYMBOL && text.charAt(0) == sign;
  }

  boolean isText() {
    return kind == Kind.STRING || kind == Kind.DECODED;
  }
}

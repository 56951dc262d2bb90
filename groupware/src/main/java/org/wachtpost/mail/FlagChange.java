package org.wachtpost.mail;

/** What STORE does to flags (RFC 9051 §6.4.6). */
public record FlagChange(Mode mode, Flags flags) {
  public enum Mode {
    REPLACE,
    ADD,
    REMOVE
  }

  /** The flags after this change to {@code before}. */
  public Flags applyTo(Flags before) {
    return switch (mode) {
      case REPLACE -> flags;
      case ADD -> before.plus(flags);
      case REMOVE -> before.minus(flags);
    };
  }
}

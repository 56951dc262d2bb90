package org.wachtpost.store;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A fault of an engine. Expected outcomes (a conflict, an absent key) are values instead. */
public abstract sealed class StoreException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The engine cannot serve now: disk full, I/O error, closed. Trying later may help. */
  public static final class Unavailable extends StoreException {
    @Serial private static final long serialVersionUID = 1L;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** What is stored fails its checks. The account must not be changed until it is mended. */
  public static final class Corrupt extends StoreException {
    @Serial private static final long serialVersionUID = 1L;

    public Corrupt(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}

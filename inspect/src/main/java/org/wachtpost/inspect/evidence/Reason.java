package org.wachtpost.inspect.evidence;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why something could not be read, in words: the platform's message is often only the path. */
public final class Reason {
  private Reason() {}

  /** The reason, without the path. */
  public static String of(IOException failed) {
    String message = failed.getMessage();
    return switch (failed) {
      case AccessDeniedException denied -> "no permission to read it";
      case NoSuchFileException gone -> "it is not there any more";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      case IOException other when message == null -> other.getClass().getSimpleName();
      case IOException other -> message;
    };
  }
}

package org.wachtpost.admin;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What went wrong with a file, in words: the JDK's exceptions often say its name and no more. */
public final class FileFault {
  private FileFault() {}

  public static String words(IOException fault) {
    if (fault instanceof FileSystemException file && file.getReason() == null) {
      String words =
          switch (file) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "does not exist";
            case FileAlreadyExistsException _ -> "is there already, and is no directory";
            default -> file.getClass().getSimpleName();
          };
      return file.getFile() + ": " + words;
    }
    return String.valueOf(fault.getMessage());
  }
}

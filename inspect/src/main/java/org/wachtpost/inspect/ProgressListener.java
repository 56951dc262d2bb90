package org.wachtpost.inspect;

/** Hears how far an inspection is; called from the thread that runs it, several times a second. */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener NONE = (done, total) -> {};

  /** So many files are listed, a thousand or so at a time; small logs are read meanwhile. */
  default void listed(long files) {}

  /** So many of so many bytes of evidence are read. */
  void progress(long bytesDone, long bytesTotal);
}

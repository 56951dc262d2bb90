package org.wachtpost.inspect;

/** Hears how far an inspection is; called from the thread that runs it, several times a second. */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener NONE = new Nobody();

  /** So many files are listed, a thousand or so at a time; small logs are read meanwhile. */
  default void listed(long files) {}

  /** So many of so many bytes of evidence are read. */
  void progress(long bytesDone, long bytesTotal);

  /** Whoever does not listen. No lambda: this interface could then not be in a start-up cache. */
  final class Nobody implements ProgressListener {
    private Nobody() {}

    @Override
    public void progress(long bytesDone, long bytesTotal) {}
  }
}

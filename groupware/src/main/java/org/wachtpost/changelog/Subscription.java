package org.wachtpost.changelog;

/** Ends listening when closed. */
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}

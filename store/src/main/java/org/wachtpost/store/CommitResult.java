package org.wachtpost.store;

/** What became of a commit. */
public sealed interface CommitResult {
  /** It is durable; the account is now at this version. */
  record Committed(long version) implements CommitResult {}

  /** Nothing happened: the account is at another version than the commit was made on. */
  record Conflict(long actualVersion) implements CommitResult {}

  /** Nothing happened: a blob that the batch requires is not there; write it again and retry. */
  record MissingBlob(BlobId blob) implements CommitResult {}
}

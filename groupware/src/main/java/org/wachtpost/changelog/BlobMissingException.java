package org.wachtpost.changelog;

import java.io.Serial;
import org.wachtpost.store.BlobId;

/**
 * A change required a blob that the account does not have (any more: the collector was faster).
 * Nothing has changed; write the blob again and repeat the change.
 */
public final class BlobMissingException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient BlobId blob;

  BlobMissingException(BlobId blob) {
    super("no blob " + blob);
    this.blob = blob;
  }

  public BlobId blob() {
    return blob;
  }
}

package org.wachtpost.directory;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A password for one program or device; the secret itself was shown once, when it was made.
 *
 * @param scopes what it may be used for
 * @param expires when it ends, or null
 */
public record AppPassword(
    String name, Set<Scope> scopes, Instant created, @Nullable Instant expires) {
  public AppPassword {
    scopes = Set.copyOf(scopes);
  }
}

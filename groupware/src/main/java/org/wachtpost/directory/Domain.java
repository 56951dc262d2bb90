package org.wachtpost.directory;

import java.net.IDN;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A domain whose mail ends here.
 *
 * @param name lower-case A-labels
 * @param catchAll where mail for unknown names goes, or null to refuse it
 */
public record Domain(String name, @Nullable MailAddress catchAll) {
  public Optional<MailAddress> catchAllTarget() {
    return Optional.ofNullable(catchAll);
  }

  /** The name as people read it. */
  public String unicodeName() {
    return IDN.toUnicode(name);
  }
}

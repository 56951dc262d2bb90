package org.wachtpost.directory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an account may be set to; null leaves a thing as it is. */
public record AccountChange(
    @Nullable String name,
    @Nullable Role role,
    @Nullable Boolean enabled,
    @Nullable Long quotaBytes,
    @Nullable Long quotaMessages) {

  Account applied(Account old) {
    return new Account(
        old.id(),
        old.address(),
        name == null ? old.name() : name,
        role == null ? old.role() : role,
        enabled == null ? old.enabled() : enabled,
        quotaBytes == null ? old.quotaBytes() : quotaBytes,
        quotaMessages == null ? old.quotaMessages() : quotaMessages,
        old.created(),
        old.passwordChanged(),
        old.appPasswords());
  }

  /** What is changed, for the access log. */
  String words() {
    List<String> words = new ArrayList<>();
    if (name != null) {
      words.add("name");
    }
    if (role != null) {
      words.add("role=" + role);
    }
    if (enabled != null) {
      words.add("enabled=" + enabled);
    }
    if (quotaBytes != null || quotaMessages != null) {
      words.add("quota");
    }
    return String.join(" ", words);
  }
}

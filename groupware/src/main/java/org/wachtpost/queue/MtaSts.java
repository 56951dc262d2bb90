package org.wachtpost.queue;

import java.util.Optional;

/** What is known of other domains' MTA-STS policies. Thread-safe. */
public interface MtaSts {
  /** Knows of none. */
  MtaSts NONE =
      new MtaSts() {
        @Override
        public Optional<StsPolicy> find(String domain) {
          return Optional.empty();
        }

        @Override
        public void mismatch(String domain, StsPolicy policy, String host) {
          throw new IllegalStateException("no policy was given");
        }
      };

  /** The policy that holds for the domain now; empty if there is none or it says {@code none}. */
  Optional<StsPolicy> find(String domain);

  /** Takes note of an MX host that the policy does not name. */
  void mismatch(String domain, StsPolicy policy, String host);
}

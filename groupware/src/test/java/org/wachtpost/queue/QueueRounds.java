package org.wachtpost.queue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.Dns;

/** Lets tests of other packages drive a queue by hand. */
public final class QueueRounds {
  private QueueRounds() {}

  /** Tries everything that is due once; how many parcels. */
  public static int round(QueueRunner runner) {
    return runner.round();
  }

  /** Counts one session with a host that said nothing of its TLS. */
  public static void count(
      TlsResults results, String domain, @Nullable TlsFailure failure, String host, String words) {
    TlsResults.Policy none = new TlsResults.Policy(TlsResults.Kind.NONE, List.of(), List.of());
    results.count(domain, none, failure, host, words);
  }

  /** Counts one session with a host of an MTA-STS policy. */
  public static void countSts(TlsResults results, String domain, @Nullable TlsFailure failure) {
    StsPolicy policy =
        new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("*." + domain), Duration.ofDays(1));
    results.count(domain, TlsResults.Policy.of(policy), failure, "mx." + domain, "");
  }

  /** For a runner that never meets another host. */
  public static Destinations destinations(Dns dns, QueueSettings settings) {
    return new Destinations(dns, MtaSts.NONE, settings, new Random(4));
  }
}

package org.wachtpost.queue;

import java.util.Random;
import org.wachtpost.dns.Dns;

/** Lets tests of other packages drive a queue by hand. */
public final class QueueRounds {
  private QueueRounds() {}

  /** Tries everything that is due once; how many parcels. */
  public static int round(QueueRunner runner) {
    return runner.round();
  }

  /** For a runner that never meets another host. */
  public static Destinations destinations(Dns dns, QueueSettings settings) {
    return new Destinations(dns, MtaSts.NONE, settings, new Random(4));
  }
}

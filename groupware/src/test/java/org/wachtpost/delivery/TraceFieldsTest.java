package org.wachtpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TraceFieldsTest {
  @Test
  void everySecondHasItsOwnDate() {
    Instant time = Instant.parse("2026-01-05T23:59:59.999Z");

    assertThat(TraceFields.date(time)).isEqualTo("Mon, 5 Jan 2026 23:59:59 +0000");
    assertThat(TraceFields.date(time.plusMillis(1))).isEqualTo("Tue, 6 Jan 2026 00:00:00 +0000");
    assertThat(TraceFields.date(time)).isEqualTo("Mon, 5 Jan 2026 23:59:59 +0000");
  }

  @Test
  void theBeginningOfTimeIsADateToo() {
    assertThat(TraceFields.date(Instant.EPOCH)).isEqualTo("Thu, 1 Jan 1970 00:00:00 +0000");
  }
}

package org.wachtpost.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class AddressRangeTest {
  @Test
  void theBitsCount() {
    AddressRange range = AddressRange.of("10.64.0.0/10");
    assertThat(range.holds(InetAddress.ofLiteral("10.64.0.0"))).isTrue();
    assertThat(range.holds(InetAddress.ofLiteral("10.127.255.255"))).isTrue();
    assertThat(range.holds(InetAddress.ofLiteral("10.128.0.0"))).isFalse();
    assertThat(range.holds(InetAddress.ofLiteral("::1"))).isFalse();
    assertThat(AddressRange.of("::1").holds(InetAddress.ofLiteral("::1"))).isTrue();
    assertThat(AddressRange.of("::1").holds(InetAddress.ofLiteral("::2"))).isFalse();
    assertThat(AddressRange.of("0.0.0.0/0").holds(InetAddress.ofLiteral("9.9.9.9"))).isTrue();
  }

  @Test
  void whatIsNoNetworkIsRefused() {
    for (String text : new String[] {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "mx.test/8"}) {
      assertThatThrownBy(() -> AddressRange.of(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void tlsWithoutRenegotiationAndTickets() {
    Main.setUpTls();
    assertThat(System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation")).isEqualTo("true");
    assertThat(System.getProperty("jdk.tls.server.newSessionTicketCount")).isEqualTo("0");
    assertThat(System.getProperty("jdk.tls.server.enableSessionTicketExtension"))
        .isEqualTo("false");
  }
}

package org.wachtpost.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportPlacesTest {
  private static Optional<ReportPlaces> of(String... records) {
    return ReportPlaces.of(List.of(records));
  }

  @Test
  void readsTheExamplesOfTheStandard() {
    assertThat(of("v=TLSRPTv1;rua=mailto:reports@example.com"))
        .contains(new ReportPlaces(List.of("reports@example.com"), List.of()));
    assertThat(of("other", "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt"))
        .contains(
            new ReportPlaces(
                List.of(), List.of(URI.create("https://reporting.example.com/v1/tlsrpt"))));
    assertThat(of("v=TLSRPTv1; rua=mailto:a%2Bb@c.test?subject=x,https://d.test:443/; x=y"))
        .contains(
            new ReportPlaces(List.of("a+b@c.test"), List.of(URI.create("https://d.test:443/"))));
  }

  @Test
  void twoRecordsAreNone() {
    assertThat(of("v=TLSRPTv1; rua=mailto:a@b.test", "v=TLSRPTv1; rua=mailto:c@d.test")).isEmpty();
    assertThat(of()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v=TLSRPTv2; rua=mailto:a@b.test",
        "v=TLSRPTv1; ruf=mailto:a@b.test",
        "v=TLSRPTv1; rua=a@b.test",
        "v=TLSRPTv1; rua=mailto:a@[127.0.0.1]",
        "v=TLSRPTv1; rua=mailto:a%0D%0ABcc:x@b.test",
        "v=TLSRPTv1; rua=mailto:%zz@b.test",
        "v=TLSRPTv1; rua=http://b.test/",
        "v=TLSRPTv1; rua=https://127.0.0.1/",
        "v=TLSRPTv1; rua=https://[::1]/",
        "v=TLSRPTv1; rua=https://b.test:8443/",
        "v=TLSRPTv1; rua=https://user@b.test/",
        "v=TLSRPTv1; rua=https:///x",
        "v=TLSRPTv1; rua=https://b.test/\r\nX: y",
        "v=TLSRPTv1; rua=file:///etc/passwd",
      })
  void otherThingsAreNoPlaces(String record) {
    assertThat(of(record)).isEmpty();
  }

  @Test
  void manyPlacesAreCut() {
    StringBuilder record = new StringBuilder("v=TLSRPTv1; rua=mailto:0@b.test");
    for (int i = 1; i < 50; i++) {
      record.append(",mailto:").append(i).append("@b.test");
    }
    assertThat(of(record.toString()).orElseThrow().mail()).hasSize(ReportPlaces.MOST);
  }
}

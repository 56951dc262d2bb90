package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.wachtpost.dns.DnsAnswer;
import org.wachtpost.dns.FakeDns;
import org.yaml.snakeyaml.Yaml;

/** The openspf suite for RFC 7208. Uses {@code ../shared}; skipped where that does not exist. */
class SpfVectorsTest {

  private static final int TESTS = 203;

  @TestFactory
  Stream<DynamicNode> openspfSuite() throws Exception {
    return scenarios().stream()
        .map(scenario ->
            DynamicContainer.dynamicContainer(
                (String) scenario.get("description"),
                section(scenario, "tests").entrySet().stream()
                    .map(test ->
                        DynamicTest.dynamicTest(
                            test.getKey(),
                            () -> check(scenario, test.getKey(), map(test.getValue()))))));
  }

  @Test
  void theSuiteIsWhole() throws Exception {
    assertThat(scenarios().stream().mapToInt(s -> section(s, "tests").size()).sum())
        .isEqualTo(TESTS);
  }

  private static List<Map<String, Object>> scenarios() throws Exception {
    Path file = SharedFolder.require("vectors/spf/rfc7208-tests.yml");
    List<Map<String, Object>> scenarios = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Object document : new Yaml().loadAll(in)) {
        scenarios.add(map(document));
      }
    }
    return scenarios;
  }

  private static void check(Map<String, Object> scenario, String name, Map<String, Object> test) {
    FakeDns dns = zone(section(scenario, "zonedata"));
    SpfVerdict verdict =
        new SpfEvaluator(dns, "receiver.example.net", InstantSource.system())
            .checkMailFrom(
                InetAddress.ofLiteral((String) test.get("host")),
                (String) test.get("helo"),
                (String) test.get("mailfrom"));
    Object expected = test.get("result");
    List<?> allowed = expected instanceof List<?> several ? several : List.of(expected);
    assertThat(allowed.stream().map(Object::toString).toList())
        .as(name + ": " + verdict)
        .contains(verdict.result().word());
    if (test.get("explanation") instanceof String explanation) {
      // DEFAULT is the receiver's own text: ours has none.
      assertThat(verdict.explanation())
          .as(name)
          .isEqualTo(explanation.equals("DEFAULT") ? null : explanation);
    }
  }

  /** As the suite says: SPF records stand for TXT records too, where there are no TXT records. */
  private static FakeDns zone(Map<String, Object> zonedata) {
    FakeDns dns = new FakeDns();
    zonedata.forEach((name, value) -> {
      List<?> records = (List<?>) value;
      boolean hasTxt =
          records.stream().anyMatch(r -> r instanceof Map<?, ?> m && m.containsKey("TXT"));
      for (Object record : records) {
        if (record.equals("TIMEOUT")) {
          timeout(dns, name, records);
          continue;
        }
        map(record).forEach((type, data) -> add(dns, name, type, data, hasTxt));
      }
    });
    return dns;
  }

  /** What is listed answers, every other question about the name does not; nor does TXT: NONE. */
  private static void timeout(FakeDns dns, String name, List<?> records) {
    for (String type : List.of("TXT", "A", "AAAA", "MX", "PTR")) {
      boolean listed =
          records.stream()
              .filter(r -> r instanceof Map<?, ?>)
              .anyMatch(r -> !"NONE".equals(valueOf(r, type)));
      if (!listed) {
        dns.fail(name, type, DnsAnswer.Reason.TIMEOUT);
      }
    }
  }

  private static void add(FakeDns dns, String name, String type, Object data, boolean hasTxt) {
    switch (type) {
      case "TXT" -> addText(dns, name, data);
      case "SPF" -> {
        if (!hasTxt) {
          addText(dns, name, data);
        }
      }
      case "A", "AAAA" -> dns.addAddress(name, data.toString());
      case "CNAME" -> dns.addCname(name, data.toString());
      case "PTR" -> dns.addPtrAt(name, data.toString());
      case "MX" -> {
        List<?> parts = (List<?>) data;
        String host = parts.get(1).toString();
        dns.addMx(name, (Integer) parts.get(0), host.isEmpty() ? "." : host);
      }
      default -> throw new IllegalArgumentException(type.toLowerCase(Locale.ROOT));
    }
  }

  private static void addText(FakeDns dns, String name, Object data) {
    if (data instanceof List<?> strings) {
      dns.addTxt(name, String.join("", strings.stream().map(Object::toString).toList()));
    } else if (!data.equals("NONE")) {
      dns.addTxt(name, data.toString());
    }
  }

  private static Map<String, Object> section(Map<String, Object> scenario, String name) {
    return map(scenario.get(name));
  }

  private static Object valueOf(Object record, String type) {
    Object value = ((Map<?, ?>) record).get(type);
    return value == null ? "NONE" : value;
  }

  @SuppressWarnings("unchecked") // YAML mappings have text keys here
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }
}

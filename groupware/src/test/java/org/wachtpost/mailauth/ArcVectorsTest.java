package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.wachtpost.dns.FakeDns;
import org.yaml.snakeyaml.Yaml;

/**
 * The validation vectors of the ARC drafts. Uses {@code ../shared}; skipped where that does not
 * exist.
 *
 * <p>Where RFC 8617 differs from the drafts, the RFC is right:
 *
 * <ul>
 *   <li>a seal with {@code cv=fail} has no expected status in the vectors (an empty {@code cv}; the
 *       drafts left it open); RFC 8617 §5.2 step 2 makes the chain fail;
 *   <li>{@code ams_fields_c_na} has a message signature without c= and takes it to be
 *       relaxed/relaxed. RFC 8617 §4.1.2 takes c= over from DKIM as it is, and there the default is
 *       simple/simple (RFC 6376 §3.5): the signature does not verify.
 * </ul>
 */
class ArcVectorsTest {

  @TestFactory
  Stream<DynamicNode> validation() throws Exception {
    Path file = SharedFolder.require("vectors/arc/arc-draft-validation-tests.yml");
    List<DynamicNode> scenarios = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Object document : new Yaml().loadAll(in)) {
        Map<String, Object> scenario = map(document);
        scenarios.add(
            DynamicContainer.dynamicContainer(
                (String) scenario.get("description"),
                map(scenario.get("tests")).entrySet().stream()
                    .map(test ->
                        DynamicTest.dynamicTest(
                            test.getKey(),
                            () -> check(scenario, test.getKey(), map(test.getValue()))))));
      }
    }
    assertThat(scenarios).hasSize(10);
    return scenarios.stream();
  }

  private static void check(Map<String, Object> scenario, String name, Map<String, Object> test)
      throws IOException {
    FakeDns dns = new FakeDns();
    map(scenario.get("txt-records"))
        .forEach((owner, text) -> dns.addTxt(owner, text.toString().replace("\n", "")));
    ArcVerdict verdict = verify(dns, Mails.crlf((String) test.get("message")));
    String expected = test.get("cv").toString().toLowerCase(Locale.ROOT);
    if (expected.isEmpty() || name.equals("ams_fields_c_na")) {
      expected = "fail";
    }
    assertThat(verdict.status().word())
        .as(test.get("description") + ": " + verdict)
        .isEqualTo(expected);
  }

  static ArcVerdict verify(FakeDns dns, String message) throws IOException {
    InputStream in = new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1));
    MessageHeader header = MessageHeader.read(in);
    ArcVerifier.Prepared prepared = ArcVerifier.prepare(header);
    BodyHash.Wanted body = prepared.body();
    return new ArcVerifier(dns)
        .verify(header, prepared, BodyHash.compute(in, body == null ? List.of() : List.of(body)));
  }

  @SuppressWarnings("unchecked") // YAML mappings have text keys here
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }
}

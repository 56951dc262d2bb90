package org.wachtpost.inspect.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafeTextTest {
  @Test
  void terminalsObeyNothing() {
    assertThat(SafeText.terminal("a\u001b[2Jb\r\u009b\u202e\u2028"))
        .isEqualTo("a\\x1b[2Jb\\x0d\\x9b\\u{202e}\\u{2028}");
    assertThat(SafeText.terminal("caf\u00e9 \ud83d\ude00")).isEqualTo("caf\u00e9 \ud83d\ude00");
  }

  @Test
  void pagesRunNothing() {
    assertThat(SafeText.html("<script>'\"&\u0000"))
        .isEqualTo("&lt;script&gt;&#39;&quot;&amp;\\x00");
  }

  @Test
  void sheetsComputeNothing() {
    for (String formula : List.of("=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "%0a", "  =1")) {
      assertThat(SafeText.csv(formula)).startsWith("\"'");
    }
    assertThat(SafeText.csv("\t=1")).doesNotStartWith("\"\t").doesNotStartWith("\"=");
    assertThat(SafeText.csv("a\"b")).isEqualTo("\"a\"\"b\"");
  }

  @Test
  void jsonEscapesWhatTerminalsOrReadersWouldTakeWrong() throws IOException {
    StringBuilder out = new StringBuilder();
    Json.write(Map.of("k\u001b", List.of("a\"\\\n\u2028\ud800", 1L, true)), out);
    assertThat(out.toString())
        .isEqualTo(
            "{\n  \"k\\u001b\": [\n    \"a\\\"\\\\\\n\\u2028\\ud800\",\n    1,\n    true\n  ]\n}\n");
  }
}

package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes: an answer, and soon. */
class ShellScannerFuzzTest {
  /** Generous: what must not happen is minutes. */
  private static final Duration BOUND = Duration.ofSeconds(60);

  private static final int ROUNDS = 2000;

  private static final List<String> PIECES =
      List.of(
          "<%",
          "%>",
          "<%@ Page Language=\"C#\"%>",
          "<%@ WebHandler Language=\"VB\" Class=\"H\"%>",
          "<scr" + "ipt runat=server language=JScript>",
          "</scr" + "ipt>",
          "<%#",
          "<%=",
          "<%--",
          "--%>",
          "\"",
          "'",
          "(",
          ")",
          "{",
          "}",
          "[",
          "]",
          "&",
          "+",
          ".",
          ",",
          "=",
          "\n",
          "\r",
          ":",
          ";",
          " ",
          "_",
          "\\u0065",
          "\\x41",
          "\\",
          "@\"",
          "$\"",
          "/*",
          "*/",
          "//",
          "<!--",
          "&H41",
          "&O101",
          "0x41",
          "chr(65)",
          "StrReverse(\"abc\")",
          "Replace(\"a\",\"a\",\"bb\")",
          "Convert.FromBase64String(\"YWJj\")",
          "unescape(\"%u0041%41%\")",
          "ev" + "al",
          "execute ",
          "Req" + "uest",
          "(\"a\")",
          "function f(x)",
          "sub g",
          "for each x in ",
          "return ",
          "if ",
          "then ",
          "rem ",
          "new ",
          "x",
          "y",
          "Server.MapPath(",
          ".SaveAs(",
          "#@~^AAAAAA==",
          "^#~@",
          "+ADw-",
          "codepage=65000",
          "<object runat=server classid=\"",
          "<!--#include file=\"",
          "<!--#exec cmd=\"",
          "<msxsl:script language=\"JScript\">",
          "ExternalUrl : http://f/",
          "OfflineAddressBooks",
          "\u0000",
          "\uFEFF",
          "$",
          "\u200C",
          "\u201D",
          "=\u201D");

  private final ShellScanner scanner = new ShellScanner(ShellRules.builtIn());

  @ParameterizedTest
  @ValueSource(longs = {1, 20260101, 987654321})
  void piecesInAnyOrder(long seed) {
    Random random = new Random(seed);
    Assertions.assertTimeout(
        BOUND,
        () -> {
          for (int round = 0; round < ROUNDS; round++) {
            StringBuilder page = new StringBuilder("<%");
            int pieces = 1 + random.nextInt(80);
            for (int i = 0; i < pieces; i++) {
              page.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            byte[] bytes = page.toString().getBytes(StandardCharsets.UTF_8);
            for (int flips = random.nextInt(4); flips > 0; flips--) {
              bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int score = scanner.scan(bytes).score();
            assertThat(score).as("seed %d round %d", seed, round).isBetween(0, 100);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "f(",
        "f(x,",
        "\"a\"&",
        "chr(65)&",
        "a=b:b=a:",
        "execute(",
        "<%",
        "<% ",
        "\"",
        "a.b",
        "{",
        "if x then ",
        "Request(\"a\")&",
        "x=x&\"a\":",
        "<script runat=server>",
        "Replace(\"aaaaaaaaaa\",\"a\",\"bbbbbbbbbb\")&",
        "<!--#include ",
        "f x,",
        "@\"",
        "\\u0065",
        "function f(a,b)\nf a,b\n",
        "unescape(\"%41\")+",
        "\"PCVldmFs\"&\n",
        "request.x",
        "#@~^"
      })
  void oneThingAMillionTimes(String piece) {
    StringBuilder page = new StringBuilder("<%@ Page Language=\"JScript\"%><%");
    while (page.length() < 1_500_000) {
      page.append(piece);
    }
    byte[] bytes = page.toString().getBytes(StandardCharsets.UTF_8);
    ShellVerdict verdict = Assertions.assertTimeout(BOUND, () -> scanner.scan(bytes));
    assertThat(verdict.score()).isBetween(0, 100);
  }

  @Test
  void randomBytes() {
    Random random = new Random(42);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = new byte[random.nextInt(3000)];
      random.nextBytes(bytes);
      assertThat(scanner.scan(bytes).shell()).as("seed 42 round %d", round).isFalse();
    }
  }
}

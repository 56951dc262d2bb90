package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ListPatternTest {
  private final Random random = new Random(1);

  private String text(String letters, int most) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(most + 1); length > 0; length--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  @Test
  void wildcardsMatchAsRegularExpressionsOfThemDo() {
    int matches = 0;
    for (int round = 0; round < 50_000; round++) {
      String pattern = text("ab/%*", 8);
      String name = text("ab/", 8);
      String same = pattern.replace("*", ".*").replace("%", "[^/]*");
      boolean expected = Pattern.matches(same, name);
      matches += expected ? 1 : 0;
      assertThat(new ListPattern(pattern).matches(name))
          .as(pattern + " " + name)
          .isEqualTo(expected);
    }
    assertThat(matches).isBetween(1_000, 49_000);
  }

  @Test
  void wildcardsUponWildcardsCostAsMuchAsOne() {
    ListPattern pattern = new ListPattern("%".repeat(ListPattern.LONGEST - 1) + "b");
    String name = "a".repeat(480);

    assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          for (int round = 0; round < 100_000; round++) {
            assertThat(pattern.matches(name)).isFalse();
          }
        });
  }

  @Test
  void patternsTogetherAreOnlySoLong() {
    try (ImapFixture server = new ImapFixture();
        ImapClient client = server.logIn()) {
      String long1 = "a%".repeat(500);
      String fits = String.join(" ", long1, long1, long1, long1);

      assertThat(client.ok("LIST \"\" (" + fits + " INBOX)")).anyMatch(s -> s.contains("INBOX"));
      assertThat(client.answer("LIST \"\" (" + fits + " " + long1 + ")"))
          .startsWith("NO [LIMIT] too many");
    }
  }
}

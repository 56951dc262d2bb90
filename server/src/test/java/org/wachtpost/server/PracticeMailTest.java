package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PracticeMailTest {
  @Test
  void everyMessageIsWellFormedOnTheWire() throws IOException {
    PracticeMail letters = PracticeMail.withDemoMail();
    for (int number = 0; number < letters.shapes(); number++) {
      String[] lines = letters.onTheWire(number).split("\r\n", -1);
      assertThat(lines[lines.length - 1]).isEqualTo(".");
      for (int i = 0; i < lines.length - 1; i++) {
        assertThat(lines[i]).doesNotContain("\r", "\n").hasSizeLessThanOrEqualTo(998);
        assertThat(lines[i]).as("line %d of %d", i, number).isNotEqualTo(".");
      }
    }
  }

  @Test
  void noTwoAreAlike() throws IOException {
    PracticeMail letters = PracticeMail.withDemoMail();
    Set<String> seen = new HashSet<>();
    for (int number = 0; number < 3 * letters.shapes(); number++) {
      assertThat(seen.add(letters.onTheWire(number))).as("message %d", number).isTrue();
    }
  }

  @Test
  void theDemosMailIsAmongThem() throws IOException {
    PracticeMail letters = PracticeMail.withDemoMail();
    assertThat(letters.shapes()).isGreaterThan(new PracticeMail(List.of()).shapes());
  }
}

package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<a@b.test>|a@b.test",
        "<a.b+c@b.test>|a.b+c@b.test",
        "<\"a\"@b.test>|a@b.test",
        "<\"a b\"@b.test>|\"a b\"@b.test",
        "<\"a\\\"b\"@b.test>|\"a\\\"b\"@b.test",
        "<\"a@c\"@b.test>|\"a@c\"@b.test",
        "<\"a>\"@b.test>|\"a>\"@b.test",
        "<a@[192.0.2.1]>|a@[192.0.2.1]",
        "<a@[IPv6:2001:db8::1]>|a@[IPv6:2001:db8::1]",
        "<@x.test:a@b.test>|a@b.test",
        "<Postmaster>|Postmaster",
        "<dörte@bücher.test>|dörte@bücher.test"
      })
  void good(String text, String expected) {
    assertThat(Path.parse(text).orElseThrow().path().toString()).isEqualTo(expected);
  }

  @Test
  void everyAtomCharacterIsTaken() {
    String local = "!#$%&'*+-/=?^_`{|}~";
    assertThat(Path.parse("<" + local + "@b.test>").orElseThrow().path().localPart())
        .isEqualTo(local);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a@b.test",
        "<",
        "<a",
        "<a@b.test",
        "<a@>",
        "<@b.test>",
        "<a@b@c.test>",
        "<.a@b.test>",
        "<a.@b.test>",
        "<a..b@b.test>",
        "<a b@b.test>",
        "<a@-b.test>",
        "<a@b-.test>",
        "<a@b..test>",
        "<a@.test>",
        "<a@b.test.>",
        "<a@[300.1.1.1]>",
        "<a@[x:y]>",
        "<\"a@b.test>",
        "<\"\"@b.test>",
        "<\"a\"b@c.test>",
        "<@x.test,a@b.test>",
        "<@:a@b.test>",
        "<a,b@c.test>",
        "<alice>"
      })
  void bad(String text) {
    assertThat(Path.parse(text)).isEmpty();
  }

  @Test
  void lengthLimits() {
    assertThat(Path.parse("<" + "a".repeat(255) + "@b.test>")).isPresent();
    assertThat(Path.parse("<" + "a".repeat(256) + "@b.test>")).isEmpty();
    assertThat(Path.parse("<" + "ö".repeat(128) + "@b.test>")).isEmpty();
    assertThat(Path.parse("<a@" + "b".repeat(63) + ".test>")).isPresent();
    assertThat(Path.parse("<a@" + "b".repeat(64) + ".test>")).isEmpty();
    assertThat(Path.parse("<a@" + "b.".repeat(126) + "test>")).isEmpty();
  }

  /** Mutates good paths: nothing may throw, and what is read must read the same when shown. */
  @Test
  void mutationsNeverThrowAndReadBackTheSame() {
    long seed = 20260302;
    Random random = new Random(seed);
    String[] seeds = {
      "<a.b@c.test>", "<\"a \\\" b\"@c.test>", "<@x.test:a@b.test>", "<a@[192.0.2.1]>", "<>"
    };
    String alphabet = "<>@\"\\.,:[] ab1-é\0%!\t;=";
    for (int round = 0; round < 200_000; round++) {
      StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
      for (int change = random.nextInt(4); change >= 0; change--) {
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        int place = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.insert(place, c);
          case 1 -> text.setCharAt(place, c);
          default -> {
            if (text.length() > 1) {
              text.deleteCharAt(place);
            }
          }
        }
      }
      Optional<Path.Parsed> parsed = Path.parse(text.toString());
      if (parsed.isPresent() && !parsed.get().path().isNull()) {
        Path path = parsed.get().path();
        Optional<Path.Parsed> again = Path.parse("<" + path + ">");
        assertThat(again.map(Path.Parsed::path))
            .as("seed " + seed + " round " + round + ": " + text)
            .contains(path);
      }
      assertThat(Parameters.parse(" " + text)).isNotNull();
    }
  }
}

package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TagEndsTest {
  private static final String SIGNS = "x>\"'%x<x";

  @Test
  void oneReadingForAllEndsTagsWhereOneForEachDoes() {
    Random random = new Random(27);
    for (int round = 0; round < 200; round++) {
      byte[] text = text(random, 80);
      TagEnds all = new TagEnds(text, 0, text.length);
      for (int i = 0; i < 1000; i++) {
        all.next(1, text.length); // until each further reading would be one too many
      }
      for (int from = 1; from < text.length; from++) {
        int to = from + random.nextInt(text.length - from);
        int each = new TagEnds(text, 0, text.length).next(from, to);
        assertThat(all.next(from, to)).isEqualTo(each).isBetween(from, to);
      }
    }
  }

  @Test
  void skipsQuotesAndBlocks() {
    byte[] text = "<a b='>' c=<%=d%> e=\">\">f".getBytes(StandardCharsets.US_ASCII);
    TagEnds ends = new TagEnds(text, 0, text.length);
    assertThat(ends.next(2, text.length)).isEqualTo(text.length - 2);
    assertThat(ends.next(2, 10)).isEqualTo(10);
    assertThat(ends.bare(2)).isEqualTo(6);
  }

  private static byte[] text(Random random, int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) SIGNS.charAt(random.nextInt(SIGNS.length()));
    }
    return text;
  }
}

package org.wachtpost.inspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SliceTableTest {
  private int asked;

  /** What the number in a value like {@code /path/17} is; counts how often that is asked. */
  private final SliceTable table =
      new SliceTable(text -> {
        asked++;
        return text.isEmpty() ? -1 : Integer.parseInt(text.substring(text.lastIndexOf('/') + 1));
      });

  private int judge(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Row row = new Row();
    row.buffer = Arrays.copyOf(bytes, bytes.length + Swar.PADDING);
    row.to[0] = bytes.length;
    row.columns = 1;
    return table.judge(row, 0);
  }

  @Test
  void eachValueIsJudgedOnceHoweverManyThereAre() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < SliceTable.MAX_ENTRIES; i++) {
        assertThat(judge("/path/" + i)).isEqualTo(i);
        // What was met before the table grew is still known after it.
        assertThat(judge("/path/" + i / 3)).isEqualTo(i / 3);
      }
    }
    assertThat(asked).isEqualTo(SliceTable.MAX_ENTRIES);
  }

  @Test
  void aFullTableStartsAnewAndStaysRight() {
    int values = SliceTable.MAX_ENTRIES * 2 + 100;
    for (int i = 0; i < values; i++) {
      assertThat(judge("/path/" + i)).isEqualTo(i);
    }
    assertThat(asked).isEqualTo(values);
    assertThat(judge("/path/0")).as("forgotten, and judged again").isZero();
    assertThat(asked).isEqualTo(values + 1);
    assertThat(judge("/path/" + (values - 1))).isEqualTo(values - 1);
    assertThat(asked).as("of those after the new start").isEqualTo(values + 1);
  }

  @Test
  void longAndEmptyValuesAreJudgedEachTime() {
    String longest = "/" + "x".repeat(SliceTable.MAX_KEY_BYTES) + "/7";
    assertThat(judge(longest)).isEqualTo(7);
    assertThat(judge(longest)).isEqualTo(7);
    assertThat(judge("")).isEqualTo(-1);
    assertThat(asked).isEqualTo(3);
  }
}

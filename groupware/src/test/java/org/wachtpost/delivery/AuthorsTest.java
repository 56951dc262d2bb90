package org.wachtpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorsTest {
  @Test
  void namesCommentsAndGroupsAreLeftOut() {
    assertThat(
            Authors.of(
                " \"Alice, who <writes>\" <alice@example.test> (at home),\r\n"
                    + " bob@example.test (Bob), Team: carol@example.test;\r\n"))
        .contains(List.of("alice@example.test", "bob@example.test", "carol@example.test"));
  }

  /** What one mail program takes for the author, another may not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<alice@example.test> head@bank.example",
        "<alice@example.test> <head@bank.example>",
        "<alice@example.test> \"head@bank.example\"",
        "Alice <alice@example.test",
        "alice@example.test head@bank.example",
        "\"Alice <alice@example.test>",
        "(Alice alice@example.test",
        "alice@example.test>",
        "Alice",
      })
  void whatCannotBeReadWithCertaintyIsNotRead(String body) {
    assertThat(Authors.of(" " + body + "\r\n")).isEmpty();
  }
}

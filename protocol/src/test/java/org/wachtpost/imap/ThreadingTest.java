package org.wachtpost.imap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What THREAD remembers of messages that are not here has limits. */
class ThreadingTest {
  private final Threading threading = new Threading();
  private int sequence;

  private void add(String id, String references) {
    sequence++;
    String subject = "subject " + sequence;
    threading.add(sequence, sequence, id, references, null, subject, false);
  }

  /** How many messages hang at the first one. */
  private int answers() {
    return threading.byReferences().stream()
        .filter(root -> root.sequence() == 1)
        .mapToInt(root -> root.children().size())
        .sum();
  }

  /** Beyond the limit only what a message is an answer to counts, which may well be here. */
  @ParameterizedTest
  @CsvSource({"0, 2", "90, 2", "120, 1"})
  void placesForMessagesThatAreNotHereAreLimited(int strangers, int answers) {
    add("<first@example.test>", "");
    for (int stranger = 0; stranger < strangers; stranger++) {
      StringBuilder references = new StringBuilder();
      for (int id = 0; id < 100; id++) {
        references.append('<').append(stranger).append('.').append(id).append("@gone.test> ");
      }
      add("<" + stranger + "@example.test>", references.toString());
    }
    add("<second@example.test>", "<first@example.test> <gone@example.test>");
    add("<third@example.test>", "<gone.too@example.test> <first@example.test>");

    assertThat(answers()).isEqualTo(answers);
  }

  @Test
  void messageIdsAreOnlySoLong() {
    String longest = "<" + "i".repeat(250) + ">";
    add(longest, "");
    add("<second@example.test>", longest);
    assertThat(answers()).isEqualTo(1);

    Threading other = new Threading();
    String longer = "<" + "i".repeat(251) + ">";
    other.add(1, 1, longer, "", null, "one", false);
    other.add(2, 2, "<second@example.test>", longer, null, "two", false);
    assertThat(other.byReferences()).hasSize(2);
  }
}

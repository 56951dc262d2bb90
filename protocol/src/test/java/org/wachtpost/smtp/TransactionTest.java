package org.wachtpost.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wachtpost.delivery.InboundRecipient;
import org.wachtpost.directory.Recipients.Local;
import org.wachtpost.directory.Recipients.Resolution;
import org.wachtpost.queue.BodyType;
import org.wachtpost.queue.EnvelopeOptions;
import org.wachtpost.store.AccountId;

class TransactionTest {
  private static InboundRecipient list(int members) {
    Local local = new Local(AccountId.person(1), "alice@example.test", null);
    return new InboundRecipient(
        "list@example.test",
        new Resolution.Reaches(
            Collections.nCopies(members - 1, local), List.of("friend@elsewhere.test")),
        null,
        Set.of());
  }

  /** A large list named a thousand times would be held a thousand times. */
  @Test
  void recipientsReachALimitedNumberOfAddresses() {
    Transaction transaction =
        new Transaction(
            "a@b.test", new EnvelopeOptions(BodyType.SEVEN_BIT, false, false, null, null));
    assertThat(transaction.add(list(Transaction.REACHED + 1))).isTrue();
    assertThat(transaction.add(list(1))).isFalse();
    assertThat(transaction.recipients()).hasSize(1);
    transaction =
        new Transaction(
            "a@b.test", new EnvelopeOptions(BodyType.SEVEN_BIT, false, false, null, null));
    assertThat(transaction.add(list(Transaction.REACHED - 1))).isTrue();
    assertThat(transaction.add(list(1))).isTrue();
    assertThat(transaction.add(list(1))).isFalse();
    assertThat(transaction.recipients()).hasSize(2);
  }
}

package org.wachtpost.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class WorkersTest {
  /** Throws what its signature does not name, as code of other languages and tricks do. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void unseen(Throwable failure) throws T {
    throw (T) failure;
  }

  private static void run(IntConsumer work) throws Exception {
    Workers.each(2, 1_000, () -> work, () -> {});
  }

  @Test
  void everyPieceIsDoneOnce() throws Exception {
    AtomicInteger sum = new AtomicInteger();
    run(sum::addAndGet);
    assertThat(sum).hasValue(499_500);
  }

  @Test
  void aCheckedExceptionThatGotOutUnseenIsThrown() {
    IOException failure = new IOException("disk gone");
    assertThatThrownBy(() ->
            run(index -> {
              if (index == 7) {
                WorkersTest.<RuntimeException>unseen(failure);
              }
            }))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(failure);
  }

  @Test
  void errorsAndRuntimeExceptionsAreThrownAsTheyAre() {
    for (Throwable failure :
        new Throwable[] {new OutOfMemoryError("x"), new IllegalStateException()}) {
      assertThatThrownBy(() -> run(index -> WorkersTest.<RuntimeException>unseen(failure)))
          .isSameAs(failure);
    }
  }

  @Test
  void afterADeathNoFurtherPieceIsHandedOut() {
    AtomicInteger begun = new AtomicInteger();
    assertThatThrownBy(() ->
            Workers.each(
                1,
                1_000,
                () ->
                    index -> {
                      begun.incrementAndGet();
                      WorkersTest.<RuntimeException>unseen(new Exception("dead"));
                    },
                () -> {}))
        .isInstanceOf(IllegalStateException.class);
    assertThat(begun).hasValue(1);
  }
}

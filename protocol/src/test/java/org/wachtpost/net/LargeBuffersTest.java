package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LargeBuffersTest {
  private final LargeBuffers buffers = new LargeBuffers(100);

  @Test
  void theLastOneGivenBackGoesOutFirst() {
    byte[] first = buffers.take();
    byte[] second = buffers.take();
    buffers.giveBack(first);
    buffers.giveBack(second);

    assertThat(buffers.take()).isSameAs(second);
    assertThat(buffers.take()).isSameAs(first);
    assertThat(buffers.take()).isNotSameAs(first).hasSize(LargeBuffers.BYTES);
  }

  /** Thousands of slow senders at a time are read into what costs little. */
  @Test
  void onlySoManyAreOutAtATime() {
    List<byte[]> many = IntStream.range(0, 100).mapToObj(i -> buffers.take()).toList();
    assertThat(many).doesNotContainNull();
    assertThat(buffers.take()).isNull();
    assertThat(buffers.take()).isNull();
    buffers.giveBack(many.getFirst());
    assertThat(buffers.take()).isNotNull();
    assertThat(buffers.take()).isNull();
  }

  @Test
  void allThatAreOutAreASixteenthOfTheMemory() {
    LargeBuffers few = LargeBuffers.in(32L * 1024 * 1024);
    for (int i = 0; i < 64; i++) {
      assertThat(few.take()).isNotNull();
    }
    assertThat(few.take()).isNull();
  }

  @Test
  void noMoreAreKeptThanAllowed() {
    List<byte[]> many =
        IntStream.range(0, LargeBuffers.KEPT + 5).mapToObj(i -> buffers.take()).toList();
    many.forEach(buffers::giveBack);

    assertThat(buffers.kept()).isEqualTo(LargeBuffers.KEPT);
  }

  @Test
  void aBufferOfAnotherSizeIsNotKept() {
    buffers.giveBack(new byte[512]);

    assertThat(buffers.kept()).isZero();
  }

  @Test
  void nobodyIsGivenWhatAnotherHas() throws InterruptedException {
    Set<byte[]> out =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    List<String> faults = Collections.synchronizedList(new ArrayList<>());
    List<Thread> users =
        IntStream.range(0, 8)
            .mapToObj(user ->
                Thread.startVirtualThread(() -> {
                  for (int i = 0; i < 5_000; i++) {
                    byte[] buffer = buffers.take();
                    if (!out.add(buffer)) {
                      faults.add("given twice");
                    }
                    Thread.yield();
                    out.remove(buffer);
                    buffers.giveBack(buffer);
                  }
                }))
            .toList();
    for (Thread user : users) {
      user.join();
    }

    assertThat(faults).isEmpty();
    assertThat(buffers.kept()).isBetween(1, 8);
  }
}

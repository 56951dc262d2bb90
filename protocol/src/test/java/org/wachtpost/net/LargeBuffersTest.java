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
  private final LargeBuffers buffers = new LargeBuffers();

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

package org.wachtpost.store.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Batch;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.CommitId;
import org.wachtpost.store.CommitResult;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;

/**
 * Drives a store through random steps with a model beside it. What was acknowledged must be there
 * after anything; what was not is there wholly or not at all, as {@code outcome} says.
 */
final class StoreSimulation {
  private static final int ACCOUNTS = 12;
  private static final int KEYS = 60;

  private final World world;
  private final Random random;
  private final StoreModel model = new StoreModel();
  private final Tally tally = new Tally();

  /** What happened in a run, so that a test can see that something did. */
  static final class Tally {
    int acknowledged;
    int refused;
    int settledAsDone;
    int settledAsNotDone;
    int powerCycles;

    @Override
    public String toString() {
      return "%d acknowledged, %d refused (%d of them done, %d not), %d power cycles"
          .formatted(acknowledged, refused, settledAsDone, settledAsNotDone, powerCycles);
    }
  }

  StoreSimulation(World world, long seed) {
    this.world = world;
    this.random = new Random(seed);
  }

  Tally run(int steps) throws IOException {
    for (int step = 0; step < steps; step++) {
      step();
    }
    cycle();
    return tally;
  }

  private void step() throws IOException {
    AccountId account = AccountId.person(random.nextInt(ACCOUNTS));
    switch (random.nextInt(40)) {
      case 0 -> world.misbehave(random);
      case 1 -> cycle();
      case 2 -> drop(account);
      case 3, 4 -> conflict(account);
      case 5, 6 -> missingBlob(account);
      case 7, 8, 9 -> stream(account);
      case 10, 11 -> model.verify(world.store(), account);
      default -> commit(account);
    }
  }

  private void commit(AccountId account) {
    Batch batch = randomBatch(account);
    CommitId id = CommitId.random(random);
    long version = model.version(account);
    try {
      CommitResult result = world.store().commit(account, version, id, batch);
      assertThat(result).isEqualTo(new CommitResult.Committed(version + 1));
      model.committed(account, id, batch);
      tally.acknowledged++;
    } catch (StoreException.Unavailable e) {
      tally.refused++;
      settle(account, id, batch);
    }
  }

  /** Asks a store that works again what became of the commit. */
  private void settle(AccountId account, CommitId id, Batch batch) {
    restart();
    if (world.store().outcome(account, id).isPresent()) {
      model.committed(account, id, batch);
      tally.settledAsDone++;
    } else {
      tally.settledAsNotDone++;
    }
    model.forgetLooseBlobs(world.store());
    model.verify(world.store(), account);
  }

  private void restart() {
    if (random.nextBoolean()) {
      world.powerCycle();
      tally.powerCycles++;
      return;
    }
    // Goes on without a restart if it can: the next commit mends what the fault left.
    world.behave();
    try {
      world.store().drop(AccountId.person(ACCOUNTS));
    } catch (StoreException.Unavailable e) {
      world.powerCycle();
      tally.powerCycles++;
    }
  }

  private void cycle() {
    world.powerCycle();
    tally.powerCycles++;
    model.forgetLooseBlobs(world.store());
    model.verify(world.store());
  }

  private void drop(AccountId account) {
    try {
      world.store().drop(account);
      model.dropped(account);
    } catch (StoreException.Unavailable e) {
      restart();
      if (model.version(account) > 0 && world.store().version(account) == 0) {
        model.dropped(account);
      }
      model.forgetLooseBlobs(world.store());
      model.verify(world.store());
    }
  }

  private void conflict(AccountId account) {
    long version = model.version(account);
    long wrong = random.nextBoolean() ? version + 1 : Math.max(0, version - 1);
    if (wrong == version) {
      return;
    }
    try {
      assertThat(
              world.store().commit(account, wrong, CommitId.random(random), randomBatch(account)))
          .isEqualTo(new CommitResult.Conflict(version));
    } catch (StoreException.Unavailable e) {
      restart();
      model.forgetLooseBlobs(world.store());
    }
  }

  private void missingBlob(AccountId account) {
    BlobId missing = BlobId.ofContent(bytes(16));
    try {
      assertThat(
              world
                  .store()
                  .commit(
                      account,
                      model.version(account),
                      CommitId.random(random),
                      randomBatch(account).requireBlob(missing)))
          .isEqualTo(new CommitResult.MissingBlob(missing));
    } catch (StoreException.Unavailable e) {
      restart();
      model.forgetLooseBlobs(world.store());
    }
  }

  private void stream(AccountId account) throws IOException {
    byte[] content = bytes(random.nextInt(20) == 0 ? 600_000 : random.nextInt(3000));
    try {
      world.store().writeBlob(account, new ByteArrayInputStream(content));
      model.streamed(account, content);
    } catch (StoreException.Unavailable e) {
      restart();
      if (world.store().blobSize(account, BlobId.ofContent(content)).isPresent()) {
        model.streamed(account, content);
      }
      model.forgetLooseBlobs(world.store());
    }
  }

  private Batch randomBatch(AccountId account) {
    Batch batch = new Batch();
    int writes = random.nextInt(8);
    for (int i = 0; i < writes; i++) {
      byte[] key = new byte[1 + random.nextInt(3)];
      key[0] = (byte) ('a' + random.nextInt(2));
      for (int j = 1; j < key.length; j++) {
        key[j] = (byte) random.nextInt(KEYS);
      }
      if (random.nextInt(4) == 0) {
        batch.delete(Key.of(key));
      } else {
        batch.put(Key.of(key), bytes(random.nextInt(400)));
      }
    }
    if (random.nextInt(3) == 0) {
      batch.addBlob(bytes(random.nextInt(6000)));
    }
    List<BlobId> blobs = new ArrayList<>(model.blobs(account).keySet());
    if (!blobs.isEmpty() && random.nextInt(3) == 0) {
      batch.requireBlob(blobs.get(random.nextInt(blobs.size())));
    }
    if (!blobs.isEmpty() && random.nextInt(4) == 0) {
      batch.dropBlob(blobs.get(random.nextInt(blobs.size())));
    }
    return batch;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}

package org.wachtpost.store.sim;

import java.util.random.RandomGenerator;
import org.wachtpost.store.Store;

/** Where a simulated store lives. */
public interface World {
  /** The store that is open now. */
  Store store();

  /** Ends the store, as hard as this world can, and opens it again. */
  Store powerCycle();

  /** Plans something that goes wrong soon, or mends it; a world without faults does nothing. */
  void misbehave(RandomGenerator random);

  /** Mends whatever was broken or planned to break. */
  void behave();
}

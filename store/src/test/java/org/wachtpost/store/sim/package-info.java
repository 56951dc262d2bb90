/**
 * Seeded simulation of a store, for this module's tests and those of others: a world that loses
 * power and fails, and a model beside it that says what must be there.
 *
 * <p>A run is named by its seed, which is printed; {@code -Dwachtpost.seed=N} runs it again. To
 * simulate one's own code, build it on {@link org.wachtpost.store.sim.SimulatedWorld#store}, plan
 * faults, and build it again after {@link org.wachtpost.store.sim.SimulatedWorld#powerCycle}.
 */
@NullMarked
package org.wachtpost.store.sim;

import org.jspecify.annotations.NullMarked;

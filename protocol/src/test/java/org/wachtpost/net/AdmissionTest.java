package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wachtpost.net.Protocol.Refusal;

/** Two connections from an address, two of an account, ten in all. */
class AdmissionTest {
  private final Admission admission =
      new Admission(
          NetworkSettings.DEFAULT.withLimits(new NetworkSettings.Limits(10, 2, 1_000, true)));
  private final InetAddress office = address(192, 0, 2, 1);

  private static InetAddress address(int... parts) {
    byte[] bytes = new byte[parts.length];
    for (int index = 0; index < parts.length; index++) {
      bytes[index] = (byte) parts[index];
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private Admission.Place enter() {
    assertThat(admission.enter(office, 0)).isEmpty();
    return admission.place(office);
  }

  @Test
  void peopleBehindOneAddressAreCountedEachByThemselves() {
    List<Admission.Place> places = new ArrayList<>();
    for (String who : List.of("alice", "alice", "bob", "bob", "carol")) {
      Admission.Place place = enter();
      place.loggedIn(who);
      places.add(place);
    }
    // What is too much for alice counts against the address; a second log-in changes nothing.
    for (int more = 0; more < 2; more++) {
      Admission.Place place = enter();
      place.loggedIn("alice");
      places.add(place);
      places.getFirst().loggedIn("dave");
    }
    assertThat(admission.enter(office, 0)).contains(Refusal.TOO_MANY_FROM_ADDRESS);
    assertThat(admission.enter(address(192, 0, 2, 2), 0)).isEmpty();
    admission.place(address(192, 0, 2, 2)).close();
    places.forEach(Admission.Place::close);
    assertThat(admission.connections()).isZero();
    // Nothing is left counted against anybody.
    for (int again = 0; again < 2; again++) {
      enter().loggedIn("alice");
    }
    enter();
    enter();
    assertThat(admission.enter(office, 0)).contains(Refusal.TOO_MANY_FROM_ADDRESS);
  }

  @Test
  void aPlaceThatIsLeftIsFreeForTheSameAccount() {
    Admission.Place first = enter();
    first.loggedIn("alice");
    enter().loggedIn("alice");
    first.close();
    enter().loggedIn("alice");
    enter();
    enter();
    assertThat(admission.enter(office, 0)).contains(Refusal.TOO_MANY_FROM_ADDRESS);
  }

  @Test
  void theTotalHoldsForAll() {
    for (int person = 0; person < 10; person++) {
      enter().loggedIn("person " + person);
    }
    assertThat(admission.enter(office, 0)).contains(Refusal.TOO_MANY_CONNECTIONS);
  }
}

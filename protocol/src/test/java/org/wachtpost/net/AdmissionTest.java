package org.wachtpost.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wachtpost.net.Protocol.Refusal;

/** Two connections from an address, two of an account, ten in all. */
class AdmissionTest {
  private final Admission admission =
      new Admission(
          NetworkSettings.DEFAULT.withLimits(new NetworkSettings.Limits(10, 2, 1_000, true)));
  private final InetAddress office = address(192, 0, 2, 1);

  private final List<InetAddress> crowdedOut = new ArrayList<>();

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
    return enter(office);
  }

  private Admission.Place enter(InetAddress address) {
    Admission.Place place = admission.place(address, () -> crowdedOut.add(address));
    assertThat(place.enter(0)).isEmpty();
    return place;
  }

  private Optional<Refusal> refusal(InetAddress address) {
    try (Admission.Place place = admission.place(address, () -> crowdedOut.add(address))) {
      return place.enter(0);
    }
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
    assertThat(refusal(office)).contains(Refusal.TOO_MANY_FROM_ADDRESS);
    assertThat(refusal(address(192, 0, 2, 2))).isEmpty();
    places.forEach(Admission.Place::close);
    assertThat(admission.connections()).isZero();
    // Nothing is left counted against anybody.
    for (int again = 0; again < 2; again++) {
      enter().loggedIn("alice");
    }
    enter();
    enter();
    assertThat(refusal(office)).contains(Refusal.TOO_MANY_FROM_ADDRESS);
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
    assertThat(refusal(office)).contains(Refusal.TOO_MANY_FROM_ADDRESS);
  }

  @Test
  void theTotalHoldsForAll() {
    for (int person = 0; person < 10; person++) {
      enter().loggedIn("person " + person);
    }
    assertThat(refusal(office)).contains(Refusal.TOO_MANY_CONNECTIONS);
  }

  /** Whoever fills all places from a few addresses keeps nobody out. */
  @Test
  void addressesWithMostConnectionsAreCrowdedOut() {
    List<Admission.Place> many = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      many.add(enter(address(198, 51, 100, i / 2)));
    }
    assertThat(refusal(address(198, 51, 100, 1))).contains(Refusal.TOO_MANY_FROM_ADDRESS);
    enter(office);
    assertThat(crowdedOut).hasSize(1);
    assertThat(admission.connections()).isEqualTo(10);
    // The one that was crowded out is not gone yet: no more at a time than some.
    assertThat(refusal(address(192, 0, 2, 2))).contains(Refusal.TOO_MANY_CONNECTIONS);
    many.stream().filter(place -> place.isLeaving()).forEach(Admission.Place::close);
    assertThat(admission.connections()).isEqualTo(10);
    enter(address(192, 0, 2, 2));
    many.forEach(Admission.Place::close);
    assertThat(admission.connections()).isEqualTo(2);
  }

  @Test
  void nobodyIsCrowdedOutForSomebodyWhoHasAsMany() {
    for (int i = 0; i < 10; i++) {
      enter(address(198, 51, 100, i));
    }
    assertThat(refusal(office)).contains(Refusal.TOO_MANY_CONNECTIONS);
    assertThat(refusal(address(198, 51, 100, 1))).contains(Refusal.TOO_MANY_CONNECTIONS);
    assertThat(crowdedOut).isEmpty();
  }

  @Test
  void addressesFromWhichSomebodyLoggedInComeFirst() {
    enter().loggedIn("alice");
    enter();
    for (int i = 0; i < 8; i++) {
      enter(address(198, 51, 100, i));
    }
    enter();
    assertThat(crowdedOut).hasSize(1).doesNotContain(office);
    // And strangers do not crowd them out, though they have more.
    assertThat(refusal(address(203, 0, 113, 1))).contains(Refusal.TOO_MANY_CONNECTIONS);
    assertThat(crowdedOut).hasSize(1);
  }

  @Test
  void whoHasLoggedInIsNotCrowdedOut() {
    for (int person = 0; person < 9; person++) {
      enter().loggedIn("person " + person);
    }
    enter(address(198, 51, 100, 1));
    enter();
    assertThat(crowdedOut).containsExactly(address(198, 51, 100, 1));
    assertThat(refusal(address(203, 0, 113, 1))).contains(Refusal.TOO_MANY_CONNECTIONS);
  }

  @Test
  void thisMachineItselfIsNotCrowdedOut() {
    Admission local =
        new Admission(
            NetworkSettings.DEFAULT.withLimits(new NetworkSettings.Limits(4, 2, 1_000, false)));
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int i = 0; i < 4; i++) {
      assertThat(local.place(loopback, () -> crowdedOut.add(loopback)).enter(0)).isEmpty();
    }
    assertThat(local.place(office, () -> {}).enter(0)).contains(Refusal.TOO_MANY_CONNECTIONS);
    assertThat(crowdedOut).isEmpty();
  }

  @Test
  void aQuarterOfTheMemoryIsForConnections() {
    assertThat(NetworkSettings.connectionsIn(512L * 1024 * 1024)).isEqualTo(10_922);
    assertThat(NetworkSettings.connectionsIn(1024)).isEqualTo(1);
  }
}

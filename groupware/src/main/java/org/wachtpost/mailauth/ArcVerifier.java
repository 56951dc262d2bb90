package org.wachtpost.mailauth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.Dns;

/**
 * Validates the ARC chain of a message (RFC 8617 §5.2), in two steps as {@link DkimVerifier} does.
 */
final class ArcVerifier {

  private final DkimKeys keys;

  /** The sets of a message, or why they are no chain. */
  record Prepared(List<ArcSets.Set> sets, @Nullable DkimFailure failure) {

    /** What must be hashed of the body; null if nothing. */
    BodyHash.@Nullable Wanted body() {
      return failure != null || sets.isEmpty() ? null : sets.getLast().messageSignature().body();
    }
  }

  ArcVerifier(Dns dns) {
    this.keys = new DkimKeys(dns);
  }

  static Prepared prepare(MessageHeader header) {
    try {
      List<ArcSets.Set> sets = ArcSets.collect(header);
      checkChainStatus(sets);
      return new Prepared(sets, null);
    } catch (DkimFailure failure) {
      return new Prepared(List.of(), failure);
    }
  }

  ArcVerdict verify(
      MessageHeader header, Prepared prepared, Map<BodyHash.Wanted, BodyHash.Computed> bodies) {
    DkimFailure failure = prepared.failure();
    if (failure != null) {
      return new ArcVerdict(ArcVerdict.Status.FAIL, List.of(), failure.reason());
    }
    List<ArcSets.Set> sets = prepared.sets();
    if (sets.isEmpty()) {
      return new ArcVerdict(ArcVerdict.Status.NONE, List.of(), null);
    }
    try {
      checkMessageSignature(header, sets.getLast(), bodies);
      for (int last = sets.size(); last >= 1; last--) {
        checkSeal(sets.subList(0, last));
      }
    } catch (DkimFailure broken) {
      return new ArcVerdict(ArcVerdict.Status.FAIL, List.of(), broken.reason());
    }
    return new ArcVerdict(
        ArcVerdict.Status.PASS,
        sets.stream()
            .map(set -> new ArcVerdict.Set(set.instance(), set.seal().domain(), set.results()))
            .toList(),
        null);
  }

  /** RFC 8617 §5.2, steps 2 and 3: what each sealer found of the chain before it. */
  private static void checkChainStatus(List<ArcSets.Set> sets) throws DkimFailure {
    for (ArcSets.Set set : sets) {
      String expected = set.instance() == 1 ? "none" : "pass";
      if (!set.chainStatus().equals(expected)) {
        throw ArcSets.failed("seal " + set.instance() + " says cv=" + word(set.chainStatus()));
      }
    }
  }

  private static String word(String chainStatus) {
    return List.of("none", "pass", "fail").contains(chainStatus) ? chainStatus : "something else";
  }

  private void checkMessageSignature(
      MessageHeader header, ArcSets.Set set, Map<BodyHash.Wanted, BodyHash.Computed> bodies)
      throws DkimFailure {
    if (!header.complete()) {
      throw ArcSets.failed("the header is too large");
    }
    DkimSignature signature = set.messageSignature();
    BodyHash.Computed body = bodies.get(signature.body());
    if (body == null) {
      throw new IllegalStateException("the body was not hashed for ARC");
    }
    signature.checkBody(body);
    if (signature.leavesOctetsUnsigned(body)) {
      throw ArcSets.failed("body goes on behind what is signed");
    }
    DkimKeyRecord key = keys.find(signature.common());
    DkimKeys.verify(signature.common(), key, signature.signedData(header.fields()));
  }

  private void checkSeal(List<ArcSets.Set> sets) throws DkimFailure {
    SignatureTags seal = sets.getLast().seal();
    List<String> fields = new ArrayList<>();
    for (ArcSets.Set set : sets) {
      fields.add(set.resultsField().raw());
      fields.add(set.messageSignatureField().raw());
      fields.add(
          set.instance() == sets.size() ? seal.fieldWithoutSignature() : set.seal().field().raw());
    }
    DkimKeys.verify(seal, keys.find(seal), sealedData(fields));
  }

  /** RFC 8617 §5.1.1: relaxed, in the order of the sets, the last field without its CRLF. */
  static byte[] sealedData(List<String> fields) {
    StringBuilder data = new StringBuilder();
    for (String field : fields) {
      data.append(data.isEmpty() ? "" : "\r\n").append(Canonicalization.RELAXED.field(field));
    }
    return SignatureWriter.octets(data.toString());
  }
}

package org.wachtpost.mailauth;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.Dns;

/**
 * Verifies the DKIM signatures of a message (RFC 6376 §6), in two steps, so that the body is read
 * once for all signatures, ARC's included: {@link #prepare} says what must be hashed, {@link
 * #verify} gives the verdicts.
 */
final class DkimVerifier {

  /** Signatures that are verified, from the top; the others get {@link DkimStatus#POLICY}. */
  static final int MAX_SIGNATURES = 10;

  static final String FIELD = "DKIM-Signature";

  /** A signature field, read; or why it could not be. */
  record Prepared(
      HeaderField field, @Nullable DkimSignature signature, @Nullable DkimFailure failure) {}

  private final DkimKeys keys;
  private final InstantSource clock;

  DkimVerifier(Dns dns, InstantSource clock) {
    this.keys = new DkimKeys(dns);
    this.clock = clock;
  }

  static List<Prepared> prepare(MessageHeader header) {
    List<Prepared> prepared = new ArrayList<>();
    for (HeaderField field : header.named(FIELD)) {
      if (prepared.size() == MAX_SIGNATURES) {
        DkimFailure many =
            new DkimFailure(DkimStatus.POLICY, "more than " + MAX_SIGNATURES + " signatures");
        prepared.add(new Prepared(field, null, many));
        break;
      }
      try {
        prepared.add(new Prepared(field, DkimSignature.parse(field), null));
      } catch (DkimFailure failure) {
        prepared.add(new Prepared(field, null, failure));
      }
    }
    return prepared;
  }

  List<DkimVerdict> verify(
      MessageHeader header,
      List<Prepared> prepared,
      Map<BodyHash.Wanted, BodyHash.Computed> bodies) {
    return prepared.stream().map(one -> verify(header, one, bodies)).toList();
  }

  private DkimVerdict verify(
      MessageHeader header, Prepared prepared, Map<BodyHash.Wanted, BodyHash.Computed> bodies) {
    DkimSignature signature = prepared.signature();
    if (signature == null) {
      return unreadable(prepared);
    }
    try {
      BodyHash.Computed body = bodies.get(signature.body());
      if (body == null) {
        throw new IllegalStateException("the body was not hashed for " + signature.body());
      }
      verify(header, signature, body);
      return verdict(signature, DkimStatus.PASS, null);
    } catch (DkimFailure failure) {
      return verdict(signature, failure.status(), failure.reason());
    }
  }

  private void verify(MessageHeader header, DkimSignature signature, BodyHash.Computed body)
      throws DkimFailure {
    if (!header.complete()) {
      throw DkimFailure.permanent("the header is too large");
    }
    DkimKeyRecord key = keys.find(signature.common());
    if (key.strict() && !signature.identityIsDomain()) {
      throw DkimFailure.permanent("tag i= is a subdomain, which the key forbids");
    }
    try {
      DkimKeys.verify(signature.common(), key, signature.signedData(header.fields()));
      signature.checkBody(body);
    } catch (DkimFailure failure) {
      if (key.testing() && failure.status() == DkimStatus.FAIL) {
        // RFC 6376 §3.6.1, flag y: a failure is as if there were no signature
        throw new DkimFailure(DkimStatus.NEUTRAL, failure.reason() + " (the key is for testing)");
      }
      throw failure;
    }
    if (signature.expires() >= 0 && clock.instant().getEpochSecond() > signature.expires()) {
      throw new DkimFailure(DkimStatus.FAIL, "signature has expired");
    }
    if (signature.leavesOctetsUnsigned(body)) {
      // RFC 6376 §8.2: anybody could have put text there.
      throw new DkimFailure(DkimStatus.POLICY, "body goes on behind what is signed");
    }
    if (signature.leavesFieldUnsigned(header.fields())) {
      // RFC 6376 §8.15: a reader would be shown the one that was put above what is signed.
      throw new DkimFailure(DkimStatus.POLICY, "a field stands more often than it was signed");
    }
  }

  private static DkimVerdict verdict(
      DkimSignature signature, DkimStatus status, @Nullable String reason) {
    SignatureTags common = signature.common();
    return new DkimVerdict(
        status,
        common.domain(),
        common.selector(),
        signature.identity(),
        common.algorithm().word(),
        common.start(),
        reason);
  }

  private static DkimVerdict unreadable(Prepared prepared) {
    DkimFailure failure = prepared.failure();
    return new DkimVerdict(
        failure == null ? DkimStatus.PERMERROR : failure.status(),
        null,
        null,
        null,
        null,
        null,
        failure == null ? "unreadable" : failure.reason());
  }
}

package org.wachtpost.mailauth;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds our set to the ARC chain of a message that we pass on (RFC 8617 §5.1): what we found when it
 * came in, a signature over it as it goes out, and a seal over the chain.
 *
 * <p>Threading: any thread.
 */
public final class ArcSealer {

  private static final BodyHash.Wanted BODY =
      new BodyHash.Wanted(Canonicalization.RELAXED, BodyHash.ALL);

  private final InstantSource clock;

  public ArcSealer(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @param message as it goes out, the sets of earlier sealers included
   * @param verdict of the message as it came in
   * @return the three fields to put before the message, or why it cannot be sealed: a broken chain
   *     is not made longer
   */
  public DkimSigner.Outcome seal(
      MessageSource message, AuthenticationVerdict verdict, DkimSigningKey key) throws IOException {
    try (InputStream in = new BufferedInputStream(message.open())) {
      MessageHeader header = MessageHeader.read(in);
      ArcVerifier.Prepared chain = ArcVerifier.prepare(header);
      boolean broken =
          verdict.arc().status() == ArcVerdict.Status.FAIL
              || chain.failure() != null
              || chain.sets().size() != verdict.arc().sets().size();
      if (broken || !header.complete()) {
        return new DkimSigner.Refused("the ARC chain is broken");
      }
      int instance = chain.sets().size() + 1;
      if (instance > ArcSets.MAX_SETS) {
        return new DkimSigner.Refused("the ARC chain is too long");
      }
      List<String> names = DkimSigner.namesToSign(header, List.of(DkimVerifier.FIELD));
      String bodyHash = BodyHash.compute(in, BODY).sha256Base64();
      String results = resultsField(instance, verdict.results());
      String signature = messageSignature(header, names, bodyHash, key, instance);
      String seal = seal(chain.sets(), results, signature, key);
      return new DkimSigner.Signed(seal + signature + results);
    }
  }

  private static String resultsField(int instance, AuthenticationResults results) {
    List<String> parts = new ArrayList<>();
    parts.add("i=" + instance);
    parts.addAll(results.parts());
    return AuthenticationResults.fold(ArcSets.RESULTS + ": ", parts);
  }

  private String messageSignature(
      MessageHeader header, List<String> names, String bodyHash, DkimSigningKey key, int instance) {
    SignatureWriter writer =
        common(ArcSets.MESSAGE_SIGNATURE, instance, key)
            .tag("c", "relaxed/relaxed")
            .names("h", names)
            .tag("bh", bodyHash);
    String data =
        DkimSigner.signedFields(header, names) + Canonicalization.RELAXED.field(writer.unsigned());
    return sign(writer, key, SignatureWriter.octets(data));
  }

  private String seal(
      List<ArcSets.Set> before, String results, String signature, DkimSigningKey key) {
    int instance = before.size() + 1;
    SignatureWriter writer =
        common(ArcSets.SEAL, instance, key).tag("cv", before.isEmpty() ? "none" : "pass");
    List<String> fields = new ArrayList<>();
    for (ArcSets.Set set : before) {
      fields.add(set.resultsField().raw());
      fields.add(set.messageSignatureField().raw());
      fields.add(set.seal().field().raw());
    }
    fields.add(withoutEnd(results));
    fields.add(withoutEnd(signature));
    fields.add(writer.unsigned());
    return sign(writer, key, ArcVerifier.sealedData(fields));
  }

  private SignatureWriter common(String field, int instance, DkimSigningKey key) {
    return new SignatureWriter(field)
        .tag("i", Integer.toString(instance))
        .tag("a", key.algorithm().word())
        .tag("d", key.domain())
        .tag("s", key.selector())
        .tag("t", Long.toString(clock.instant().getEpochSecond()));
  }

  private static String sign(SignatureWriter writer, DkimSigningKey key, byte[] data) {
    return writer.signed(key.algorithm().sign(key.privateKey(), data));
  }

  private static String withoutEnd(String field) {
    return field.substring(0, field.length() - 2);
  }
}

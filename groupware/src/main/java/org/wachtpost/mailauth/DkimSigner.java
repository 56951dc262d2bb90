package org.wachtpost.mailauth;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Signs messages with DKIM (RFC 6376 §5): relaxed/relaxed, every field that a reader sees, and the
 * absence of more of them (§8.15). The body is read once for all keys.
 *
 * <p>Threading: any thread.
 */
public final class DkimSigner {

  /** What came of signing. */
  public sealed interface Outcome {}

  /**
   * @param fields one DKIM-Signature field for each key, each with its CRLF, to be put before the
   *     message
   */
  public record Signed(String fields) implements Outcome {}

  /** The message cannot be signed; why, in words. */
  public record Refused(String reason) implements Outcome {}

  /** Signed where present, and signed once more, so that none can be added. */
  static final List<String> OVERSIGNED =
      List.of(
          "from",
          "to",
          "cc",
          "subject",
          "date",
          "message-id",
          "reply-to",
          "in-reply-to",
          "references",
          "mime-version",
          "content-type",
          "content-transfer-encoding");

  /** Signed where present (RFC 6376 §5.4.1); lists add and change them. */
  private static final Set<String> SIGNED =
      Set.of(
          "sender",
          "resent-date",
          "resent-from",
          "resent-to",
          "resent-cc",
          "resent-message-id",
          "list-id",
          "list-help",
          "list-unsubscribe",
          "list-unsubscribe-post",
          "list-subscribe",
          "list-post",
          "list-owner",
          "list-archive",
          "content-id",
          "content-description",
          "autocrypt",
          "tls-required");

  private static final BodyHash.Wanted BODY =
      new BodyHash.Wanted(Canonicalization.RELAXED, BodyHash.ALL);

  private final InstantSource clock;

  public DkimSigner(InstantSource clock) {
    this.clock = clock;
  }

  /** Signs with every key, in order. */
  public Outcome sign(MessageSource message, List<DkimSigningKey> keys) throws IOException {
    try (InputStream in = new BufferedInputStream(message.open())) {
      MessageHeader header = MessageHeader.read(in);
      if (!header.complete()) {
        return new Refused("the header is too large to be signed");
      }
      if (header.named("From").isEmpty()) {
        return new Refused("there is no From field"); // RFC 6376 §5.4
      }
      List<String> names = namesToSign(header, List.of());
      if (names.size() > DkimSignature.MAX_SIGNED_NAMES) {
        return new Refused("the header has too many fields to be signed");
      }
      String bodyHash = BodyHash.compute(in, BODY).sha256Base64();
      StringBuilder fields = new StringBuilder();
      for (DkimSigningKey key : keys) {
        fields.append(field(header, names, bodyHash, key));
      }
      return new Signed(fields.toString());
    }
  }

  private String field(
      MessageHeader header, List<String> names, String bodyHash, DkimSigningKey key) {
    SignatureWriter writer =
        new SignatureWriter(DkimVerifier.FIELD)
            .tag("v", "1")
            .tag("a", key.algorithm().word())
            .tag("c", "relaxed/relaxed")
            .tag("d", key.domain())
            .tag("s", key.selector())
            .tag("t", Long.toString(clock.instant().getEpochSecond()))
            .names("h", names)
            .tag("bh", bodyHash);
    String data = signedFields(header, names) + Canonicalization.RELAXED.field(writer.unsigned());
    return writer.signed(key.algorithm().sign(key.privateKey(), SignatureWriter.octets(data)));
  }

  /** The fields that a list of names takes, relaxed, each with CRLF. */
  static String signedFields(MessageHeader header, List<String> names) {
    HeaderPicker picker = new HeaderPicker(header.fields());
    StringBuilder data = new StringBuilder(4096);
    for (String name : names) {
      HeaderField picked = picker.next(name);
      if (picked != null) {
        data.append(Canonicalization.RELAXED.field(picked.raw())).append("\r\n");
      }
    }
    return data.toString();
  }

  /** The value of h=, with every field of the names {@code also} too. */
  static List<String> namesToSign(MessageHeader header, List<String> also) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String name : OVERSIGNED) {
      counts.put(name, 1);
    }
    for (HeaderField field : header.fields()) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (SIGNED.contains(name)
          || counts.containsKey(name)
          || also.stream().anyMatch(name::equalsIgnoreCase)) {
        counts.merge(name, 1, Integer::sum);
      }
    }
    List<String> names = new ArrayList<>();
    counts.forEach((name, count) -> {
      for (int i = 0; i < count; i++) {
        names.add(name);
      }
    });
    return names;
  }
}

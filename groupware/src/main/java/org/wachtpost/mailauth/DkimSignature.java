package org.wachtpost.mailauth;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A DKIM-Signature (RFC 6376 §3.5) or an ARC-Message-Signature (RFC 8617 §4.1.2): a signature over
 * header fields and the body.
 *
 * @param bodyHash tag bh=, base64 without white space
 * @param signedNames tag h=, in order
 * @param body what is hashed of the body
 * @param identity tag i=, lower-case domain; of an ARC-Message-Signature always empty
 * @param expires tag x=, seconds since 1970; -1 if there is none
 */
record DkimSignature(
    SignatureTags common,
    String bodyHash,
    List<String> signedNames,
    Canonicalization headerCanonicalization,
    BodyHash.Wanted body,
    String identity,
    long expires) {

  /** Names in tag h=. */
  static final int MAX_SIGNED_NAMES = 1000;

  /** What may stand once (RFC 5322 §3.6, RFC 2045 §3) and decides what a reader sees. */
  private static final List<String> SHOWN = List.of("From", "Subject", "Content-Type");

  static DkimSignature parse(HeaderField field) throws DkimFailure {
    SignatureTags common = SignatureTags.parse(field);
    TagList tags = common.tags();
    if (!"1".equals(tags.tags().get("v"))) {
      throw DkimFailure.permanent("tag v= is not 1");
    }
    DkimSignature signature = of(common, identity(common));
    if (signature.signedNames.stream().noneMatch("from"::equalsIgnoreCase)) {
      throw DkimFailure.permanent("the From field is not signed"); // RFC 6376 §6.1.1
    }
    String query = tags.getOr("q", "dns/txt");
    if (List.of(TagList.compact(query).split(":", -1)).stream().noneMatch("dns/txt"::equals)) {
      throw DkimFailure.permanent("tag q= knows no way that we know");
    }
    if (signature.expires >= 0 && signature.expires <= common.timestamp()) {
      throw DkimFailure.permanent("expires before it was made"); // RFC 6376 §3.5, tag x=
    }
    return signature;
  }

  /** Where i= is the number of the ARC set, and v= is not a tag. */
  static DkimSignature parseArc(HeaderField field) throws DkimFailure {
    return of(SignatureTags.parse(field), "");
  }

  private static DkimSignature of(SignatureTags common, String identity) throws DkimFailure {
    TagList tags = common.tags();
    String bodyHash = TagList.compact(SignatureTags.required(tags, "bh"));
    if (Base64Text.decode(bodyHash).isEmpty()) {
      throw DkimFailure.permanent("tag bh= is not base64");
    }
    List<String> names = common.signedNames();
    if (names == null || names.size() > MAX_SIGNED_NAMES) {
      throw DkimFailure.permanent("tag h= is missing or too long");
    }
    String[] both = tags.getOr("c", "simple/simple").split("/", -1);
    if (both.length > 2) {
      throw DkimFailure.permanent("tag c= is not a canonicalization");
    }
    long length = SignatureTags.number(tags, "l");
    return new DkimSignature(
        common,
        bodyHash,
        names,
        canonicalization(both[0]),
        new BodyHash.Wanted(
            both.length == 2 ? canonicalization(both[1]) : Canonicalization.SIMPLE,
            length < 0 ? BodyHash.ALL : length),
        identity,
        SignatureTags.number(tags, "x"));
  }

  private static Canonicalization canonicalization(String word) throws DkimFailure {
    return Canonicalization.ofWord(word)
        .orElseThrow(() -> DkimFailure.permanent("tag c= is not a canonicalization"));
  }

  private static String identity(SignatureTags common) throws DkimFailure {
    String identity = common.tags().getOr("i", "@" + common.domain());
    int at = identity.lastIndexOf('@');
    String domain = identity.substring(at + 1).toLowerCase(Locale.ROOT);
    boolean within = domain.equals(common.domain()) || domain.endsWith("." + common.domain());
    if (at < 0 || !within) {
      throw DkimFailure.permanent("tag i= is not within tag d="); // RFC 6376 §6.1.1
    }
    return identity.substring(0, at + 1) + domain;
  }

  boolean identityIsDomain() {
    return identity.substring(identity.lastIndexOf('@') + 1).equals(common.domain());
  }

  /** What was signed (RFC 6376 §3.7): the fields named by h=, the lowest first, then this one. */
  byte[] signedData(List<HeaderField> header) {
    HeaderPicker picker = new HeaderPicker(header);
    StringBuilder data = new StringBuilder(4096);
    for (String name : signedNames) {
      HeaderField picked = picker.next(name);
      if (picked != null) {
        data.append(headerCanonicalization.field(picked.raw())).append("\r\n");
      }
    }
    data.append(headerCanonicalization.field(common.fieldWithoutSignature()));
    return data.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** That the body is what was signed. */
  void checkBody(BodyHash.Computed computed) throws DkimFailure {
    if (body.length() != BodyHash.ALL && computed.canonicalOctets() < body.length()) {
      throw new DkimFailure(DkimStatus.FAIL, "body is shorter than tag l= says");
    }
    if (!computed.sha256Base64().equals(bodyHash)) {
      throw new DkimFailure(DkimStatus.FAIL, "body hash did not verify");
    }
  }

  /** Whether one of {@link #SHOWN} stands more than once, and not each of them is signed. */
  boolean leavesFieldUnsigned(List<HeaderField> header) {
    for (String name : SHOWN) {
      long signed = signedNames.stream().filter(name::equalsIgnoreCase).count();
      long there = header.stream().filter(field -> field.isNamed(name)).count();
      if (there > 1 && there > signed) {
        return true;
      }
    }
    return false;
  }

  /** Whether octets follow that nobody signed (RFC 6376 §8.2). */
  boolean leavesOctetsUnsigned(BodyHash.Computed computed) {
    return body.length() != BodyHash.ALL && computed.canonicalOctets() > body.length();
  }
}

package org.wachtpost.mailauth;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What DKIM-Signature, ARC-Message-Signature and ARC-Seal have in common (RFC 6376 §3.5, RFC 8617
 * §4.1).
 *
 * @param field the field that the tags stand in
 * @param signature tag b=, base64 without white space
 * @param timestamp tag t=, seconds since 1970; -1 if there is none
 */
record SignatureTags(
    HeaderField field,
    TagList tags,
    DkimAlgorithm algorithm,
    String domain,
    String selector,
    String signature,
    long timestamp) {

  /** Octets of one signature field. */
  static final int MAX_FIELD = 16 * 1024;

  private static final Pattern DOMAIN =
      Pattern.compile("[A-Za-z0-9_\\x80-\\xff](?:[A-Za-z0-9_.-]|[\\x80-\\xff])*");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}");
  private static final int DOMAIN_MAX = 253;

  static SignatureTags parse(HeaderField field) throws DkimFailure {
    if (field.raw().length() > MAX_FIELD) {
      throw DkimFailure.permanent("signature field longer than " + MAX_FIELD + " octets");
    }
    TagList tags =
        TagList.parse(field.value())
            .orElseThrow(() -> DkimFailure.permanent("signature is not a list of tags"));
    String algorithm = required(tags, "a");
    DkimAlgorithm known =
        DkimAlgorithm.ofWord(algorithm)
            .orElseThrow(() -> DkimFailure.permanent("algorithm is not accepted"));
    String signature = TagList.compact(required(tags, "b"));
    if (Base64Text.decode(signature).isEmpty()) {
      throw DkimFailure.permanent("tag b= is not base64");
    }
    return new SignatureTags(
        field,
        tags,
        known,
        domain(required(tags, "d")),
        domain(required(tags, "s")),
        signature,
        number(tags, "t"));
  }

  static String required(TagList tags, String name) throws DkimFailure {
    String value = tags.getOr(name, "");
    if (value.isEmpty()) {
      throw DkimFailure.permanent("tag " + name + "= is missing");
    }
    return value;
  }

  static long number(TagList tags, String name) throws DkimFailure {
    String value = tags.tags().get(name);
    if (value == null) {
      return -1;
    }
    if (!NUMBER.matcher(value).matches()) {
      throw DkimFailure.permanent("tag " + name + "= is not a number");
    }
    return Long.parseLong(value);
  }

  private static String domain(String value) throws DkimFailure {
    if (value.length() > DOMAIN_MAX || !DOMAIN.matcher(value).matches() || value.contains("..")) {
      throw DkimFailure.permanent("tag d= or s= is not a domain");
    }
    return SpfCheck.withoutTrailingDot(value).toLowerCase(Locale.ROOT);
  }

  byte[] signatureOctets() {
    return Base64Text.decode(signature).orElseThrow();
  }

  /** Where the key is (RFC 6376 §3.6.2.1). */
  String keyName() {
    return selector + "._domainkey." + domain;
  }

  /** The first characters of the signature. */
  String start() {
    return signature.substring(0, Math.min(signature.length(), 8));
  }

  /** The field with nothing behind b= (RFC 6376 §3.5, tag b=; §3.7). */
  String fieldWithoutSignature() {
    String raw = field.raw();
    StringBuilder kept = new StringBuilder(raw.length());
    int at = raw.indexOf(':') + 1;
    kept.append(raw, 0, at);
    while (at < raw.length()) {
      int end = raw.indexOf(';', at);
      int next = end < 0 ? raw.length() : end + 1;
      String spec = raw.substring(at, next);
      int equals = spec.indexOf('=');
      if (equals >= 0 && TagList.compact(spec.substring(0, equals)).equals("b")) {
        kept.append(spec, 0, equals + 1).append(end < 0 ? "" : ";");
      } else {
        kept.append(spec);
      }
      at = next;
    }
    return kept.toString();
  }

  /** Tag h= as a list of names, in order; null if it is not there. */
  @Nullable List<String> signedNames() {
    return tags.getCompact("h").map(h -> List.copyOf(Arrays.asList(h.split(":", -1)))).orElse(null);
  }
}

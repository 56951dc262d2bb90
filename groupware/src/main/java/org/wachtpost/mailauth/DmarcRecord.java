package org.wachtpost.mailauth;

import java.util.Locale;
import java.util.Optional;

/**
 * A DMARC policy record (RFC 9989 §4.7).
 *
 * @param policy tag p
 * @param subdomainPolicy tag sp, or p
 * @param nonexistentPolicy tag np, or sp, or p
 * @param testing tag t
 */
record DmarcRecord(
    Disposition policy,
    Disposition subdomainPolicy,
    Disposition nonexistentPolicy,
    boolean strictDkim,
    boolean strictSpf,
    PublicSuffix publicSuffix,
    boolean testing) {

  /** Tag psd: what the domain says of itself. */
  enum PublicSuffix {
    YES,
    NO,
    UNKNOWN
  }

  /** The record; empty if it is none, or one that must be ignored. */
  static Optional<DmarcRecord> parse(String text) {
    Optional<TagList> parsed = isDmarc(text) ? tags(text) : Optional.empty();
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    TagList tags = parsed.get();
    Optional<Disposition> p = policy(tags, "p", Disposition.NONE);
    Optional<Disposition> sp = policy(tags, "sp", p.orElse(Disposition.NONE));
    Optional<Disposition> np = policy(tags, "np", sp.orElse(Disposition.NONE));
    if (p.isEmpty() || sp.isEmpty() || np.isEmpty()) {
      // RFC 9989 §4.7: with an address for reports it is a policy of none, else no policy at all.
      if (!tags.getOr("rua", "").toLowerCase(Locale.ROOT).contains("mailto:")) {
        return Optional.empty();
      }
      p = sp = np = Optional.of(Disposition.NONE);
    }
    return Optional.of(
        new DmarcRecord(
            p.get(),
            sp.get(),
            np.get(),
            is(tags, "adkim", "s"),
            is(tags, "aspf", "s"),
            is(tags, "psd", "y")
                ? PublicSuffix.YES
                : is(tags, "psd", "n") ? PublicSuffix.NO : PublicSuffix.UNKNOWN,
            is(tags, "t", "y")));
  }

  /** Tags that cannot be read are left out, as unknown ones are (RFC 9989 §4.7). */
  private static Optional<TagList> tags(String text) {
    Optional<TagList> all = TagList.parse(text);
    if (all.isPresent()) {
      return all;
    }
    StringBuilder readable = new StringBuilder("v=DMARC1");
    for (String spec : text.split(";", TagList.MAX_TAGS)) {
      Optional<TagList> one = TagList.parse(spec);
      String with = readable + ";" + spec;
      if (one.isPresent() && TagList.parse(with).isPresent()) {
        readable.append(';').append(spec);
      }
    }
    return TagList.parse(readable.toString());
  }

  /** RFC 9989 §4.7: v=DMARC1 comes first, in exactly these letters. */
  static boolean isDmarc(String text) {
    int semicolon = text.indexOf(';');
    String first = TagList.compact(semicolon < 0 ? text : text.substring(0, semicolon));
    return text.length() <= TagList.MAX_LENGTH && first.equals("v=DMARC1");
  }

  private static Optional<Disposition> policy(TagList tags, String tag, Disposition otherwise) {
    return switch (tags.getOr(tag, otherwise.word()).toLowerCase(Locale.ROOT)) {
      case "none" -> Optional.of(Disposition.NONE);
      case "quarantine" -> Optional.of(Disposition.QUARANTINE);
      case "reject" -> Optional.of(Disposition.REJECT);
      default -> Optional.empty();
    };
  }

  private static boolean is(TagList tags, String tag, String value) {
    return tags.getOr(tag, "").equalsIgnoreCase(value);
  }
}

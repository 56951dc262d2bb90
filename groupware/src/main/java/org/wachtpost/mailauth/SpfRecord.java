package org.wachtpost.mailauth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parsed SPF record (RFC 7208 §4.6.1, §12).
 *
 * @param directives mechanisms in order
 * @param redirect where to go on if none matches (§6.1)
 * @param explanation where the words for a failure are (§6.2)
 */
record SpfRecord(
    List<Directive> directives,
    @Nullable SpfMacroString redirect,
    @Nullable SpfMacroString explanation) {

  /** A mechanism and what it means when it matches. */
  record Directive(SpfResult qualifier, Mechanism mechanism) {}

  sealed interface Mechanism {}

  record All() implements Mechanism {}

  record Include(SpfMacroString domain) implements Mechanism {}

  record Address(@Nullable SpfMacroString domain, int prefix4, int prefix6) implements Mechanism {}

  record Exchanger(@Nullable SpfMacroString domain, int prefix4, int prefix6)
      implements Mechanism {}

  record Pointer(@Nullable SpfMacroString domain) implements Mechanism {}

  /** ip4 and ip6: the octets of the network. */
  record Range(List<Byte> network, int prefix) implements Mechanism {
    byte[] octets() {
      byte[] octets = new byte[network.size()];
      for (int i = 0; i < octets.length; i++) {
        octets[i] = network.get(i);
      }
      return octets;
    }
  }

  record Exists(SpfMacroString domain) implements Mechanism {}

  /** Characters in a record; a TXT record of more is not evaluated. */
  static final int MAX_LENGTH = 16 * 1024;

  /** Mechanisms and modifiers in one record. */
  static final int MAX_TERMS = 512;

  private static final String VERSION = "v=spf1";
  private static final Pattern MODIFIER = Pattern.compile("([A-Za-z][A-Za-z0-9._-]*)=(.*)");
  private static final Pattern DIRECTIVE =
      Pattern.compile("([-+?~]?)([A-Za-z][A-Za-z0-9._-]*)([:/].*)?");
  private static final Pattern CIDR =
      Pattern.compile("(?<head>.*?)(?:/(?<four>0|[1-9][0-9]?))?(?://(?<six>0|[1-9][0-9]{0,2}))?");

  SpfRecord {
    directives = List.copyOf(directives);
  }

  /** Whether a TXT record is one of SPF (RFC 7208 §4.5). */
  static boolean isSpf(String text) {
    return text.regionMatches(true, 0, VERSION, 0, VERSION.length())
        && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
  }

  /** Every syntax error is found, also behind a mechanism that would match (§4.6). */
  static SpfRecord parse(String text) throws SpfFailure {
    if (text.length() > MAX_LENGTH) {
      throw SpfFailure.permanent("the record is longer than " + MAX_LENGTH + " characters");
    }
    List<Directive> directives = new ArrayList<>();
    SpfMacroString redirect = null;
    SpfMacroString explanation = null;
    int terms = 0;
    for (String term : text.substring(VERSION.length()).split(" ", -1)) {
      if (term.isEmpty()) {
        continue;
      }
      if (++terms > MAX_TERMS) {
        throw SpfFailure.permanent("more than " + MAX_TERMS + " terms");
      }
      Matcher modifier = MODIFIER.matcher(term);
      if (!modifier.matches()) {
        directives.add(directive(term));
        continue;
      }
      switch (modifier.group(1).toLowerCase(Locale.ROOT)) {
        case "redirect" -> redirect = once(redirect, modifier.group(2));
        case "exp" -> explanation = once(explanation, modifier.group(2));
        default -> SpfMacroString.parse(modifier.group(2), false);
      }
    }
    return new SpfRecord(directives, redirect, explanation);
  }

  private static SpfMacroString once(@Nullable SpfMacroString before, String value)
      throws SpfFailure {
    if (before != null) {
      throw SpfFailure.permanent("a modifier that may stand once stands twice");
    }
    return SpfMacroString.domainSpec(value);
  }

  private static Directive directive(String term) throws SpfFailure {
    Matcher directive = DIRECTIVE.matcher(term);
    if (!directive.matches()) {
      throw SpfFailure.permanent("not a term: " + term);
    }
    SpfResult qualifier =
        switch (directive.group(1)) {
          case "-" -> SpfResult.FAIL;
          case "~" -> SpfResult.SOFTFAIL;
          case "?" -> SpfResult.NEUTRAL;
          default -> SpfResult.PASS;
        };
    String rest = directive.group(3) == null ? "" : directive.group(3);
    return new Directive(
        qualifier, mechanism(directive.group(2).toLowerCase(Locale.ROOT), rest, term));
  }

  private static Mechanism mechanism(String name, String rest, String term) throws SpfFailure {
    return switch (name) {
      case "all" -> {
        if (!rest.isEmpty()) {
          throw SpfFailure.permanent("not a term: " + term);
        }
        yield new All();
      }
      case "include" -> new Include(SpfMacroString.domainSpec(argument(rest, term)));
      case "exists" -> new Exists(SpfMacroString.domainSpec(argument(rest, term)));
      case "ptr" ->
          new Pointer(rest.isEmpty() ? null : SpfMacroString.domainSpec(argument(rest, term)));
      case "a" -> {
        Matcher cidr = cidr(rest, term);
        yield new Address(optionalDomain(cidr, term), four(cidr, term), six(cidr, term));
      }
      case "mx" -> {
        Matcher cidr = cidr(rest, term);
        yield new Exchanger(optionalDomain(cidr, term), four(cidr, term), six(cidr, term));
      }
      case "ip4" -> range(rest, term, true);
      case "ip6" -> range(rest, term, false);
      default -> throw SpfFailure.permanent("no such mechanism: " + term);
    };
  }

  private static String argument(String rest, String term) throws SpfFailure {
    if (rest.length() < 2 || rest.charAt(0) != ':') {
      throw SpfFailure.permanent("not a term: " + term);
    }
    return rest.substring(1);
  }

  private static Matcher cidr(String rest, String term) throws SpfFailure {
    Matcher cidr = CIDR.matcher(rest);
    if (!cidr.matches()) {
      throw SpfFailure.permanent("not a term: " + term);
    }
    return cidr;
  }

  private static @Nullable SpfMacroString optionalDomain(Matcher cidr, String term)
      throws SpfFailure {
    String head = cidr.group("head");
    return head.isEmpty() ? null : SpfMacroString.domainSpec(argument(head, term));
  }

  private static int four(Matcher cidr, String term) throws SpfFailure {
    return prefix(cidr.group("four"), 32, term);
  }

  private static int six(Matcher cidr, String term) throws SpfFailure {
    return prefix(cidr.group("six"), 128, term);
  }

  private static int prefix(@Nullable String digits, int max, String term) throws SpfFailure {
    int prefix = digits == null ? max : Integer.parseInt(digits);
    if (prefix > max) {
      throw SpfFailure.permanent("a prefix that is too long: " + term);
    }
    return prefix;
  }

  private static Range range(String rest, String term, boolean four) throws SpfFailure {
    String argument = argument(rest, term);
    int slash = argument.indexOf('/');
    String address = slash < 0 ? argument : argument.substring(0, slash);
    String digits = slash < 0 ? null : argument.substring(slash + 1);
    if (digits != null && !digits.matches("0|[1-9][0-9]{0,2}")) {
      throw SpfFailure.permanent("not a prefix: " + term);
    }
    byte[] octets = four ? Network.ipv4(address) : Network.ipv6(address);
    if (octets == null) {
      throw SpfFailure.permanent("not an address: " + term);
    }
    List<Byte> network = new ArrayList<>();
    for (byte octet : octets) {
      network.add(octet);
    }
    return new Range(List.copyOf(network), prefix(digits, four ? 32 : 128, term));
  }
}

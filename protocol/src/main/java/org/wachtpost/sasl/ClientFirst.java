package org.wachtpost.sasl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client's first message (RFC 5802 §7).
 *
 * @param flag {@code n}, {@code y} or {@code p}
 * @param binding name of the channel binding type, empty without one
 * @param gs2Header everything before {@link #bare}, as it came
 * @param bare client-first-message-bare, as it came
 */
record ClientFirst(
    char flag,
    String binding,
    String authorization,
    String gs2Header,
    String bare,
    String name,
    String nonce) {
  /** RFC 5802 §7, saslname: no comma, and no equals sign but in what stands for the two. */
  private static final String NAME = "(?:[^,=]++|=2C|=3D)++";

  // A mandatory extension (m=) is not known here and so must fail: there is no place for it.
  private static final Pattern FORM =
      Pattern.compile(
          "((?:(?<flag>[ny])|p=(?<binding>[A-Za-z0-9.-]{1,64})),(?:a=(?<authz>"
              + NAME
              + "))?,)"
              + "(?<bare>n=(?<name>"
              + NAME
              + "),r=(?<nonce>[!-+\\--~]{1,512})"
              + "(?:,[A-Za-z&&[^m]]=[^,]+){0,16})");

  static Optional<ClientFirst> parse(String message) {
    Matcher matcher = FORM.matcher(message);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String binding = matcher.group("binding");
    String flag = matcher.group("flag");
    String authz = matcher.group("authz");
    return Optional.of(
        new ClientFirst(
            flag == null ? 'p' : flag.charAt(0),
            binding == null ? "" : binding,
            authz == null ? "" : unescaped(authz),
            matcher.group(1),
            matcher.group("bare"),
            unescaped(matcher.group("name")),
            matcher.group("nonce")));
  }

  /** RFC 5802 §5.1. */
  private static String unescaped(String name) {
    return name.replace("=2C", ",").replace("=3D", "=");
  }
}

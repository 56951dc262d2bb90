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
  // A mandatory extension (m=) is not known here and so must fail: there is no place for it.
  private static final Pattern FORM =
      Pattern.compile(
          "((?:(?<flag>[ny])|p=(?<binding>[A-Za-z0-9.-]{1,64})),(?:a=(?<authz>[^,]+))?,)"
              + "(?<bare>n=(?<name>[^,]+),r=(?<nonce>[!-+\\--~]{1,512})"
              + "(?:,[A-Za-z]=[^,]+){0,16})");

  static Optional<ClientFirst> parse(String message) {
    Matcher matcher = FORM.matcher(message);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String binding = matcher.group("binding");
    String flag = matcher.group("flag");
    String authz = matcher.group("authz");
    Optional<String> authorization = saslName(authz == null ? "" : authz);
    Optional<String> name = saslName(matcher.group("name"));
    if (authorization.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ClientFirst(
            flag == null ? 'p' : flag.charAt(0),
            binding == null ? "" : binding,
            authorization.get(),
            matcher.group(1),
            matcher.group("bare"),
            name.get(),
            matcher.group("nonce")));
  }

  /** RFC 5802 §5.1: {@code =2C} is a comma, {@code =3D} an equals sign, no other {@code =}. */
  private static Optional<String> saslName(String escaped) {
    String rest = escaped.replace("=2C", "").replace("=3D", "");
    return rest.indexOf('=') >= 0
        ? Optional.empty()
        : Optional.of(escaped.replace("=2C", ",").replace("=3D", "="));
  }
}

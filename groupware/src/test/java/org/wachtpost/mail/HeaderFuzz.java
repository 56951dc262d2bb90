package org.wachtpost.mail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.wachtpost.directory.MailAddress;

/** Bodies of header fields, and addresses: {@code bin/dev fuzz header SECONDS}. */
public final class HeaderFuzz {
  private HeaderFuzz() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    for (String text :
        List.of(
            new String(data, StandardCharsets.ISO_8859_1),
            new String(data, StandardCharsets.UTF_8))) {
      EncodedWords.decode(text);
      BaseSubject.of(text);
      DateParser.parse(text);
      ParameterParser.mediaType(text);
      ParameterParser.disposition(text);
      if (AddressParser.parse(text).size() > AddressParser.ADDRESSES + 1) {
        throw new AssertionError("more addresses than the limit");
      }
      MailAddress.normalDomain(text);
      MailAddress.parse(text)
          .ifPresent(address -> {
            if (!MailAddress.parse(address.toString()).equals(MailAddress.parse(text))) {
              throw new AssertionError(address + " is another when it is read again");
            }
          });
    }
    for (String encoding : List.of("base64", "quoted-printable", "7bit")) {
      Preview.of(data, encoding, "utf-8", true);
    }
  }
}

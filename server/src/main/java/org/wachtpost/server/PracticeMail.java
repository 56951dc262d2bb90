package org.wachtpost.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages to practise with, of the shapes that real mail has: code that was compiled for one shape
 * is thrown away and compiled again when the first message of another comes.
 */
final class PracticeMail {
  private static final Pattern MESSAGE_ID =
      Pattern.compile("(?i)^Message-ID: *<", Pattern.MULTILINE);
  private static final Pattern DATE = Pattern.compile("0?5 Jan 2026");
  private static final Pattern LEADING_DOT = Pattern.compile("^\\.", Pattern.MULTILINE);
  private static final String TEXT = "Practice makes perfect, and so does this line of text.\r\n";

  private static final String TRACE =
      """
      Received: from mx.sender.invalid (mx.sender.invalid [192.0.2.1])
      \tby gate.sender.invalid (Postfix) with ESMTPS id 4Zk1Rr2bXzz9sVw
      \tfor <practice@warm-up.invalid>; Mon,  5 Jan 2026 10:00:01 +0100 (CET)
      Received: by mx.sender.invalid with LMTP; Mon, 05 Jan 2026 09:00:00 GMT
      DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=sender.invalid; s=s1;
      \th=from:to:subject:date:message-id; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;
      \tb=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0
      Authentication-Results: gate.sender.invalid; dkim=pass header.d=sender.invalid
      """;
  private static final String LIST =
      """
      List-Id: Practice <practice.sender.invalid>
      List-Unsubscribe: <mailto:leave@sender.invalid>, <https://sender.invalid/leave>
      Precedence: list
      """;

  private final List<Shape> shapes;

  /** A message on the wire, cut where its own number goes into the Message-ID. */
  private record Shape(String before, String after) {}

  /**
   * @param samples further messages to practise with, CRLF lines
   */
  PracticeMail(List<String> samples) {
    List<String> all = new ArrayList<>(samples);
    int month = 0;
    for (int lines : new int[] {5, 70, 350}) {
      for (String message :
          List.of(bare(lines), plain(lines), newsletter(lines), attachment(lines))) {
        all.add(onLastDay(Month.of(++month), message));
      }
    }
    shapes = all.stream().map(PracticeMail::shape).toList();
  }

  /**
   * Even dates go ways of their own: the last days of a month do, and differ from month to month.
   */
  private static String onLastDay(Month month, String message) {
    String name = month.getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    return DATE.matcher(message).replaceAll(month.maxLength() + " " + name + " 2028");
  }

  private static Shape shape(String message) {
    String stuffed = LEADING_DOT.matcher(message).replaceAll("..");
    Matcher id = MESSAGE_ID.matcher(stuffed);
    if (!id.find()) {
      throw new IllegalArgumentException("a message without a Message-ID");
    }
    return new Shape(stuffed.substring(0, id.end()), stuffed.substring(id.end()) + ".");
  }

  /** Those and the mail of the demo. */
  static PracticeMail withDemoMail() throws IOException {
    List<String> samples = new ArrayList<>();
    for (int number = 1; ; number++) {
      String name = "/org/wachtpost/demo/%02d.eml".formatted(number);
      try (InputStream in = PracticeMail.class.getResourceAsStream(name)) {
        if (in == null) {
          return new PracticeMail(samples);
        }
        String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        samples.add(text.replace("\r\n", "\n").replace("\n", "\r\n"));
      }
    }
  }

  int shapes() {
    return shapes.size();
  }

  /**
   * The message of this number, different from all others, as it goes over the wire after DATA: the
   * octets of ISO 8859-1, the final dot without its line end.
   */
  String onTheWire(int number) {
    Shape shape = shapes.get(number % shapes.size());
    return shape.before + number + "." + shape.after;
  }

  /** As programs send it: no MIME, no trace. */
  private static String bare(int lines) {
    return """
    From: <cron@sender.invalid>
    To: <practice@warm-up.invalid>
    Date: Mon, 5 Jan 2026 10:00:00 +0000 (UTC)
    Subject: practice
    Message-Id: <0001.0002@sender.invalid>

    """
            .replace("\n", "\r\n")
        + "X".repeat(72).concat("\r\n").repeat(lines);
  }

  private static String plain(int lines) {
    return (TRACE
                + """
                From: "Sender, A." <sender@sender.invalid>
                To: practice@warm-up.invalid, Second <second@warm-up.invalid>
                Cc: undisclosed-recipients:;
                Subject: Re: =?utf-8?Q?pr=C3=A1ctice?= and more
                Date: 05 Jan 2026 10:00:00 +0000
                Message-ID: <plain@sender.invalid>
                In-Reply-To: <m1@sender.invalid>
                References: <m0@sender.invalid> <m1@sender.invalid>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                \u00c3\u00a9\u00c3\u00a8, and > From here on.
                .
                """)
            .replace("\n", "\r\n")
        + TEXT.repeat(lines);
  }

  private static String newsletter(int lines) {
    return (TRACE
                + LIST
                + """
                From: =?iso-8859-1?B?UHLhY3RpY2U=?= <news@sender.invalid>
                To: practice@warm-up.invalid
                Subject: Practice: a rather long subject that goes on over
                 =?utf-8?B?w6nDqcOp?= =?utf-8?B?w6jDqMOo?= more lines than one
                Date: Mon, 05 Jan 2026 10:00:00 -0500
                Message-ID: <news@sender.invalid>
                MIME-Version: 1.0
                Content-Type: multipart/alternative;
                \tboundary="----=_Part_1.2"; type="text/html"

                This is a message in MIME format.
                ------=_Part_1.2
                Content-Type: text/plain; charset="iso-8859-1"
                Content-Transfer-Encoding: quoted-printable

                Pr=E1ctice, soft=
                 breaks
                ------=_Part_1.2
                Content-Type: text/html; charset="utf-8"
                Content-Transfer-Encoding: quoted-printable

                <html><head><style>p { margin: 0 }</style></head><body>
                """)
            .replace("\n", "\r\n")
        + ("<p class=3D\"p\">" + TEXT).repeat(lines)
        + "</body></html>\r\n------=_Part_1.2--\r\n";
  }

  private static String attachment(int lines) {
    return """
    From: Sender <sender@sender.invalid>
    To: practice@warm-up.invalid
    Subject: practice
    Date: Mon, 05 Jan 2026 10:00:00 +0000
    Message-ID: <attachment@sender.invalid>
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary=b0

    --b0
    Content-Type: text/html

    <p>See there.</p>
    --b0
    Content-Type: application/pdf; name*=utf-8''a%20b.pdf
    Content-Transfer-Encoding: base64
    Content-Disposition: attachment; filename="a b.pdf"; size=1

    """
            .replace("\n", "\r\n")
        + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n"
            .repeat(lines)
        + "--b0--\r\n";
  }
}

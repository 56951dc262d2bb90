package org.wachtpost.mailauth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Signatures, records and results: {@code bin/dev fuzz mailauth SECONDS}. */
public final class SignatureFuzz {
  private SignatureFuzz() {}

  private interface Trial {
    void run() throws DkimFailure, SpfFailure, IOException;
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, StandardCharsets.ISO_8859_1);
    attempt(() -> DkimSignature.parse(new HeaderField("DKIM-Signature:" + text)));
    attempt(() -> DkimSignature.parseArc(new HeaderField("ARC-Message-Signature:" + text)));
    attempt(() -> DkimKeyRecord.parse(text));
    attempt(() -> SpfRecord.parse("v=spf1 " + text));
    attempt(() -> SpfMacroString.parse(text, true));
    attempt(() -> SpfMacroString.domainSpec(text));
    attempt(() -> ArcSets.collect(MessageHeader.read(new ByteArrayInputStream(data))));
    attempt(() -> AuthorDomains.of(MessageSource.of(data)));
    attempt(() -> ForgedSpans.of(new ByteArrayInputStream(data), "mx.example"));
    DmarcRecord.parse(text);
    TagList.parse(text);
    AuthenticationResults.parse(text);
  }

  private static void attempt(Trial trial) {
    try {
      trial.run();
    } catch (DkimFailure | SpfFailure refused) {
      if (String.valueOf(refused.getMessage()).length() > 10_000) {
        throw new AssertionError("a refusal that repeats its input", refused);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

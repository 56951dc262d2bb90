package org.wachtpost.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.dns.FakeDns;

/**
 * Real mail of 2002 to 2005, broken mail included: nothing throws, and what we sign verifies. Uses
 * {@code ../shared} and the program tar; skipped where that folder does not exist.
 */
class CorpusTest {

  /** Every so many messages, so that the test takes seconds; all of them passed too. */
  private static final int STEP = 4;

  @Test
  void everyMessageCanBeCheckedAndOursVerify(@TempDir Path folder) throws Exception {
    Path corpus = SharedFolder.require("corpus/mails.tar.xz");
    DkimKeyPair pair = DkimKeyPair.generate(DkimAlgorithm.ED25519_SHA256, new SecureRandom());
    DkimSigningKey key =
        new DkimSigningKey("example.org", "s", pair.algorithm(), pair.privateKey());
    FakeDns dns = new FakeDns().addTxt("s._domainkey.example.org", pair.recordText());
    MailAuthentication authentication =
        new MailAuthentication(
            dns, InstantSource.system(), "mx.example", "mx.example", Set.of("example.org"));
    int seen = 0;
    int signed = 0;
    for (String message : messages(corpus, folder)) {
      if (seen++ % STEP != 0) {
        continue;
      }
      verify(authentication, message);
      MessageSource source = Mails.source(Mails.crlf(message));
      switch (new DkimSigner(InstantSource.system()).sign(source, List.of(key))) {
        case DkimSigner.Signed(String fields) -> {
          AuthenticationVerdict verdict = verify(authentication, fields + Mails.crlf(message));
          assertThat(verdict.dkim().getFirst().status())
              .as("message %d: %s", seen, verdict.dkim())
              .isEqualTo(DkimStatus.PASS);
          signed++;
        }
        case DkimSigner.Refused(String reason) ->
            assertThat(reason).as("message %d", seen).contains("From");
      }
    }
    assertThat(signed).isGreaterThan(450);
  }

  private static AuthenticationVerdict verify(MailAuthentication authentication, String message)
      throws Exception {
    InetAddress client = InetAddress.ofLiteral("192.0.2.1");
    AuthenticationVerdict verdict =
        authentication.verify(Mails.source(message), client, "h.example", "a@b.example");
    assertThat(verdict.authenticationResultsField()).endsWith("\r\n");
    return verdict;
  }

  private static List<String> messages(Path archive, Path folder) throws Exception {
    Process tar =
        new ProcessBuilder("tar", "-xJf", archive.toString(), "-C", folder.toString())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    List<String> messages = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        messages.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return messages;
  }
}

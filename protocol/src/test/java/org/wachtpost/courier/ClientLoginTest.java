package org.wachtpost.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.wachtpost.queue.Login;

final class ClientLoginTest {
  private static final Login LOGIN = new Login("user", "pencil");
  private static final String PLAIN = "AUTH PLAIN AHVzZXIAcGVuY2ls";

  /** The nonce and the exchange of RFC 7677 §3. */
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";

  private static final String FIRST =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  private static final String PROOF =
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String SIGNATURE = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private final List<String> said = new ArrayList<>();
  private Login login = LOGIN;

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Logs in at a host that gives these answers. */
  private void logIn(String offered, String... answers) throws Exception {
    RandomGenerator random =
        new Random(1) {
          @java.io.Serial private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(Base64.getDecoder().decode(NONCE), 0, bytes, 0, bytes.length);
          }
        };
    Iterator<String> next = Arrays.asList(answers).iterator();
    said.clear();
    new ClientLogin(
            login,
            command -> {
              said.add(command);
              String answer = next.next();
              int code = Integer.parseInt(answer.substring(0, 3));
              return new FarReply(code, List.of(answer.substring(4)));
            },
            random)
        .with(Set.of(offered.split(" ")));
    assertThat(next.hasNext()).isFalse();
  }

  @Test
  void scramIsTheExampleOfTheStandard() throws Exception {
    logIn(
        "PLAIN SCRAM-SHA-256",
        "334 " + base64(FIRST),
        "334 " + base64(SIGNATURE),
        "235 2.7.0 welcome");
    assertThat(said)
        .containsExactly("AUTH SCRAM-SHA-256 " + base64("n,,n=user,r=" + NONCE), base64(PROOF), "");
  }

  /** Whoever sits in between has no password and cannot pretend to. */
  @Test
  void aHostThatDoesNotKnowThePasswordIsLeft() {
    String cancelled = "501 5.7.0 cancelled";
    List<String[]> frauds =
        List.of(
            new String[] {"334 " + base64(FIRST), "334 " + base64("v=AAAA"), cancelled},
            new String[] {"334 " + base64(FIRST), "334 " + base64("e=other-error"), cancelled},
            new String[] {"334 " + base64(FIRST.replace("i=4096", "i=1")), cancelled},
            new String[] {"334 " + base64(FIRST.replace("i=4096", "i=999999999")), cancelled},
            new String[] {"334 " + base64(FIRST.replace("r=rO", "r=Or")), cancelled},
            new String[] {
              "334 " + base64("r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"), cancelled
            },
            new String[] {"334 " + base64("m=ext," + FIRST), cancelled},
            new String[] {"334 no base64!", cancelled});
    for (String[] answers : frauds) {
      assertThatThrownBy(() -> logIn("SCRAM-SHA-256 PLAIN", answers))
          .isInstanceOf(SmtpClient.Refusal.class)
          .hasMessageContaining("SCRAM");
      assertThat(said).doesNotContain(PLAIN);
      assertThat(said.getLast()).isEqualTo("*"); // RFC 4954 §4
    }
    assertThatThrownBy(
            () -> logIn("SCRAM-SHA-256 PLAIN", "334 " + base64(FIRST), "235 2.7.0 welcome"))
        .hasMessageContaining("SCRAM");
    assertThat(said).doesNotContain(PLAIN, "*");
  }

  @Test
  void whoHoldsNoKeyForScramIsGivenThePassword() throws Exception {
    logIn("SCRAM-SHA-256 PLAIN", "535 5.7.8 no", "235 2.7.0 welcome");
    assertThat(said.getLast()).isEqualTo(PLAIN);
    assertThatThrownBy(() -> logIn("SCRAM-SHA-256 PLAIN", "454 4.7.0 later"))
        .hasMessageContaining("454");
  }

  @Test
  void longFirstResponseWaitsToBeAskedFor() throws Exception {
    login = new Login("user", "p".repeat(368)); // 11 + 500 characters: one too many
    logIn("PLAIN", "334 ", "235 2.7.0 welcome");
    assertThat(said).containsExactly("AUTH PLAIN", base64("\0user\0" + "p".repeat(368)));
    login = new Login("user", "p".repeat(366));
    logIn("PLAIN", "235 2.7.0 welcome");
    assertThat(said).hasSize(1);
    login = new Login("u".repeat(400), "pencil");
    logIn("SCRAM-SHA-256 PLAIN", "504 5.5.4 no", "334 ", "235 2.7.0 welcome");
    assertThat(said.subList(0, 2)).containsExactly("AUTH SCRAM-SHA-256", "AUTH PLAIN");
  }

  @Test
  void loginIsTheLastResort() throws Exception {
    logIn("LOGIN PLAIN", "235 2.7.0 welcome");
    assertThat(said).containsExactly(PLAIN);
    logIn("LOGIN XOAUTH2", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 2.7.0 welcome");
    assertThat(said).containsExactly("AUTH LOGIN", base64("user"), base64("pencil"));
    assertThatThrownBy(() -> logIn("LOGIN", "334 VXNlcm5hbWU6", "535 5.7.8 no"))
        .hasMessageContaining("535 5.7.8 no");
    assertThatThrownBy(() -> logIn("XOAUTH2")).hasMessageContaining("offers none");
  }
}

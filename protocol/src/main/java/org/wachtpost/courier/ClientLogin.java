package org.wachtpost.courier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.wachtpost.queue.Login;

/**
 * Logs in at a smarthost (RFC 4954): by SCRAM-SHA-256, which does not tell the password, where that
 * is offered, else by PLAIN or LOGIN. Only for connections whose far end is verified.
 */
final class ClientLogin {
  /** In the order in which they are tried. */
  private static final List<String> MECHANISMS = List.of("SCRAM-SHA-256", "PLAIN", "LOGIN");

  private static final int NONCE_BYTES = 15;

  /** Longest command that every host takes, without its line end (RFC 5321 §4.5.3.1.4). */
  private static final int COMMAND_CHARACTERS = 510;

  /** RFC 7677 §4: fewer protect no password. */
  private static final int LEAST_ITERATIONS = 4_096;

  /** More would keep a processor busy for long. */
  private static final int MOST_ITERATIONS = 1_000_000;

  /** Says a command and hears what comes back. */
  @FunctionalInterface
  interface Talk {
    FarReply say(String command) throws IOException;
  }

  private final Login login;
  private final Talk talk;
  private final RandomGenerator random;

  ClientLogin(Login login, Talk talk, RandomGenerator random) {
    this.login = login;
    this.talk = talk;
    this.random = random;
  }

  /**
   * Logs in.
   *
   * @param offered mechanisms, in capitals
   */
  void with(Set<String> offered) throws IOException, SmtpClient.Refusal {
    List<String> usable = new ArrayList<>(MECHANISMS);
    usable.retainAll(offered);
    if (usable.isEmpty()) {
      throw new SmtpClient.Refusal("4.7.0", "offers none of AUTH " + String.join(", ", MECHANISMS));
    }
    for (String mechanism : usable) {
      FarReply reply = by(mechanism);
      if (reply.code() == 235) {
        return;
      }
      // Some offer SCRAM and hold no key for it: the next one may still do.
      if (reply.code() < 500 || mechanism.equals(usable.getLast())) {
        throw new SmtpClient.Refusal("4.7.8", "log-in by " + mechanism + " answered by " + reply);
      }
    }
  }

  private FarReply by(String mechanism) throws IOException, SmtpClient.Refusal {
    return switch (mechanism) {
      case "SCRAM-SHA-256" -> scram();
      case "PLAIN" -> // RFC 4616
          begun("PLAIN", encoded("\0" + login.user() + "\0" + login.password()));
      default -> inTwo();
    };
  }

  /** RFC 4954 §4: what would make the command too long for some host goes when it is asked for. */
  private FarReply begun(String mechanism, String response) throws IOException {
    String command = "AUTH " + mechanism + " " + response;
    if (command.length() <= COMMAND_CHARACTERS) {
      return talk.say(command);
    }
    FarReply reply = talk.say("AUTH " + mechanism);
    return reply.code() == 334 ? talk.say(response) : reply;
  }

  /** What LOGIN asks for is in no standard: the name, then the password. */
  private FarReply inTwo() throws IOException {
    FarReply reply = talk.say("AUTH LOGIN");
    reply = reply.code() == 334 ? talk.say(encoded(login.user())) : reply;
    return reply.code() == 334 ? talk.say(encoded(login.password())) : reply;
  }

  /** RFC 5802 §3, RFC 7677. */
  private FarReply scram() throws IOException, SmtpClient.Refusal {
    byte[] fresh = new byte[NONCE_BYTES];
    random.nextBytes(fresh);
    String nonce = Base64.getEncoder().encodeToString(fresh);
    String name = login.user().replace("=", "=3D").replace(",", "=2C");
    String first = "n=" + name + ",r=" + nonce;
    FarReply reply = begun("SCRAM-SHA-256", encoded("n,," + first));
    if (reply.code() != 334) {
      return reply;
    }
    String serverFirst = decoded(reply);
    Map<String, String> said = attributes(serverFirst);
    String both = said.getOrDefault("r", "");
    String salt = said.getOrDefault("s", "");
    int iterations = number(said.getOrDefault("i", ""));
    if (!both.startsWith(nonce)
        || both.length() == nonce.length()
        || said.containsKey("m")
        || iterations < LEAST_ITERATIONS
        || iterations > MOST_ITERATIONS) {
      throw cancelled("SCRAM does not go on as it should");
    }
    String last = "c=biws,r=" + both;
    String all = first + "," + serverFirst + "," + last;
    byte[] salted = salted(salt, iterations);
    byte[] clientKey = hmac(salted, "Client Key");
    byte[] proof = hmac(sha256(clientKey), all);
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= clientKey[i];
    }
    reply = talk.say(encoded(last + ",p=" + Base64.getEncoder().encodeToString(proof)));
    if (reply.code() == 334) {
      byte[] signature = hmac(hmac(salted, "Server Key"), all);
      String wanted = Base64.getEncoder().encodeToString(signature);
      if (!attributes(decoded(reply)).getOrDefault("v", "").equals(wanted)) {
        throw cancelled("does not know the password itself (SCRAM)");
      }
      return talk.say("");
    }
    if (reply.code() == 235) {
      throw new SmtpClient.Refusal("4.7.0", "does not prove that it knows the password (SCRAM)");
    }
    return reply;
  }

  private byte[] salted(String salt, int iterations) throws IOException, SmtpClient.Refusal {
    PBEKeySpec spec = new PBEKeySpec(login.password().toCharArray(), base64(salt), iterations, 256);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has PBKDF2WithHmacSHA256", e);
    } finally {
      spec.clearPassword();
    }
  }

  private static Map<String, String> attributes(String message) {
    Map<String, String> all = new HashMap<>();
    for (String each : message.split(",")) {
      if (each.length() > 1 && each.charAt(1) == '=') {
        all.put(each.substring(0, 1), each.substring(2));
      }
    }
    return all;
  }

  private static int number(String digits) {
    return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private String decoded(FarReply reply) throws IOException, SmtpClient.Refusal {
    return new String(base64(reply.lines().getFirst()), StandardCharsets.UTF_8);
  }

  private byte[] base64(String text) throws IOException, SmtpClient.Refusal {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw cancelled("SCRAM in a form that is none: " + e.getMessage());
    }
    throw cancelled("SCRAM without what belongs there");
  }

  /**
   * Calls the exchange off (RFC 4954 §4): the host takes QUIT for a response as long as it goes on.
   */
  private SmtpClient.Refusal cancelled(String why) throws IOException {
    talk.say("*");
    return new SmtpClient.Refusal("4.7.0", why);
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new LinkageError("every JDK has HmacSHA256", e);
    }
  }
}

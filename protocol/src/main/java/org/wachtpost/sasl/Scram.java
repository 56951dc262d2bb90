package org.wachtpost.sasl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.wachtpost.directory.Authenticator;
import org.wachtpost.directory.Authenticator.Result;
import org.wachtpost.directory.Authenticator.ScramKey;
import org.wachtpost.directory.Authenticator.ScramKeys;
import org.wachtpost.directory.LogIn;

/**
 * SCRAM-SHA-256 with and without channel binding (RFC 5802, RFC 7677). The server's last message is
 * a challenge that the client answers with nothing, because SMTP and IMAP carry no data with their
 * success (RFC 4954 §4, RFC 9051 §6.2.2).
 */
final class Scram implements SaslExchange {
  private static final int NONCE_BYTES = 24;
  private static final byte[] EMPTY = new byte[0];

  private final Authenticator authenticator;
  private final SaslContext context;
  private final RandomGenerator random;
  private final boolean plus;
  private Stage stage = Stage.CLIENT_FIRST;
  private @Nullable Opening opening;
  private boolean decided;
  private SaslStep end = new SaslStep.Malformed("out of order");

  private enum Stage {
    CLIENT_FIRST,
    CLIENT_FINAL,
    ACKNOWLEDGEMENT,
    OVER
  }

  /** What the first two messages settled. */
  private record Opening(
      ClientFirst client, String nonce, String serverFirst, LogIn logIn, ScramKeys keys) {}

  Scram(Authenticator authenticator, SaslContext context, RandomGenerator random, boolean plus) {
    this.authenticator = authenticator;
    this.context = context;
    this.random = random;
    this.plus = plus;
  }

  @Override
  public SaslStep start(byte @Nullable [] initial) {
    return initial == null ? new SaslStep.Challenge(EMPTY) : respond(initial);
  }

  @Override
  public String name() {
    return opening == null ? "" : opening.logIn().name();
  }

  @Override
  public boolean isDecided() {
    return decided;
  }

  @Override
  public SaslStep respond(byte[] response) {
    Optional<String> text = SaslText.of(response);
    if (text.isEmpty()) {
      return over(new SaslStep.Malformed("not UTF-8, or a control character"));
    }
    return switch (stage) {
      case CLIENT_FIRST -> clientFirst(text.get());
      case CLIENT_FINAL -> clientFinal(text.get());
      case ACKNOWLEDGEMENT ->
          over(text.get().isEmpty() ? end : new SaslStep.Malformed("more data than expected"));
      case OVER -> new SaslStep.Malformed("out of order");
    };
  }

  private SaslStep over(SaslStep step) {
    stage = Stage.OVER;
    return step;
  }

  private SaslStep clientFirst(String message) {
    Optional<ClientFirst> parsed = ClientFirst.parse(message);
    if (parsed.isEmpty()) {
      return over(new SaslStep.Malformed("bad client-first-message"));
    }
    ClientFirst client = parsed.get();
    Optional<String> objection = objectionToBinding(client);
    if (objection.isPresent()) {
      return over(new SaslStep.Malformed(objection.get()));
    }
    byte[] fresh = new byte[NONCE_BYTES];
    random.nextBytes(fresh);
    String nonce = client.nonce() + Base64.getEncoder().withoutPadding().encodeToString(fresh);
    String mechanism = plus ? SaslServer.SCRAM_PLUS : SaslServer.SCRAM;
    LogIn logIn = context.logIn(client.name(), client.authorization(), mechanism);
    ScramKeys keys = authenticator.scramKeys(logIn);
    String salt = Base64.getEncoder().encodeToString(keys.salt());
    String serverFirst = "r=" + nonce + ",s=" + salt + ",i=" + keys.iterations();
    opening = new Opening(client, nonce, serverFirst, logIn, keys);
    stage = Stage.CLIENT_FINAL;
    return new SaslStep.Challenge(serverFirst.getBytes(StandardCharsets.UTF_8));
  }

  /** RFC 5802 §6: the rules that keep somebody in the middle from talking the binding away. */
  private Optional<String> objectionToBinding(ClientFirst client) {
    return switch (client.flag()) {
      case 'p' ->
          !plus
              ? Optional.of("channel binding without -PLUS")
              : context.bindings().containsKey(client.binding())
                  ? Optional.empty()
                  : Optional.of("unknown channel binding type");
      case 'y' ->
          plus || !context.bindings().isEmpty()
              ? Optional.of("server does support channel binding")
              : Optional.empty();
      default -> plus ? Optional.of("-PLUS without channel binding") : Optional.empty();
    };
  }

  private SaslStep clientFinal(String message) {
    Opening begun = opening;
    Optional<ClientFinal> parsed = ClientFinal.parse(message);
    if (begun == null || parsed.isEmpty()) {
      return over(new SaslStep.Malformed("bad client-final-message"));
    }
    ClientFinal client = parsed.get();
    if (!client.nonce().equals(begun.nonce())) {
      return over(new SaslStep.Malformed("nonce differs"));
    }
    boolean bound = MessageDigest.isEqual(client.bindingInput(), bindingInput(begun.client()));
    String authMessage =
        begun.client().bare() + "," + begun.serverFirst() + "," + client.withoutProof();
    ScramKey proven = bound ? proven(client.proof(), begun.keys(), authMessage) : null;
    Result result = authenticator.scramFinished(begun.logIn(), proven);
    decided = true;
    end = SaslText.stepOf(result);
    if (proven == null || !(result instanceof Result.LoggedIn)) {
      return over(end);
    }
    stage = Stage.ACKNOWLEDGEMENT;
    byte[] signature = hmac(proven.serverKey(), authMessage);
    String serverFinal = "v=" + Base64.getEncoder().encodeToString(signature);
    return new SaslStep.Challenge(serverFinal.getBytes(StandardCharsets.US_ASCII));
  }

  private byte[] bindingInput(ClientFirst client) {
    byte[] header = client.gs2Header().getBytes(StandardCharsets.UTF_8);
    byte[] data = context.bindings().get(client.binding());
    if (client.flag() != 'p' || data == null) {
      return header;
    }
    byte[] both = Arrays.copyOf(header, header.length + data.length);
    System.arraycopy(data, 0, both, header.length, data.length);
    return both;
  }

  /** The key that the client holds; every one is tried, so that the time does not tell which. */
  private static @Nullable ScramKey proven(byte[] proof, ScramKeys keys, String authMessage) {
    ScramKey proven = null;
    for (ScramKey key : keys.keys()) {
      if (proves(proof, key, authMessage)) {
        proven = key;
      }
    }
    return proven;
  }

  /** RFC 5802 §3: the proof hides ClientKey, whose hash is StoredKey. */
  private static boolean proves(byte[] proof, ScramKey key, String authMessage) {
    byte[] signature = hmac(key.storedKey(), authMessage);
    if (proof.length != signature.length) {
      return false;
    }
    byte[] clientKey = new byte[proof.length];
    for (int i = 0; i < proof.length; i++) {
      clientKey[i] = (byte) (proof[i] ^ signature[i]);
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(clientKey);
      return MessageDigest.isEqual(hash, key.storedKey());
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

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.wachtpost.dns.FakeDns;
import org.wachtpost.mailauth.ArcSealer;
import org.wachtpost.mailauth.AuthenticationVerdict;
import org.wachtpost.mailauth.DkimAlgorithm;
import org.wachtpost.mailauth.DkimKeyPair;
import org.wachtpost.mailauth.DkimSigner;
import org.wachtpost.mailauth.DkimSigningKey;
import org.wachtpost.mailauth.MailAuthentication;
import org.wachtpost.mailauth.MessageSource;

/** Our side of the exchange with other programs: keys, sign, seal and verify, many files at once. */
final class MailauthTool {

  private static final String DOMAIN = "example.org";

  private final Path folder;

  private MailauthTool(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] args) throws IOException {
    MailauthTool tool = new MailauthTool(Path.of(args[1]));
    List<String> files = List.of(args).subList(2, args.length);
    switch (args[0]) {
      case "keys" -> tool.keys();
      case "sign" -> tool.sign(files);
      case "seal" -> tool.seal(files);
      case "verify" -> tool.verify(files);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** rsa.pem, ed.pem (PKCS #8), ed.seed (base64 of the 32 octets) and zone.txt. */
  private void keys() throws IOException {
    StringBuilder zone = new StringBuilder();
    for (DkimAlgorithm algorithm : DkimAlgorithm.values()) {
      DkimKeyPair pair = DkimKeyPair.generate(algorithm, new SecureRandom());
      String name = name(algorithm);
      byte[] pkcs8 = pair.encodedPrivate();
      Files.write(folder.resolve(name + ".pkcs8"), pkcs8);
      Files.write(folder.resolve(name + ".spki"), pair.encodedPublic());
      String pem = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8);
      Files.writeString(
          folder.resolve(name + ".pem"),
          "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n");
      byte[] seed = Arrays.copyOfRange(pkcs8, pkcs8.length - 32, pkcs8.length);
      Files.writeString(
          folder.resolve(name + ".seed"), Base64.getEncoder().encodeToString(seed));
      zone.append(DkimKeyPair.recordName(name, DOMAIN))
          .append('\t')
          .append(pair.recordText())
          .append('\n');
    }
    zone.append("example.org\tv=spf1 ip4:192.0.2.1 -all\n");
    zone.append("_dmarc.example.org\tv=DMARC1; p=reject\n");
    Files.writeString(folder.resolve("zone.txt"), zone);
  }

  private void sign(List<String> files) throws IOException {
    List<DkimSigningKey> keys = new ArrayList<>();
    for (DkimAlgorithm algorithm : DkimAlgorithm.values()) {
      keys.add(key(algorithm));
    }
    for (String file : files) {
      byte[] message = Files.readAllBytes(Path.of(file));
      write(
          file + ".ours",
          new DkimSigner(InstantSource.system()).sign(MessageSource.of(message), keys),
          message);
    }
  }

  private void seal(List<String> files) throws IOException {
    for (String file : files) {
      byte[] message = Files.readAllBytes(Path.of(file));
      write(
          file + ".sealed",
          new ArcSealer(InstantSource.system())
              .seal(MessageSource.of(message), verdict(message), key(DkimAlgorithm.RSA_SHA256)),
          message);
    }
  }

  /** One line for each file: its name and the results, separated by tabs. */
  private void verify(List<String> files) throws IOException {
    for (String file : files) {
      String results = verdict(Files.readAllBytes(Path.of(file))).results().toValue();
      System.out.println(file + "\t" + results);
    }
  }

  private AuthenticationVerdict verdict(byte[] message) throws IOException {
    FakeDns dns = new FakeDns();
    for (String line : Files.readAllLines(folder.resolve("zone.txt"))) {
      dns.addTxt(line.substring(0, line.indexOf('\t')), line.substring(line.indexOf('\t') + 1));
    }
    return new MailAuthentication(
            dns, InstantSource.system(), "mx.example.net", "mx.example.net", Set.of())
        .verify(
            MessageSource.of(message),
            InetAddress.ofLiteral("192.0.2.1"),
            "mail.example.org",
            "joe@example.org");
  }

  private static void write(String file, DkimSigner.Outcome outcome, byte[] message)
      throws IOException {
    switch (outcome) {
      case DkimSigner.Signed(String fields) -> {
        byte[] head = fields.getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = Arrays.copyOf(head, head.length + message.length);
        System.arraycopy(message, 0, whole, head.length, message.length);
        Files.write(Path.of(file), whole);
      }
      case DkimSigner.Refused(String reason) -> throw new IOException(file + ": " + reason);
    }
  }

  private DkimSigningKey key(DkimAlgorithm algorithm) throws IOException {
    String name = name(algorithm);
    DkimKeyPair pair =
        DkimKeyPair.decode(
            algorithm,
            Files.readAllBytes(folder.resolve(name + ".pkcs8")),
            Files.readAllBytes(folder.resolve(name + ".spki")));
    return new DkimSigningKey(DOMAIN, name, algorithm, pair.privateKey());
  }

  private static String name(DkimAlgorithm algorithm) {
    return switch (algorithm) {
      case RSA_SHA256 -> "rsa";
      case ED25519_SHA256 -> "ed";
    };
  }
}

package org.wachtpost.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wachtpost.dns.DnsSettings;
import org.wachtpost.dns.DnssecMode;
import org.wachtpost.queue.AccountLimits;
import org.wachtpost.queue.AddressRange;
import org.wachtpost.queue.QueueSettings;
import org.wachtpost.queue.Route;
import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * The server's settings.
 *
 * @param hostname name of this host in greetings, Received fields and the certificate
 * @param listen addresses and ports
 * @param tls certificate and key
 * @param limits what is taken from the network
 * @param mail what is kept
 * @param store how much the engine may use
 * @param dns whom to ask
 * @param authentication how mail from elsewhere is judged
 * @param queue how mail leaves
 * @param mtaSts what other servers are told of TLS to this one
 */
public record Config(
    String hostname,
    Listen listen,
    Tls tls,
    Limits limits,
    Mail mail,
    Store store,
    Dns dns,
    Authentication authentication,
    Queue queue,
    MtaSts mtaSts) {
  /** Name of the settings file in the data directory. */
  public static final String FILE = "wachtpost.toml";

  private static final long MIB = 1024 * 1024;

  /**
   * Addresses and ports; port 0 turns a listener off.
   *
   * @param https serves the MTA-STS policies of our domains and the settings of mail programs
   * @param plaintextAuthLoopback whether log-in without TLS is allowed from loopback addresses
   */
  public record Listen(
      List<InetAddress> addresses,
      int smtp,
      int submission,
      int submissions,
      int lmtp,
      int imap,
      int imaps,
      int https,
      boolean plaintextAuthLoopback) {

    /** The same with every port moved to {@code base} plus its standard number. */
    public Listen withPortBase(int base) {
      if (base < 0 || base > LARGEST_PORT_BASE) {
        throw new ConfigException(
            "the base of ports is 0 to " + LARGEST_PORT_BASE + ", not " + base);
      }
      return new Listen(
          addresses,
          base + SMTP,
          base + SUBMISSION,
          base + SUBMISSIONS,
          base + LMTP,
          base + IMAP,
          base + IMAPS,
          base + HTTPS,
          plaintextAuthLoopback);
    }
  }

  /** The same with every port moved to {@code base} plus its standard number. */
  public Config withPortBase(int base) {
    return new Config(
        hostname,
        listen.withPortBase(base),
        tls,
        limits,
        mail,
        store,
        dns,
        authentication,
        queue,
        mtaSts);
  }

  /** The settings of a demo: loopback only, log-in without TLS allowed there. */
  public static Config demo(int portBase) {
    Listen listen =
        new Listen(List.of(InetAddress.ofLiteral("127.0.0.1")), 0, 0, 0, 0, 0, 0, 0, true)
            .withPortBase(portBase);
    Config defaults = from(new Table("", null), Path.of(""));
    return new Config(
        "localhost",
        listen,
        defaults.tls,
        defaults.limits,
        defaults.mail,
        defaults.store,
        defaults.dns,
        new Authentication(false, false, List.of()),
        new Queue(
            false,
            List.of(),
            defaults.queue.schedule(),
            defaults.queue.connecting(),
            defaults.queue.limits(),
            false),
        defaults.mtaSts);
  }

  /**
   * @param enforce whether mail must not come by TLS that fails; else that is only reported
   */
  public record MtaSts(boolean enforce) {}

  /** PEM files, or null for a self-signed certificate that is made at the first start. */
  public record Tls(@Nullable Path certificate, @Nullable Path key) {}

  /**
   * @param messageBytes largest message
   * @param recipients recipients of one message
   * @param connections connections in all
   * @param connectionsPerAddress connections of one address without a log-in (loopback is not
   *     limited); as many of each account count against the account instead
   * @param connectionsPerMinute new connections of one address in a minute
   * @param greetingPause how long SMTP's greeting waits for those who speak before it; loopback and
   *     private networks do not wait
   */
  public record Limits(
      long messageBytes,
      int recipients,
      int connections,
      int connectionsPerAddress,
      int connectionsPerMinute,
      Duration greetingPause) {}

  /**
   * @param deletedDays how long deleted mail can be brought back
   */
  public record Mail(int deletedDays) {}

  /**
   * @param blockCacheMib cache of the engine, MiB
   */
  public record Store(int blockCacheMib) {}

  /**
   * @param servers addresses of resolvers, {@code host} or {@code host:port}; empty for the
   *     system's
   * @param trustAnchors DS or DNSKEY records, a line each
   */
  public record Dns(List<InetSocketAddress> servers, DnssecMode dnssec, String trustAnchors) {}

  /**
   * @param enabled whether mail from elsewhere is judged by SPF, DKIM, ARC and DMARC
   * @param judgeLoopback whether mail from this machine itself is judged too
   * @param trustedSealers domains whose ARC seal overrides a DMARC failure
   */
  public record Authentication(
      boolean enabled, boolean judgeLoopback, List<String> trustedSealers) {}

  /**
   * @param enabled whether mail leaves; if not, it is held
   * @param routes ways in place of MX hosts; the first that fits is taken
   * @param schedule when it is tried again
   * @param limits how much one account may send before its mail is held
   * @param tlsReports whether other domains that ask for it are told how TLS with them went
   */
  public record Queue(
      boolean enabled,
      List<Route> routes,
      QueueSettings.Schedule schedule,
      Connecting connecting,
      AccountLimits.Limits limits,
      boolean tlsReports) {}

  /**
   * How the queue connects to other hosts.
   *
   * @param connections connections in all
   * @param perDestination connections to one destination
   * @param connect time to connect
   * @param reply time for a reply to a command
   * @param endOfData time for the reply to a whole message
   * @param sources addresses to connect from
   * @param privateNetworks private addresses that mail may be led to by an MX record
   * @param authorities PEM file of the authorities that are trusted in place of the platform's
   */
  public record Connecting(
      int connections,
      int perDestination,
      Duration connect,
      Duration reply,
      Duration endOfData,
      List<InetAddress> sources,
      List<AddressRange> privateNetworks,
      @Nullable Path authorities) {}

  private static final int DNS_PORT = 53;

  public static final int SMTP = 25;
  public static final int SUBMISSION = 587;
  public static final int SUBMISSIONS = 465;
  public static final int LMTP = 24;
  public static final int IMAP = 143;
  public static final int IMAPS = 993;

  /** With the largest of the standard numbers added it is a port still. */
  public static final int LARGEST_PORT_BASE = 64_000;

  public static final int HTTPS = 443;

  /** Reads the settings of this data directory; all have defaults, so the file may be missing. */
  public static Config read(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return from(new Table("", null), directory);
    }
    try {
      TomlMapper mapper = TomlMapper.builder().build();
      return from(new Table("", mapper.readTree(Files.readString(file))), directory);
    } catch (JacksonException e) {
      throw new ConfigException(file + ": " + e.getOriginalMessage());
    } catch (ConfigException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be read: " + e.getMessage());
    }
  }

  private static Config from(Table root, Path directory) {
    Config config =
        new Config(
            root.text("hostname", systemHostname()),
            listen(root.table("listen")),
            tls(root.table("tls"), directory),
            limits(root.table("limits")),
            mail(root.table("mail")),
            store(root.table("store")),
            dns(root.table("dns")),
            authentication(root.table("authentication")),
            QueueTable.read(root.table("queue"), directory),
            mtaSts(root.table("mta_sts")));
    root.requireNoOther();
    return config;
  }

  private static Listen listen(Table table) {
    Listen listen =
        new Listen(
            addresses("listen.addresses", table.texts("addresses", List.of("0.0.0.0"))),
            port(table, "smtp", SMTP),
            port(table, "submission", SUBMISSION),
            port(table, "submissions", SUBMISSIONS),
            port(table, "lmtp", 0),
            port(table, "imap", IMAP),
            port(table, "imaps", IMAPS),
            port(table, "https", 0),
            table.flag("plaintext_auth_loopback", false));
    long base = table.number("port_base", 0, 0, LARGEST_PORT_BASE);
    table.requireNoOther();
    return base == 0 ? listen : listen.withPortBase((int) base);
  }

  private static int port(Table table, String key, int otherwise) {
    return (int) table.number(key, otherwise, 0, 65_535);
  }

  static List<InetAddress> addresses(String name, List<String> texts) {
    List<InetAddress> addresses = new ArrayList<>();
    for (String text : texts) {
      try {
        addresses.add(InetAddress.ofLiteral(text));
      } catch (IllegalArgumentException e) {
        throw new ConfigException(name + ": not an IP address: " + text);
      }
    }
    return addresses;
  }

  private static Tls tls(Table table, Path directory) {
    String certificate = table.optionalText("certificate");
    String key = table.optionalText("key");
    table.requireNoOther();
    if ((certificate == null) != (key == null)) {
      throw new ConfigException("tls.certificate and tls.key go together");
    }
    return certificate == null || key == null
        ? new Tls(null, null)
        : new Tls(directory.resolve(certificate), directory.resolve(key));
  }

  private static Limits limits(Table table) {
    Limits limits =
        new Limits(
            table.number("message_bytes", 50 * MIB, 64 * 1024, 200 * MIB),
            (int) table.number("recipients", 1_000, 100, 50_000),
            (int) table.number("connections", 10_000, 10, 1_000_000),
            (int) table.number("connections_per_address", 100, 1, 1_000_000),
            (int) table.number("connections_per_minute", 300, 1, 1_000_000),
            Duration.ofMillis(table.number("greeting_pause_ms", 500, 0, 60_000)));
    table.requireNoOther();
    return limits;
  }

  private static Mail mail(Table table) {
    Mail mail = new Mail((int) table.number("deleted_days", 14, 0, 3_650));
    table.requireNoOther();
    return mail;
  }

  private static Store store(Table table) {
    Store store = new Store((int) table.number("block_cache_mib", 32, 1, 65_536));
    table.requireNoOther();
    return store;
  }

  private static Dns dns(Table table) {
    List<InetSocketAddress> servers = new ArrayList<>();
    for (String text : table.texts("servers", List.of())) {
      servers.add(server(text));
    }
    String mode = table.text("dnssec", "auto");
    List<String> anchors = table.texts("trust_anchors", List.of());
    String trusted =
        anchors.isEmpty() ? DnsSettings.ROOT_TRUST_ANCHORS : String.join("\n", anchors) + "\n";
    table.requireNoOther();
    for (DnssecMode each : DnssecMode.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(mode)) {
        return new Dns(servers, each, trusted);
      }
    }
    throw new ConfigException("dns.dnssec: " + mode + " is none of auto, validate, trust_ad, off");
  }

  /** {@code 192.0.2.1}, {@code 192.0.2.1:5353}, {@code 2001:db8::1}, {@code [2001:db8::1]:5353}. */
  private static InetSocketAddress server(String text) {
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
    String host = hasPort ? text.substring(0, colon) : text;
    try {
      int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : DNS_PORT;
      String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return new InetSocketAddress(InetAddress.ofLiteral(bare), port);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("dns.servers: not an address: " + text);
    }
  }

  private static Authentication authentication(Table table) {
    Authentication authentication =
        new Authentication(
            table.flag("enabled", true),
            table.flag("judge_loopback", false),
            table.texts("trusted_sealers", List.of()));
    table.requireNoOther();
    return authentication;
  }

  private static MtaSts mtaSts(Table table) {
    String mode = table.text("mode", "testing");
    table.requireNoOther();
    if (!mode.equals("testing") && !mode.equals("enforce")) {
      throw new ConfigException("mta_sts.mode: " + mode + " is none of testing, enforce");
    }
    return new MtaSts(mode.equals("enforce"));
  }

  private static String systemHostname() {
    try {
      return InetAddress.getLocalHost().getCanonicalHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // the host has no name that it knows; only greetings show it
    }
  }
}

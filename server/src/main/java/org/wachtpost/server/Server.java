package org.wachtpost.server;

import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.admin.AdminSocket;
import org.wachtpost.admin.LocalAdmin;
import org.wachtpost.admin.Operations;
import org.wachtpost.config.Config;
import org.wachtpost.courier.CourierSettings;
import org.wachtpost.courier.ReportPoster;
import org.wachtpost.courier.SmtpCourier;
import org.wachtpost.courier.StsFetcher;
import org.wachtpost.delivery.Delivery;
import org.wachtpost.delivery.DeliverySettings;
import org.wachtpost.delivery.QueuedDelivery;
import org.wachtpost.demo.Demo;
import org.wachtpost.directory.Authenticator;
import org.wachtpost.directory.DomainZone;
import org.wachtpost.directory.MailPrograms;
import org.wachtpost.imap.ImapLimits;
import org.wachtpost.imap.ImapServer;
import org.wachtpost.mail.Spool;
import org.wachtpost.mailauth.MailAuthentication;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Network;
import org.wachtpost.net.NetworkSettings;
import org.wachtpost.net.PemKeys;
import org.wachtpost.net.Protocol;
import org.wachtpost.pages.Page;
import org.wachtpost.pages.PageServer;
import org.wachtpost.queue.AccountLimits;
import org.wachtpost.queue.Destinations;
import org.wachtpost.queue.QueueRunner;
import org.wachtpost.queue.QueueSettings;
import org.wachtpost.queue.StsPolicies;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.sasl.SaslServer;
import org.wachtpost.smtp.SmtpRole;
import org.wachtpost.smtp.SmtpServer;
import org.wachtpost.smtp.SmtpSettings;
import org.wachtpost.tlsreport.TlsReporting;

/** The running server: what {@link Core} opened, wired to the network. */
public final class Server implements AutoCloseable {
  /** What IMAP sessions hold of their mailboxes takes at most this part of the memory. */
  private static final int MAILBOX_PART_OF_MEMORY = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final char[] KEYSTORE_PASSWORD = "held in memory only".toCharArray();

  /** How soon a renewed certificate is in use. */
  private static final Duration CERTIFICATE_LOOK = Duration.ofMinutes(1);

  /** Time for a request for a page. */
  private static final Duration PAGE_WAIT = Duration.ofSeconds(15);

  private final Core core;
  private final Config config;
  private final CertificateReload certificate;
  private final Network network;
  private final AdminSocket adminSocket;
  private final Jobs jobs = new Jobs();
  private final SmtpCourier courier;
  private final AccountLimits limits;
  private final AuthenticationGate practiceGate;
  private final Delivery delivery;
  private final StsFetcher stsFetcher;
  private final StsPolicies stsPolicies;
  private final ReportPoster reportPoster;
  private final QueueRunner queue;
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, String> demoPasswords;

  private Server(Core core, Map<String, String> demoPasswords) throws IOException {
    this.core = core;
    this.config = core.config();
    this.demoPasswords = demoPasswords;
    this.certificate = certificate();
    this.network =
        new Network(
            networkSettings(config.limits()),
            certificate.tls(),
            core.events(),
            InstantSource.system(),
            core.random());
    core.people().onRevocation(network::end);
    this.courier = courier();
    this.limits =
        new AccountLimits(
            core.outbox(),
            core.correspondents(),
            config.queue().limits(),
            id ->
                core.people()
                    .account(id)
                    .map(account -> account.address().toString())
                    .orElse("account " + id),
            core.events(),
            InstantSource.system());
    AuthenticationGate gate = gate();
    this.practiceGate = gate.withoutLoopback();
    this.delivery =
        new Delivery(
            core.people(), core.mail(), limits, gate, DeliverySettings.of(config.hostname()));
    QueueSettings sending = queueSettings();
    this.stsFetcher =
        new StsFetcher(core.dns(), sending::allows, StsFetcher.Settings.STANDARD, authorities());
    this.reportPoster =
        new ReportPoster(core.dns(), sending::allows, StsFetcher.Settings.STANDARD, authorities());
    this.stsPolicies =
        new StsPolicies(
            core.accounts(), core.dns(), stsFetcher, core.tlsResults(), InstantSource.system());
    this.queue = queue(sending);
    Operations operations = core.operations(() -> Optional.of(queue.metrics()));
    this.adminSocket =
        AdminSocket.open(
            core.directory().path(), caller -> new LocalAdmin(operations, true, caller, () -> {}));
  }

  /** Runs until the process is told to end. */
  public static void serve(Path directory, Config config, Consumer<Server> ready)
      throws IOException {
    Ending ending = new Ending();
    try (Core core = Core.open(directory, config)) {
      core.resume();
      run(core, Map.of(), ready, ending);
    } finally {
      ending.done();
    }
  }

  /** Runs a demo on loopback until the process is told to end. */
  public static void demo(Path directory, int portBase, Consumer<Server> ready) throws IOException {
    Ending ending = new Ending();
    try (Core core = Core.open(directory, Config.demo(portBase))) {
      core.resume();
      Demo demo =
          new Demo(
              core.directory().path(),
              core.people(),
              core.domainKeys(),
              core.mail(),
              core.random());
      run(core, demo.prepare(), ready, ending);
    } finally {
      ending.done();
    }
  }

  private static void run(
      Core core, Map<String, String> demoPasswords, Consumer<Server> ready, Ending ending)
      throws IOException {
    Path pidFile = core.directory().pidFile();
    try (Server server = new Server(core, demoPasswords)) {
      server.listen();
      server.startJobs();
      Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
      ready.accept(server);
      server.sayReady();
      if (core.people().isEmpty()) {
        LOG.warn("no domain is set up: mail is put off until `wachtpost domain add` has added one");
      }
      // Set by the launcher: messages to practise with.
      int practice = Integer.getInteger("wachtpost.warm-up", 0);
      Path folder = core.directory().path().resolve("warm-up");
      CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
      try (WarmUp _ =
          WarmUp.start(
              folder,
              WarmUp.Amount.of(practice),
              server.practiceGate,
              core.random(),
              new WarmUp.Signs(
                  server.network::connections,
                  () -> compiler == null ? 0 : compiler.getTotalCompilationTime(),
                  () -> core.directory().path().toFile().getUsableSpace()))) {
        ending.await();
      }
    } finally {
      Files.deleteIfExists(pidFile);
    }
  }

  /** Ports in use, by the names of their listeners. */
  public Map<String, Integer> ports() {
    return Collections.unmodifiableMap(ports);
  }

  /** Passwords of the sample people by address; empty unless this is a demo. */
  public Map<String, String> demoPasswords() {
    return Collections.unmodifiableMap(demoPasswords);
  }

  private void listen() throws IOException {
    Config.Listen listen = config.listen();
    Spool spool = core.spool();
    Authenticator authenticator = core.authenticator();
    Protocol imap =
        new ImapServer(
            core.mail(),
            authenticator,
            core.events(),
            spool,
            InstantSource.system(),
            core.random(),
            ImapLimits.STANDARD
                .withAppendBytes(config.limits().messageBytes())
                .withMailboxBytes(Runtime.getRuntime().maxMemory() / MAILBOX_PART_OF_MEMORY),
            listen.plaintextAuthLoopback());
    SmtpServer.Services services =
        new SmtpServer.Services(
            delivery,
            core.people(),
            new SaslServer(authenticator, core.random()),
            spool,
            core.events(),
            InstantSource.system());
    open("smtp", listen.smtp(), false, smtp(SmtpRole.MX, services));
    open("submission", listen.submission(), false, smtp(SmtpRole.SUBMISSION, services));
    open("submissions", listen.submissions(), true, smtp(SmtpRole.SUBMISSIONS, services));
    open("lmtp", listen.lmtp(), false, smtp(SmtpRole.LMTP, services));
    open("imap", listen.imap(), false, imap);
    open("imaps", listen.imaps(), true, imap);
    if (listen.https() != 0) {
      open("https", listen.https(), true, pages());
    }
  }

  private Protocol smtp(SmtpRole role, SmtpServer.Services services) {
    Config.Limits limits = config.limits();
    SmtpSettings settings =
        SmtpSettings.of(config.hostname(), "postmaster")
            .withLimits(
                SmtpSettings.Limits.STANDARD.withMessages(
                    limits.messageBytes(), limits.recipients()))
            .withWaits(SmtpSettings.Waits.STANDARD.withGreeting(limits.greetingPause()))
            .withPlaintextOnLoopback(config.listen().plaintextAuthLoopback());
    return new SmtpServer(role, settings, services);
  }

  private PageServer pages() {
    String policy = DomainZone.policy(config.hostname(), core.sts());
    MailPrograms programs = core.programs();
    UnaryOperator<String> settings = domain -> programs.settings(domain, config.hostname());
    return new PageServer(
        core.people()::isLocalDomain,
        List.of(
            Page.policy(policy),
            Page.settings(MailPrograms.HOST_PREFIX, MailPrograms.PATH, settings),
            Page.settings("", MailPrograms.WELL_KNOWN_PATH, settings)),
        PAGE_WAIT,
        InstantSource.system());
  }

  private AuthenticationGate gate() {
    Config.Authentication wanted = config.authentication();
    MailAuthentication authentication =
        new MailAuthentication(
            core.dns(),
            InstantSource.system(),
            config.hostname(),
            config.hostname(),
            Set.copyOf(wanted.trustedSealers()));
    return new AuthenticationGate(
        authentication, config.hostname(), wanted.enabled(), wanted.judgeLoopback());
  }

  private SmtpCourier courier() throws IOException {
    Config.Connecting wanted = config.queue().connecting();
    CourierSettings settings =
        CourierSettings.of(config.hostname())
            .withWaits(wanted.connect(), wanted.reply(), wanted.endOfData())
            .withSources(wanted.sources());
    return new SmtpCourier(settings, InstantSource.system(), core.random(), authorities());
  }

  /** Whom we trust to vouch for other servers; null for the platform's. */
  private @Nullable KeyStore authorities() throws IOException {
    Path authorities = config.queue().connecting().authorities();
    try {
      return authorities == null ? null : PemKeys.authorities(authorities);
    } catch (GeneralSecurityException e) {
      throw new IOException("queue.authorities cannot be used: " + e.getMessage(), e);
    }
  }

  private QueueSettings queueSettings() {
    Config.Queue wanted = config.queue();
    Config.Connecting connecting = wanted.connecting();
    return new QueueSettings(
        config.hostname(),
        wanted.enabled(),
        wanted.routes(),
        wanted.schedule(),
        connecting.connections(),
        connecting.perDestination(),
        connecting.privateNetworks());
  }

  private QueueRunner queue(QueueSettings settings) {
    QueueRunner.Services services =
        new QueueRunner.Services(
            core.people(),
            new QueuedDelivery(delivery, InstantSource.system()),
            new Destinations(core.dns(), stsPolicies, settings, core.random()),
            courier,
            core.domainKeys()::signingKeys,
            limits::bounced,
            core.tlsResults());
    return new QueueRunner(
        core.outbox(), services, settings, InstantSource.system(), core.random());
  }

  private void open(String name, int port, boolean implicitTls, Protocol protocol)
      throws IOException {
    if (port == 0) {
      return;
    }
    for (InetAddress address : config.listen().addresses()) {
      InetSocketAddress place = new InetSocketAddress(address, port);
      try {
        network.listen(new Endpoint(name, place, implicitTls), protocol);
      } catch (IOException e) {
        throw new IOException(name + ": " + e.getMessage() + advice(e, port), e);
      }
    }
    ports.put(name, port);
  }

  /** What could be done about a port that cannot be had. */
  private static String advice(IOException fault, int port) {
    // It is a BindException too if the address is not this machine's.
    String why = fault.getCause() instanceof BindException bind ? "" + bind.getMessage() : "";
    if (why.contains("in use")) {
      return "; --port-base N chooses other ports";
    }
    boolean privileged = port < 1024 && why.contains("Permission denied");
    return privileged ? "; ports below 1024 need CAP_NET_BIND_SERVICE (see dist/)" : "";
  }

  private void startJobs() {
    jobs.every("last-uses", Duration.ofSeconds(10), core.people()::flushLastUses);
    jobs.every("expired-passwords", Duration.ofSeconds(10), core.people()::endExpired);
    jobs.every("certificate", CERTIFICATE_LOOK, certificate);
    jobs.every("housekeeping", Duration.ofMinutes(10), core::keepHouse);
    jobs.every("tls-results", TlsResults.FLUSH, core.tlsResults()::flush);
    jobs.every("sts-policies", Duration.ofDays(1), stsPolicies::forgetOld);
    if (config.queue().enabled() && config.queue().tlsReports()) {
      jobs.every("tls-reports", TlsReporting.PERIOD, tlsReporting()::run);
    }
    queue.start();
  }

  private TlsReporting tlsReporting() {
    TlsReporting.Services services =
        new TlsReporting.Services(
            core.accounts(),
            core.tlsResults(),
            core.dns(),
            core.outbox(),
            reportPoster,
            core.people()::defaultDomain);
    return new TlsReporting(services, InstantSource.system());
  }

  /** The line that scripts wait for. */
  private void sayReady() {
    String words =
        ports.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    Long started = Long.getLong("wachtpost.started"); // milliseconds, set by the launcher
    String time =
        started == null
            ? ""
            : " (" + (InstantSource.system().millis() - started) + " ms after start)";
    Console.line("ready " + words + time);
  }

  private static NetworkSettings networkSettings(Config.Limits limits) {
    int fitting = NetworkSettings.connectionsIn(Runtime.getRuntime().maxMemory());
    if (fitting < limits.connections()) {
      LOG.info("memory is enough for {} connections; WACHTPOST_HEAP=2g gives more", fitting);
    }
    return NetworkSettings.DEFAULT.withLimits(
        new NetworkSettings.Limits(
            Math.min(fitting, limits.connections()),
            limits.connectionsPerAddress(),
            limits.connectionsPerMinute(),
            false));
  }

  private CertificateReload certificate() throws IOException {
    if (config.tls().certificate() == null || config.tls().key() == null) {
      SelfSigned.makeIfMissing(core.directory().tls(), config.hostname(), core.random());
    }
    return CertificateReload.of(
        ServerCertificate.of(config, core.directory()), KEYSTORE_PASSWORD, InstantSource.system());
  }

  @Override
  public void close() {
    LOG.info("ending");
    adminSocket.close();
    network.close();
    queue.close();
    courier.close();
    stsFetcher.close();
    reportPoster.close();
    jobs.close();
  }
}

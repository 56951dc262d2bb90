package org.wachtpost.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.admin.AdminException;
import org.wachtpost.admin.CheckOperation;
import org.wachtpost.admin.DirectoryOperations;
import org.wachtpost.admin.DomainOperations;
import org.wachtpost.admin.EventOperations;
import org.wachtpost.admin.ImportOperations;
import org.wachtpost.admin.MetricsOperation;
import org.wachtpost.admin.Operations;
import org.wachtpost.admin.QueueOperations;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.config.Config;
import org.wachtpost.directory.Account;
import org.wachtpost.directory.Directory;
import org.wachtpost.directory.DirectoryAuthenticator;
import org.wachtpost.directory.DomainKeys;
import org.wachtpost.directory.DomainZone;
import org.wachtpost.directory.MailPrograms;
import org.wachtpost.dns.Dns;
import org.wachtpost.dns.DnsSettings;
import org.wachtpost.dns.DnsjavaResolver;
import org.wachtpost.mail.AccountMail;
import org.wachtpost.mail.MailCheck;
import org.wachtpost.mail.MailJobs;
import org.wachtpost.mail.MailSettings;
import org.wachtpost.mail.Quota;
import org.wachtpost.mail.Spool;
import org.wachtpost.queue.Correspondents;
import org.wachtpost.queue.Outbox;
import org.wachtpost.queue.OutboxCheck;
import org.wachtpost.queue.QueueMetrics;
import org.wachtpost.queue.TlsResults;
import org.wachtpost.store.AccountId;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.check.AccountChecker;
import org.wachtpost.store.rocks.RocksSettings;
import org.wachtpost.store.rocks.RocksStore;
import org.wachtpost.watch.event.EventLog;
import org.wachtpost.watch.event.HeadSigner;

/** What a data directory holds, opened: the store and the rooms on it. No sockets. */
public final class Core implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Core.class);

  private static final long MIB = 1024 * 1024;

  /** Messages up to this size are held in memory while they arrive, bytes. */
  private static final int SPOOL_MEMORY_BYTES = 512 * 1024;

  /** All of them together may take this part of the heap. */
  private static final int SPOOL_PART_OF_MEMORY = 16;

  /** Accounts over which outbound mail is spread. */
  private static final int OUTBOX_SHARDS = 4;

  /** How long the log of the queue's changes is kept: nobody follows it for longer. */
  private static final Duration QUEUE_LOG_RETENTION = Duration.ofDays(1);

  /** How long it is remembered what became of a message that left. */
  private static final Duration FINISHED_KEPT = Duration.ofDays(7);

  private final DataDirectory directory;
  private final Config config;
  private final Store store;
  private final EventLog events;
  private final Accounts accounts;
  private final Directory people;
  private final DomainKeys domainKeys;
  private final AccountMail mail;
  private final MailJobs mailJobs;
  private final Outbox outbox;
  private final Correspondents correspondents;
  private final TlsResults tlsResults;
  private final SecureRandom random = new SecureRandom();

  private Core(DataDirectory directory, Config config, Store store) {
    InstantSource clock = InstantSource.system();
    this.directory = directory;
    this.config = config;
    this.store = store;
    HeadSigner signer =
        HeadSigner.open(store, directory.path().resolve(EventOperations.HEADS_FILE));
    this.events = new EventLog(store, clock, random, signer).start();
    this.accounts = new Accounts(store, clock, new SplittableRandom(random.nextLong()));
    this.people = new Directory(accounts, clock, random, events);
    this.domainKeys = new DomainKeys(accounts, clock, random, events);
    MailSettings settings =
        MailSettings.DEFAULTS.withRetention(Duration.ofDays(config.mail().deletedDays()));
    this.mail = new AccountMail(accounts, store, clock, settings);
    this.mailJobs = new MailJobs(accounts, store, clock, settings);
    people.removedAccounts().forEach(this::drop);
    this.outbox = new Outbox(accounts, store, clock, OUTBOX_SHARDS);
    this.correspondents = new Correspondents(accounts, clock, OUTBOX_SHARDS);
    this.tlsResults = new TlsResults(accounts, clock);
  }

  /**
   * Opens the store of the data directory, or makes one. What accounts hold may be used only after
   * {@link #resume}.
   */
  public static Core open(Path path, Config config) throws IOException {
    DataDirectory directory = DataDirectory.create(path);
    RocksSettings settings =
        RocksSettings.defaults().withBlockCacheBytes(config.store().blockCacheMib() * MIB);
    Store store = RocksStore.open(directory.store(), settings);
    return new Core(directory, config, store);
  }

  /** Finishes what a crash cut short in accounts; looks at every one of them. */
  void resume() {
    eachAccount("resume", mail::resume);
  }

  public DataDirectory directory() {
    return directory;
  }

  public Config config() {
    return config;
  }

  public Store store() {
    return store;
  }

  public EventLog events() {
    return events;
  }

  public Accounts accounts() {
    return accounts;
  }

  public Directory people() {
    return people;
  }

  /** The keys that sign mail of our domains. */
  public DomainKeys domainKeys() {
    return domainKeys;
  }

  public AccountMail mail() {
    return mail;
  }

  public SecureRandom random() {
    return random;
  }

  /** Mail that is on its way out. */
  Outbox outbox() {
    return outbox;
  }

  TlsResults tlsResults() {
    return tlsResults;
  }

  Correspondents correspondents() {
    return correspondents;
  }

  /** The resolver of the settings. */
  Dns dns() {
    List<InetSocketAddress> servers = config.dns().servers();
    DnsSettings settings =
        DnsSettings.of(servers, config.dns().dnssec())
            .withTrustAnchors(config.dns().trustAnchors());
    return new DnsjavaResolver(settings, InstantSource.system());
  }

  DirectoryAuthenticator authenticator() {
    byte[] fakeKey = InstallationKey.read(store, "scram-fake", random);
    return new DirectoryAuthenticator(people, InstantSource.system(), random, events, fakeKey);
  }

  Spool spool() throws IOException {
    return new Spool(
        directory.spool(),
        SPOOL_MEMORY_BYTES,
        Runtime.getRuntime().maxMemory() / SPOOL_PART_OF_MEMORY);
  }

  /** The operations that need no running server. */
  public Operations operations() {
    return operations(Optional::empty);
  }

  /**
   * All operations.
   *
   * @param queue what the running queue has done
   */
  Operations operations(Supplier<Optional<QueueMetrics>> queue) {
    Operations operations = new Operations();
    ServerCertificate certificate = ServerCertificate.of(config, directory);
    new DomainOperations(
            people, domainKeys, config.hostname(), certificate::publicKey, sts(), programs())
        .addTo(operations);
    new DirectoryOperations(people, mail, this::added, this::removed, this::setQuota)
        .addTo(operations);
    new QueueOperations(outbox, people, tlsResults, events, InstantSource.system(), queue)
        .addTo(operations);
    new MetricsOperation(outbox, InstantSource.system(), queue).addTo(operations);
    new EventOperations(store, directory.path()).addTo(operations);
    new ImportOperations(people, mail, events).addTo(operations);
    new CheckOperation(store, checkers()).addTo(operations);
    return operations;
  }

  /** How this server does MTA-STS. */
  DomainZone.Sts sts() {
    return new DomainZone.Sts(config.mtaSts().enforce(), config.listen().https() != 0);
  }

  /** How mail programs reach this server. */
  MailPrograms programs() {
    Config.Listen listen = config.listen();
    return new MailPrograms(
        listen.imaps(), listen.imap(), listen.submissions(), listen.submission());
  }

  /**
   * Forgets what has been deleted long enough (mail, bodies nobody refers to, old log entries) and
   * lets DKIM keys come and go.
   */
  void keepHouse() {
    eachAccount(
        "housekeeping",
        account -> {
          mailJobs.purge(account);
          mailJobs.collect(account);
          accounts.truncate(account, Duration.ofDays(config.mail().deletedDays()));
        });
    Dns dns = dns();
    domainKeys.keepHouse(people.domains(), key -> key.isPublished(dns));
    accounts.truncate(AccountId.DIRECTORY, Accounts.LOG_RETENTION);
    for (int shard = 0; shard < OUTBOX_SHARDS; shard++) {
      accounts.truncate(new AccountId(AccountId.Kind.QUEUE, shard), QUEUE_LOG_RETENTION);
    }
    outbox.forgetFinished(InstantSource.system().instant().minus(FINISHED_KEPT));
    correspondents.forgetOld();
    tlsResults.forgetOld();
  }

  /**
   * What is wrong with one account is said in the log, and is no reason to leave the others out.
   */
  private void eachAccount(String what, Consumer<AccountId> job) {
    for (Account account : people.accounts()) {
      try {
        job.accept(account.id());
      } catch (StoreException e) {
        LOG.error("{} of {} failed", what, account.address(), e);
      }
    }
  }

  private List<AccountChecker> checkers() {
    return List.of(new MailCheck(), new OutboxCheck());
  }

  private void added(Account account) {
    mail.createAccount(account.id());
  }

  private void removed(Account account) {
    drop(account.id());
  }

  /** Nothing crosses accounts in one commit: the directory remembers until the data is gone. */
  private void drop(AccountId account) {
    store.drop(account);
    people.dropped(account);
  }

  private void setQuota(AccountId account, Quota quota) {
    mail.setQuota(account, quota.bytesLimit(), quota.messagesLimit());
  }

  @Override
  public void close() {
    List<Runnable> steps = new ArrayList<>();
    steps.add(people::flushLastUses);
    steps.add(tlsResults::flush);
    steps.add(events::close);
    steps.add(store::close);
    RuntimeException failure = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw new AdminException("closing the store failed: " + failure.getMessage());
    }
  }
}

package org.wachtpost.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.delivery.Delivery;
import org.wachtpost.delivery.DeliverySettings;
import org.wachtpost.delivery.MessageGate;
import org.wachtpost.directory.Account;
import org.wachtpost.directory.Directory;
import org.wachtpost.directory.DirectoryAuthenticator;
import org.wachtpost.imap.ImapLimits;
import org.wachtpost.imap.ImapServer;
import org.wachtpost.mail.AccountMail;
import org.wachtpost.mail.MailSettings;
import org.wachtpost.mail.Spool;
import org.wachtpost.net.Endpoint;
import org.wachtpost.net.Network;
import org.wachtpost.net.NetworkSettings;
import org.wachtpost.net.Protocol;
import org.wachtpost.sasl.SaslServer;
import org.wachtpost.smtp.SmtpRole;
import org.wachtpost.smtp.SmtpServer;
import org.wachtpost.smtp.SmtpSettings;
import org.wachtpost.store.Store;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.rocks.RocksSettings;
import org.wachtpost.store.rocks.RocksStore;
import org.wachtpost.watch.event.EventLog;
import org.wachtpost.watch.event.HeadSigner;

/**
 * A server put together as the real one is, with a store and an access log of its own and one
 * made-up domain, that listens on loopback only.
 */
final class PracticeServer implements AutoCloseable {
  static final String DOMAIN = "warm-up.invalid";

  /** As many people get mail at a time. */
  static final int PEOPLE = 16;

  private static final int MIB = 1024 * 1024;

  private final String password;
  private final Directory people;
  private final Store store;
  private final EventLog events;
  private final Network network;
  private final InetSocketAddress lmtp;
  private final InetSocketAddress smtp;
  private final InetSocketAddress imap;

  private PracticeServer(
      Store store, Path folder, String password, MessageGate gate, SecureRandom random)
      throws IOException {
    this.password = password;
    InstantSource clock = InstantSource.system();
    byte[] key = new byte[16];
    random.nextBytes(key);
    this.store = store;
    Accounts accounts = new Accounts(store, clock, new SplittableRandom(random.nextLong()));
    HeadSigner signer = HeadSigner.open(store, folder.resolve("heads"));
    this.events = new EventLog(store, clock, random, signer);
    this.people = new Directory(accounts, clock, random, events);
    AccountMail mail = new AccountMail(accounts, store, clock, MailSettings.DEFAULTS);
    if (people.accounts().isEmpty()) {
      addPeople();
    }
    for (Account account : people.accounts()) {
      store.drop(account.id());
      mail.createAccount(account.id());
    }
    Delivery delivery =
        new Delivery(
            people,
            mail,
            message -> {
              throw new StoreException.Unavailable("no mail leaves while warming up", null);
            },
            gate,
            DeliverySettings.of(DOMAIN));
    DirectoryAuthenticator authenticator =
        new DirectoryAuthenticator(people, clock, random, events, key);
    Spool spool = new Spool(folder.resolve("spool"), MIB, 4L * MIB);
    SmtpServer.Services services =
        new SmtpServer.Services(
            delivery, people, new SaslServer(authenticator, random), spool, events, clock);
    SmtpSettings settings = SmtpSettings.of(DOMAIN, "postmaster@" + DOMAIN);
    this.network = new Network(NetworkSettings.DEFAULT, null, events, clock, random);
    try {
      this.lmtp = listen(new SmtpServer(SmtpRole.LMTP, settings, services));
      this.smtp = listen(new SmtpServer(SmtpRole.MX, settings, services));
      this.imap =
          listen(
              new ImapServer(
                  mail, authenticator, events, spool, clock, random, ImapLimits.STANDARD, true));
      events.start();
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /**
   * Starts one, with an empty mailbox for everybody.
   *
   * @param folder for all that it keeps; people that an earlier one left there are the same again
   * @param password of all of them
   * @param gate asked about each message, as the real one is
   */
  static PracticeServer start(Path folder, String password, MessageGate gate, SecureRandom random)
      throws IOException {
    RocksSettings small =
        RocksSettings.defaults().withMemtableBytes(4L * MIB).withBlockCacheBytes(MIB);
    Store store = RocksStore.open(folder, small);
    try {
      return new PracticeServer(store, folder, password, gate, random);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void addPeople() {
    Directory.Actor actor =
        new Directory.Actor("warm-up", new Origin("internal", null, 0, 0, "warm-up"));
    people.addDomain(actor, DOMAIN);
    for (int number = 0; number < PEOPLE; number++) {
      Account _ = people.addAccount(actor, address(number), "Practice", password);
    }
  }

  private InetSocketAddress listen(Protocol protocol) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return network.listen(new Endpoint("warm-up", anyPort, false), protocol).address();
  }

  /** As a real server's jobs do: changes that no client asked for. */
  void keepHouse() {
    people.flushLastUses();
  }

  static String address(int number) {
    return "practice" + number + "@" + DOMAIN;
  }

  String password() {
    return password;
  }

  InetSocketAddress lmtp() {
    return lmtp;
  }

  InetSocketAddress smtp() {
    return smtp;
  }

  InetSocketAddress imap() {
    return imap;
  }

  @Override
  public void close() {
    network.close();
    events.close();
    store.close();
  }
}

package org.wachtpost.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.directory.Account;
import org.wachtpost.directory.AccountChange;
import org.wachtpost.directory.Directory;
import org.wachtpost.directory.DomainKeys;
import org.wachtpost.directory.Passwords;
import org.wachtpost.directory.Role;
import org.wachtpost.mail.AccountMail;
import org.wachtpost.mail.Flags;
import org.wachtpost.mail.MailResult;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.MessageContent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Sample people with random passwords, and mail for alice written for this project. */
public final class Demo {
  /** Where the passwords are written, in the data directory. */
  public static final String ACCOUNTS_FILE = "demo-accounts.json";

  private static final String DOMAIN = "example.test";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Directory.Actor DEMO =
      new Directory.Actor("demo", new Origin("internal", null, 0, 0, "demo"));

  private final Path directory;
  private final Directory people;
  private final DomainKeys keys;
  private final AccountMail mail;
  private final SecureRandom random;

  public Demo(
      Path directory, Directory people, DomainKeys keys, AccountMail mail, SecureRandom random) {
    this.directory = directory;
    this.people = people;
    this.keys = keys;
    this.mail = mail;
    this.random = random;
  }

  /**
   * Makes people and mail, unless an earlier demo in this directory has. What a demo that was
   * killed left half made is made whole.
   *
   * @return passwords by address
   * @throws IOException if the directory holds something else than a demo
   */
  public Map<String, String> prepare() throws IOException {
    Path file = directory.resolve(ACCOUNTS_FILE);
    Map<String, String> passwords = Files.exists(file) ? read(file) : new LinkedHashMap<>();
    if (!passwords.isEmpty() && passwords.keySet().stream().allMatch(this::isHere)) {
      return passwords;
    }
    if (people.domains().stream().anyMatch(domain -> !domain.name().equals(DOMAIN))) {
      throw new IOException(directory + " holds other domains than a demo's: use another --dir");
    }
    if (people.domains().isEmpty()) {
      people.addDomain(DEMO, DOMAIN);
    }
    passwords.clear();
    // To find the primes of a key takes as long as all the rest.
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<?> keysMade = beside.submit(() -> keys.ensure(DEMO, DOMAIN));
      add("alice", "Alice Jansen", passwords);
      add("bob", "Bob de Vries", passwords);
      add("carol", "Carol Smit", passwords);
      people.changeAccount(
          DEMO, "alice@" + DOMAIN, new AccountChange(null, Role.ADMINISTRATOR, null, null, null));
      Account alice = people.account("alice@" + DOMAIN).orElseThrow();
      if (isEmpty(alice)) {
        fill(alice);
      }
      keysMade.get();
    } catch (ExecutionException e) {
      throw new IOException("no DKIM keys: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while making DKIM keys");
    }
    write(file, passwords);
    return passwords;
  }

  private boolean isHere(String address) {
    return people.account(address).isPresent();
  }

  private boolean isEmpty(Account account) {
    try (MailView view = mail.view(account.id())) {
      return view.quota().messagesUsed() == 0;
    }
  }

  private void add(String name, String fullName, Map<String, String> passwords) {
    String address = name + "@" + DOMAIN;
    String password = Passwords.newAppPassword(random);
    if (isHere(address)) {
      people.setPassword(DEMO, address, password);
    } else {
      people.addAccount(DEMO, address, fullName, password);
    }
    mail.createAccount(people.account(address).orElseThrow().id());
    passwords.put(address, password);
  }

  private void fill(Account account) throws IOException {
    for (String line : resourceLines("index.tsv")) {
      String[] fields = line.split("\t", -1);
      byte[] content = crlf(resource(fields[0]));
      List<String> names = fields[2].isEmpty() ? List.of() : List.of(fields[2].split(" ", -1));
      Mailbox mailbox;
      try (MailView view = mail.view(account.id())) {
        mailbox = view.mailbox(fields[1]).orElseThrow();
      }
      MailResult<MailResult.Appended> result =
          mail.append(
              account.id(),
              mailbox.id(),
              MessageContent.of(content),
              Flags.of(names),
              Optional.of(date(content)));
      if (result instanceof MailResult.Refused<MailResult.Appended> refused) {
        throw new IOException("sample mail was refused: " + refused);
      }
    }
  }

  private static OffsetDateTime date(byte[] content) throws IOException {
    for (String line : new String(content, StandardCharsets.UTF_8).split("\r\n", -1)) {
      if (line.startsWith("Date: ")) {
        try {
          return OffsetDateTime.parse(line.substring(6), DateTimeFormatter.RFC_1123_DATE_TIME);
        } catch (DateTimeException e) {
          throw new IOException("sample mail with a bad date: " + line, e);
        }
      }
    }
    throw new IOException("sample mail without a date");
  }

  private static byte[] crlf(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    return text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> resourceLines(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(name), StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = Demo.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("sample mail " + name + " is missing from the jar");
    }
    return in;
  }

  private static Map<String, String> read(Path file) throws IOException {
    Map<String, String> passwords = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : JSON.readTree(Files.readString(file)).properties()) {
      passwords.put(entry.getKey(), entry.getValue().asString());
    }
    return passwords;
  }

  private static void write(Path file, Map<String, String> passwords) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    passwords.forEach(json::put);
    Path written = file.resolveSibling(ACCOUNTS_FILE + ".new");
    Files.deleteIfExists(written);
    Files.createFile(
        written,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(written, JSON.writeValueAsString(json) + "\n");
    Files.move(written, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}

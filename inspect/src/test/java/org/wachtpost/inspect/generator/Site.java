package org.wachtpost.inspect.generator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/** The organisation and its server: names, people, addresses, all drawn from the seed. */
final class Site {
  private static final String[] FIRST = {
    "anna", "bram", "carla", "daan", "eva", "femke", "gijs", "hanna", "iris", "jan", "koen",
    "lotte", "maarten", "nina", "olaf", "petra", "quinten", "roos", "sanne", "tom", "ursula",
    "vera", "wim"
  };
  private static final String[] LAST = {
    "bakker",
    "visser",
    "smit",
    "mulder",
    "bos",
    "vos",
    "peters",
    "hendriks",
    "dekker",
    "brouwer",
    "meijer",
    "kok",
    "jacobs",
    "vermeulen",
    "schouten",
    "willems",
    "kuipers",
    "post",
    "prins"
  };
  static final String[] PHONES = {
    "Apple-iPhone12C1/1803.140", "Apple-iPhone11C8/1804.70", "Android-Mail/2021.02.21.360183183",
    "Outlook-iOS-Android/1.0", "Android-SAMSUNG-SM-G970F/101.902", "Apple-iPad7C11/1803.140"
  };

  /** A person with a mailbox, as bytes for the logs. */
  record Person(
      String name,
      String smtp,
      byte[] account,
      byte[] smtpBytes,
      byte[] mailbox,
      byte[] phone,
      byte[] device,
      byte[] office,
      byte[] home,
      byte[] mobile,
      String sid) {}

  final String server = "EX01";
  final String domain;
  final String netbios;
  final String fqdn;
  final String address = "10.20.0.11";
  final String domainSid;
  final List<Person> people = new ArrayList<>();
  final List<byte[]> healthMailboxes = new ArrayList<>();
  final byte[] mailHost;
  final byte[] autodiscoverHost;
  final String oabIdentity;

  Site(long seed) {
    Random random = new Random(seed ^ 0x51CEL);
    String name = LAST[random.nextInt(LAST.length)] + "-" + LAST[random.nextInt(LAST.length)];
    domain = name + ".example";
    netbios = name.split("-", 2)[0].toUpperCase(Locale.ROOT);
    fqdn = server.toLowerCase(Locale.ROOT) + "." + netbios.toLowerCase(Locale.ROOT) + ".local";
    mailHost = bytes("mail." + domain);
    autodiscoverHost = bytes("autodiscover." + domain);
    domainSid =
        "S-1-5-21-"
            + random.nextInt(1 << 30)
            + "-"
            + random.nextInt(1 << 30)
            + "-"
            + random.nextInt(1 << 30);
    oabIdentity = new UUID(random.nextLong(), random.nextLong()).toString();
    int count = 40 + random.nextInt(160);
    for (int i = 0; i < count; i++) {
      people.add(person(random, i));
    }
    for (int i = 0; i < 6; i++) {
      healthMailboxes.add(
          bytes(
              "HealthMailbox"
                  + new UUID(random.nextLong(), random.nextLong()).toString().replace("-", "")
                  + "@"
                  + domain));
    }
  }

  private Person person(Random random, int number) {
    String login =
        FIRST[random.nextInt(FIRST.length)]
            + "."
            + LAST[random.nextInt(LAST.length)]
            + (number > 60 ? Integer.toString(number) : "");
    String smtp = login + "@" + domain;
    return new Person(
        login,
        smtp,
        bytes(netbios + "\\" + login),
        bytes(smtp),
        bytes("MailboxGuid~" + new UUID(random.nextLong(), random.nextLong())),
        bytes(PHONES[random.nextInt(PHONES.length)]),
        bytes(Long.toHexString(random.nextLong() | 1L << 60).toUpperCase(Locale.ROOT)),
        bytes("10.20." + (1 + random.nextInt(4)) + "." + (2 + random.nextInt(250))),
        bytes("198.51.100." + (2 + random.nextInt(250))),
        bytes("100.64." + random.nextInt(32) + "." + (1 + random.nextInt(250))),
        domainSid + "-" + (1_100 + number));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

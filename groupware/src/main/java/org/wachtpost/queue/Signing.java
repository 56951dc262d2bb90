package org.wachtpost.queue;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.mail.MessageContent;
import org.wachtpost.mailauth.AuthorDomains;
import org.wachtpost.mailauth.DkimSigner;
import org.wachtpost.mailauth.DkimSigningKey;

/**
 * Signs what people here sent, and our own reports, with the keys of the authors' domains: the
 * domain in From is what DMARC wants aligned. What is only passed on is left as it came: its From
 * may be anybody's. Thread-safe.
 */
final class Signing {
  private static final Logger LOG = LoggerFactory.getLogger(Signing.class);

  /** Signatures remembered, so that one message to many domains is signed once. */
  static final int REMEMBERED = 500;

  private static final long REMEMBERED_SECONDS = 3_600;

  /** Domains whose keys sign one message. */
  private static final int DOMAINS = 5;

  /**
   * @param fields DKIM-Signature fields to put before the message; empty for none
   * @param words for the delivery trace; empty if there is nothing to say
   */
  record Signed(String fields, String words) {
    static final Signed NOTHING = new Signed("", "");
  }

  private record Remembered(Signed signed, Instant until) {}

  private final Function<String, List<DkimSigningKey>> keys;
  private final InstantSource time;
  private final DkimSigner signer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<QueueId, Remembered> remembered = new LinkedHashMap<>();

  /**
   * @param keys the keys of a domain of ours that sign now; empty for any other domain
   */
  Signing(Function<String, List<DkimSigningKey>> keys, InstantSource time) {
    this.keys = keys;
    this.time = time;
    this.signer = new DkimSigner(time);
  }

  Signed sign(QueuedMessage message, MessageContent content) throws IOException {
    if (!isOurs(message)) {
      return Signed.NOTHING;
    }
    Signed known = known(message.id());
    if (known != null) {
      return known;
    }
    Signed signed = signNow(message, content);
    if (signed.fields().isEmpty()) {
      return signed;
    }
    lock.lock();
    try {
      remembered.put(
          message.id(), new Remembered(signed, time.instant().plusSeconds(REMEMBERED_SECONDS)));
      if (remembered.size() > REMEMBERED) {
        remembered.remove(remembered.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
    return signed;
  }

  /** As {@link #sign} for a message that was changed on the way: its signature is its own. */
  Signed signChanged(QueuedMessage message, MessageContent content) throws IOException {
    return isOurs(message) ? signNow(message, content) : Signed.NOTHING;
  }

  private static boolean isOurs(QueuedMessage message) {
    return message.origin() != null
        || message.session().equals(Report.SESSION)
        || message.session().equals(TlsResults.REPORT_SESSION);
  }

  private @Nullable Signed known(QueueId id) {
    lock.lock();
    try {
      Remembered found = remembered.get(id);
      if (found == null || found.until().isAfter(time.instant())) {
        return found == null ? null : found.signed();
      }
      remembered.remove(id);
      return null;
    } finally {
      lock.unlock();
    }
  }

  private Signed signNow(QueuedMessage message, MessageContent content) throws IOException {
    List<String> domains = AuthorDomains.of(content::open);
    List<DkimSigningKey> chosen = new ArrayList<>();
    for (String domain : domains.subList(0, Math.min(DOMAINS, domains.size()))) {
      chosen.addAll(keysFor(domain));
    }
    if (chosen.isEmpty()) {
      String whose = domains.isEmpty() ? "a message without author" : String.join(", ", domains);
      return new Signed("", "not signed: no DKIM key for " + whose);
    }
    return switch (signer.sign(content::open, chosen.stream().distinct().toList())) {
      case DkimSigner.Signed(String fields) -> new Signed(fields, "signed by " + names(chosen));
      case DkimSigner.Refused(String reason) -> {
        LOG.warn("message {} leaves unsigned: {}", message.id(), reason);
        yield new Signed("", "not signed: " + reason);
      }
    };
  }

  /** The domain's own keys, or those of a domain of ours above it (relaxed alignment). */
  private List<DkimSigningKey> keysFor(String domain) {
    String name = domain;
    while (true) {
      List<DkimSigningKey> found = keys.apply(name);
      int dot = name.indexOf('.');
      if (!found.isEmpty() || dot < 0) {
        return found;
      }
      name = name.substring(dot + 1);
    }
  }

  private static String names(List<DkimSigningKey> keys) {
    return keys.stream()
        .map(key -> key.selector() + "._domainkey." + key.domain())
        .distinct()
        .collect(Collectors.joining(", "));
  }
}

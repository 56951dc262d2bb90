package org.wachtpost.mail;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.store.BlobId;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * Which thread an email belongs to. Two emails are in one thread if one names a message id that the
 * other names (in Message-ID, In-Reply-To or References) and their base subjects are the same (RFC
 * 8621 §3). Each id is hashed together with the base subject; a hash is stored with its thread and
 * the number of stored contents that have it. An email keeps its thread for good: where a later one
 * would join two threads, it joins the first that is found.
 */
final class ThreadIndex {
  /** Message ids of one email that are looked at: its own, then the nearest. */
  static final int IDS = 24;

  private static final int LAYOUT = 1;

  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  private ThreadIndex() {}

  /**
   * Hashes of the ids with the base subject.
   *
   * @param ids the email's own message id first, then those it refers to, the nearest first
   */
  static List<Long> hashes(List<String> ids, String baseSubject) {
    // RFC 8621 §3: white space in the subject does not count; letter case: RFC 5256 §3
    byte[] subject =
        WHITE_SPACE
            .matcher(baseSubject)
            .replaceAll("")
            .toLowerCase(Locale.ROOT)
            .getBytes(StandardCharsets.UTF_8);
    Set<Long> hashes = new LinkedHashSet<>();
    for (String id : ids) {
      if (hashes.size() == IDS) {
        break;
      }
      MessageDigest digest = BlobId.newDigest();
      digest.update(id.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      byte[] hash = digest.digest(subject);
      long number = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        number = number << 8 | (hash[i] & 0xff);
      }
      hashes.add(number & Long.MAX_VALUE);
    }
    return List.copyOf(hashes);
  }

  /** The thread that one of the hashes is in, if any is. */
  static Optional<ThreadId> find(MailTransaction mail, List<Long> hashes) {
    for (long hash : hashes) {
      Entry entry = Entry.decode(mail.transaction().read(MailKeys.thread(hash)));
      if (entry != null) {
        return Optional.of(entry.thread);
      }
    }
    return Optional.empty();
  }

  /**
   * A content with these hashes came.
   *
   * @return the thread that it is in: that of the first hash which is in one, or a new one
   */
  static ThreadId add(MailTransaction mail, List<Long> hashes) {
    List<@Nullable Entry> entries = new ArrayList<>();
    @Nullable ThreadId found = null;
    for (long hash : hashes) {
      Entry entry = Entry.decode(mail.transaction().read(MailKeys.thread(hash)));
      entries.add(entry);
      found = found == null && entry != null ? entry.thread : found;
    }
    ThreadId thread = found == null ? mail.newThread() : found;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      Entry after = entry == null ? new Entry(thread, 1) : new Entry(entry.thread, entry.count + 1);
      mail.put(MailKeys.thread(hashes.get(i)), after.encode());
    }
    return thread;
  }

  /** A content with these hashes went. */
  static void remove(MailTransaction mail, List<Long> hashes) {
    for (long hash : hashes) {
      Entry entry = Entry.decode(mail.transaction().read(MailKeys.thread(hash)));
      if (entry == null || entry.count <= 1) {
        mail.delete(MailKeys.thread(hash));
      } else {
        mail.put(MailKeys.thread(hash), new Entry(entry.thread, entry.count - 1).encode());
      }
    }
  }

  /** A stored hash: its thread, and how many contents have it. */
  record Entry(ThreadId thread, long count) {
    static @Nullable Entry decode(byte @Nullable [] bytes) {
      if (bytes == null) {
        return null;
      }
      RecordReader in = new RecordReader(bytes, LAYOUT);
      return StoredMail.decoded(() -> new Entry(new ThreadId(in.number()), in.number()));
    }

    byte[] encode() {
      return new RecordWriter(LAYOUT).number(thread.value()).number(count).toBytes();
    }
  }
}

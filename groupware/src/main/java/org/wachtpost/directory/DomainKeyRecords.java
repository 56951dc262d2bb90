package org.wachtpost.directory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mailauth.DkimAlgorithm;
import org.wachtpost.mailauth.DkimKeyPair;
import org.wachtpost.mailauth.DkimSigningKey;
import org.wachtpost.store.Cursor;
import org.wachtpost.store.Key;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.KeySpace;
import org.wachtpost.store.key.KeyWriter;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** Keys and values of DKIM keys in the directory account, as {@link KeySpace} lists them. */
final class DomainKeyRecords {
  private static final int LAYOUT = 1;
  private static final byte[] ERASED = {};

  private DomainKeyRecords() {}

  /**
   * A key as it is kept.
   *
   * @param pair null once the key is retiring: what never signs again cannot be stolen
   */
  record Stored(DomainKey key, @Nullable DkimKeyPair pair) {
    /** RSA before Ed25519, older before newer. */
    static final Comparator<Stored> ORDER =
        Comparator.<Stored, String>comparing(stored -> stored.key().domain())
            .thenComparing(stored -> stored.key().algorithm())
            .thenComparing(stored -> stored.key().made())
            .thenComparing(stored -> stored.key().selector());

    Stored in(DomainKey.State state, Instant now) {
      DomainKey changed =
          new DomainKey(
              key.domain(),
              key.selector(),
              key.algorithm(),
              state,
              key.made(),
              now,
              key.recordText());
      return new Stored(changed, state == DomainKey.State.RETIRING ? null : pair);
    }

    Optional<DkimSigningKey> signingKey() {
      return key.state() != DomainKey.State.ACTIVE || pair == null
          ? Optional.empty()
          : Optional.of(
              new DkimSigningKey(key.domain(), key.selector(), key.algorithm(), pair.privateKey()));
    }
  }

  static Key ofEveryDomain() {
    return KeyWriter.prefix(KeySpace.DIRECTORY_DOMAIN_KEY).key();
  }

  static Key ofDomain(String domain) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_DOMAIN_KEY).text(domain).key();
  }

  static Key of(DomainKey key) {
    return KeyWriter.prefix(KeySpace.DIRECTORY_DOMAIN_KEY)
        .text(key.domain())
        .text(key.selector())
        .key();
  }

  static byte[] write(Stored stored) {
    DomainKey key = stored.key();
    DkimKeyPair pair = stored.pair();
    return new RecordWriter(LAYOUT)
        .text(key.domain())
        .text(key.selector())
        .text(key.algorithm().word())
        .number(key.state().code())
        .number(key.made().toEpochMilli())
        .number(key.since().toEpochMilli())
        .text(key.recordText())
        .bytes(pair == null ? ERASED : pair.encodedPublic())
        .bytes(pair == null ? ERASED : pair.encodedPrivate())
        .toBytes();
  }

  /** Everything that the cursor shows, in order; closes it. */
  static List<Stored> readAll(Cursor cursor) {
    List<Stored> all = new ArrayList<>();
    try (cursor) {
      while (cursor.next()) {
        all.add(read(cursor.value()));
      }
    }
    all.sort(Stored.ORDER);
    return all;
  }

  private static Stored read(byte[] value) {
    RecordReader in = new RecordReader(value, LAYOUT);
    String domain = in.text();
    String selector = in.text();
    DkimAlgorithm algorithm = algorithm(in.text());
    DomainKey key =
        new DomainKey(
            domain,
            selector,
            algorithm,
            state(in.integer()),
            Instant.ofEpochMilli(in.number()),
            Instant.ofEpochMilli(in.number()),
            in.text());
    byte[] publicInfo = in.bytes();
    byte[] pkcs8 = in.bytes();
    if (pkcs8.length == 0) {
      return new Stored(key, null);
    }
    try {
      return new Stored(key, DkimKeyPair.decode(algorithm, pkcs8, publicInfo));
    } catch (IllegalArgumentException e) {
      throw new StoreException.Corrupt("DKIM key " + key.recordName() + " cannot be read", e);
    }
  }

  private static DkimAlgorithm algorithm(String word) {
    for (DkimAlgorithm algorithm : DkimAlgorithm.values()) {
      if (algorithm.word().equals(word)) {
        return algorithm;
      }
    }
    throw new StoreException.Corrupt("stored DKIM algorithm " + word, null);
  }

  private static DomainKey.State state(int code) {
    for (DomainKey.State state : DomainKey.State.values()) {
      if (state.code() == code) {
        return state;
      }
    }
    throw new StoreException.Corrupt("stored state of a DKIM key " + code, null);
  }
}

package org.wachtpost.store.rocks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.wachtpost.store.AccountId;

/**
 * What a damaged log lost, in the file {@code LOST}: written before RocksDB reads that log and puts
 * the rest of it into tables, and removed when the database says it itself. A server that ends in
 * between would find a log without damage the next time.
 *
 * @param where the damage is
 * @param accounts accounts that certainly lost commits
 * @param allKnown true if no other account can have lost any
 */
record LostNote(String where, TreeSet<AccountId> accounts, boolean allKnown) {
  private static final String NAME = "LOST";
  private static final String HEAD = "wachtpost-lost 1";

  static LostNote of(WalScan.Finding.Damaged damaged) {
    return new LostNote(
        damaged.file().getFileName() + " at byte " + damaged.offset(),
        damaged.accounts(),
        damaged.allKnown());
  }

  /** What both say. */
  LostNote and(LostNote other) {
    TreeSet<AccountId> both = new TreeSet<>(accounts);
    both.addAll(other.accounts);
    // An opening that is tried again and again finds the same place each time.
    boolean known = List.of(where.split(", ")).contains(other.where);
    String places = known ? where : where + ", " + other.where;
    return new LostNote(places, both, allKnown && other.allKnown);
  }

  /** What the last opening did not come to write down; of a damaged file, that it was there. */
  static Optional<LostNote> read(Path directory) throws IOException {
    String text;
    try {
      text = Files.readString(directory.resolve(NAME), ISO_8859_1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return Optional.of(
        SmallFiles.wholeLines(text, HEAD)
            .map(LostNote::ofLines)
            .orElseGet(() ->
                new LostNote("as the damaged file " + NAME + " said", new TreeSet<>(), false)));
  }

  private static LostNote ofLines(List<String> lines) {
    TreeSet<AccountId> accounts = new TreeSet<>();
    for (String line : lines.subList(3, lines.size())) {
      accounts.add(Layout.account(HexFormat.of().parseHex(line), 0));
    }
    return new LostNote(lines.get(1), accounts, lines.get(2).equals("all"));
  }

  void write(Path directory) throws IOException {
    StringBuilder text = new StringBuilder(HEAD).append('\n').append(where).append('\n');
    text.append(allKnown ? "all\n" : "some\n");
    for (AccountId account : accounts) {
      text.append(HexFormat.of().formatHex(Layout.prefix(account))).append('\n');
    }
    SmallFiles.replaceLines(directory.resolve(NAME), text.toString());
  }

  /** The database says it itself now. */
  static void remove(Path directory) throws IOException {
    SmallFiles.remove(directory.resolve(NAME));
  }
}

package org.wachtpost.imap.wire;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What SEARCH and SORT are to return (RFC 4731 §3.1).
 *
 * @param options without PARTIAL
 * @param page the page that is asked for (RFC 9394 §3.1)
 */
public record SearchReturn(Set<Option> options, Optional<PartialRange> page) {
  /** Return options. */
  public enum Option {
    MIN,
    MAX,
    ALL,
    COUNT,
    SAVE
  }

  /** No RETURN was given. */
  public static final SearchReturn PLAIN = new SearchReturn(Set.of(), Optional.empty());

  /** What an empty list means. */
  public static final SearchReturn ALL = new SearchReturn(Set.of(Option.ALL), Optional.empty());

  public SearchReturn {
    options = Set.copyOf(options);
  }

  /** {@code (MIN COUNT PARTIAL 1:500 …)}. */
  public static SearchReturn read(CommandReader in) throws IOException, ImapSyntaxException {
    Set<Option> options = EnumSet.noneOf(Option.class);
    Optional<PartialRange> page = Optional.empty();
    in.expect('(');
    while (!in.take(')')) {
      switch (in.word()) {
        case "MIN" -> options.add(Option.MIN);
        case "MAX" -> options.add(Option.MAX);
        case "ALL" -> options.add(Option.ALL);
        case "COUNT" -> options.add(Option.COUNT);
        case "SAVE" -> options.add(Option.SAVE);
        case "PARTIAL" -> {
          if (page.isPresent()) {
            throw new ImapSyntaxException("PARTIAL stands there twice");
          }
          in.space();
          page = Optional.of(PartialRange.read(in));
        }
        default -> throw new ImapSyntaxException("unknown result option");
      }
      in.take(' ');
    }
    if (page.isPresent() && options.contains(Option.ALL)) {
      throw new ImapSyntaxException("either ALL or PARTIAL");
    }
    return options.isEmpty() && page.isEmpty() ? ALL : new SearchReturn(options, page);
  }

  public boolean has(Option option) {
    return options.contains(option);
  }

  /** Whether RETURN was given. */
  public boolean isExtended() {
    return !equals(PLAIN);
  }

  /** Whether the result is to be saved and not told (RFC 5182 §2.1). */
  public boolean onlySaves() {
    return options.equals(Set.of(Option.SAVE)) && page.isEmpty();
  }
}

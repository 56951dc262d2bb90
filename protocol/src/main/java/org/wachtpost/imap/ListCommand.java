package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.mail.MailView;
import org.wachtpost.mail.Mailbox;
import org.wachtpost.mail.SpecialUse;

/** LIST (RFC 9051 §6.3.9), basic and extended. */
final class ListCommand {
  private static final int MOST_PATTERNS = 64;

  /** All patterns together, characters: each is tried with each of thousands of names. */
  static final int PATTERNS_CHARACTERS = 4 * 1_024;

  private enum Selection {
    SUBSCRIBED,
    REMOTE,
    RECURSIVEMATCH,
    SPECIAL_USE
  }

  private record Request(
      Set<Selection> selection,
      List<ListPattern> patterns,
      boolean extended,
      boolean returnSubscribed,
      Set<StatusItems> status) {
    boolean matches(String name) {
      return patterns.stream().anyMatch(pattern -> pattern.matches(name));
    }
  }

  /** A name to tell of; without a mailbox when it is only subscribed to. */
  private record Entry(String name, @Nullable Mailbox mailbox, StatusItems.Counted counted) {}

  private ListCommand() {}

  static Reply run(Session session) throws IOException, ImapSyntaxException, ImapRefusal {
    Request request = read(session);
    session.in().end();
    if (request.status().contains(StatusItems.HIGHESTMODSEQ)) {
      session.enableCondstore();
    }
    boolean root =
        request.patterns().size() == 1 && request.patterns().getFirst().pattern().isEmpty();
    if (root && !request.extended()) {
      // RFC 9051 §6.3.9: an empty name asks for the separator.
      session.out().line("* LIST (\\Noselect) \"/\" \"\"");
      return Reply.ok("that is all");
    }
    Set<String> subscribed = new TreeSet<>(session.mail().subscriptions(session.account()));
    Map<String, Entry> names = new TreeMap<>(ListCommand::inboxFirst);
    try (MailView view = session.mail().view(session.account())) {
      for (Mailbox mailbox : view.mailboxes()) {
        var counted = StatusItems.Counted.of(session, view, mailbox, request.status());
        names.put(mailbox.name(), new Entry(mailbox.name(), mailbox, counted));
      }
    }
    if (request.selection().contains(Selection.SUBSCRIBED)) {
      for (String name : subscribed) {
        names.putIfAbsent(name, new Entry(name, null, StatusItems.Counted.NOTHING));
        if (request.selection().contains(Selection.RECURSIVEMATCH)) {
          // RFC 5258 §3.5: a name above it is told of, even if there is no such mailbox.
          for (String parent : above(name)) {
            names.putIfAbsent(parent, new Entry(parent, null, StatusItems.Counted.NOTHING));
          }
        }
      }
    }
    tell(session, request, names, subscribed);
    return Reply.ok("that is all");
  }

  /** The names above this one, the nearest first. */
  private static List<String> above(String name) {
    List<String> names = new ArrayList<>();
    int end = name.lastIndexOf(Mailbox.SEPARATOR);
    for (; end > 0; end = name.lastIndexOf(Mailbox.SEPARATOR, end - 1)) {
      names.add(name.substring(0, end));
    }
    return names;
  }

  private static int inboxFirst(String left, String right) {
    boolean leftInbox = left.equals("INBOX");
    boolean rightInbox = right.equals("INBOX");
    return leftInbox || rightInbox ? Boolean.compare(rightInbox, leftInbox) : left.compareTo(right);
  }

  private static Request read(Session session)
      throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    Set<Selection> selection = EnumSet.noneOf(Selection.class);
    boolean extended = false;
    if (in.nextIs('(')) {
      extended = true;
      selection = readSelection(in);
      in.space();
    }
    String reference = MailboxNames.decode(session, in.astring());
    in.space();
    List<ListPattern> patterns = new ArrayList<>();
    if (in.take('(')) {
      extended = true;
      int characters = 0;
      do {
        ListPattern pattern = pattern(session, reference);
        characters += pattern.pattern().length();
        if (patterns.size() == MOST_PATTERNS || characters > PATTERNS_CHARACTERS) {
          throw ImapSyntaxException.limit("too many patterns, or too long ones");
        }
        patterns.add(pattern);
      } while (in.take(' '));
      in.expect(')');
    } else {
      patterns.add(pattern(session, reference));
    }
    Set<StatusItems> status = EnumSet.noneOf(StatusItems.class);
    boolean returnSubscribed = false;
    if (in.take(' ')) {
      extended = true;
      if (!in.word().equals("RETURN")) {
        throw new ImapSyntaxException("expected RETURN");
      }
      in.space();
      in.expect('(');
      while (!in.take(')')) {
        switch (in.word()) {
          case "SUBSCRIBED" -> returnSubscribed = true;
          // Both are told in any case.
          case "CHILDREN", "SPECIAL-USE" -> {}
          case "STATUS" -> {
            in.space();
            status = StatusItems.read(in);
          }
          default -> throw new ImapSyntaxException("unknown return option");
        }
        in.take(' ');
      }
    }
    return new Request(selection, patterns, extended, returnSubscribed, status);
  }

  private static ListPattern pattern(Session session, String reference)
      throws IOException, ImapSyntaxException, ImapRefusal {
    String pattern = MailboxNames.decode(session, session.in().listMailbox());
    if (reference.length() + pattern.length() > ListPattern.LONGEST) {
      throw ImapSyntaxException.limit("pattern longer than " + ListPattern.LONGEST);
    }
    // A pattern that stays empty asks for the separator, whatever the reference.
    return new ListPattern(pattern.isEmpty() ? "" : reference + pattern);
  }

  private static Set<Selection> readSelection(CommandReader in)
      throws IOException, ImapSyntaxException {
    Set<Selection> selection = EnumSet.noneOf(Selection.class);
    in.expect('(');
    while (!in.take(')')) {
      selection.add(
          switch (in.word()) {
            case "SUBSCRIBED" -> Selection.SUBSCRIBED;
            case "REMOTE" -> Selection.REMOTE;
            case "RECURSIVEMATCH" -> Selection.RECURSIVEMATCH;
            case "SPECIAL-USE" -> Selection.SPECIAL_USE;
            default -> throw new ImapSyntaxException("unknown selection option");
          });
      in.take(' ');
    }
    if (selection.contains(Selection.RECURSIVEMATCH)
        && !selection.contains(Selection.SUBSCRIBED)
        && !selection.contains(Selection.SPECIAL_USE)) {
      // RFC 9051 §6.3.9.1
      throw new ImapSyntaxException("RECURSIVEMATCH needs another selection option");
    }
    return selection;
  }

  private static boolean selects(Request request, Entry entry, Set<String> subscribed) {
    boolean bySubscription =
        !request.selection().contains(Selection.SUBSCRIBED) || subscribed.contains(entry.name());
    Mailbox mailbox = entry.mailbox();
    boolean byUse =
        !request.selection().contains(Selection.SPECIAL_USE)
            || (mailbox != null && !attribute(mailbox).isEmpty());
    return bySubscription && byUse;
  }

  private static String attribute(Mailbox mailbox) {
    SpecialUse use = mailbox.use();
    return use == null ? "" : use.attribute();
  }

  private static void tell(
      Session session, Request request, Map<String, Entry> names, Set<String> subscribed)
      throws IOException {
    Set<String> parents = new TreeSet<>();
    // For each name: whether a selected name is below it, and whether one that no pattern matches.
    Map<String, Boolean> selectedBelow = new HashMap<>();
    boolean recursive = request.selection().contains(Selection.RECURSIVEMATCH);
    for (Entry entry : names.values()) {
      boolean selected = selects(request, entry, subscribed);
      boolean unmatched = recursive && selected && !request.matches(entry.name());
      for (String above : above(entry.name())) {
        if (entry.mailbox() != null) {
          parents.add(above);
        }
        if (selected) {
          selectedBelow.merge(above, unmatched, Boolean::logicalOr);
        }
      }
    }
    for (Entry entry : names.values()) {
      Pause.make();
      Boolean below = recursive ? selectedBelow.get(entry.name()) : null;
      boolean selected = selects(request, entry, subscribed);
      boolean asParent = below != null && below;
      if (request.matches(entry.name()) && (selected || asParent)) {
        write(session, request, entry, parents, subscribed, below != null);
      }
    }
  }

  private static void write(
      Session session,
      Request request,
      Entry entry,
      Set<String> parents,
      Set<String> subscribed,
      boolean childInfo)
      throws IOException {
    List<String> attributes = new ArrayList<>();
    Mailbox mailbox = entry.mailbox();
    if (mailbox == null) {
      attributes.add("\\NonExistent");
    } else if (!mailbox.selectable()) {
      attributes.add("\\Noselect");
    }
    attributes.add(parents.contains(entry.name()) ? "\\HasChildren" : "\\HasNoChildren");
    boolean tellsSubscribed =
        request.returnSubscribed() || request.selection().contains(Selection.SUBSCRIBED);
    if (tellsSubscribed && subscribed.contains(entry.name())) {
      attributes.add("\\Subscribed");
    }
    if (mailbox != null && !attribute(mailbox).isEmpty()) {
      attributes.add(attribute(mailbox));
    }
    ResponseWriter out = session.out();
    out.text("* LIST ").list(attributes).text(" \"/\" ").mailbox(entry.name());
    if (childInfo) {
      String option =
          request.selection().contains(Selection.SUBSCRIBED) ? "SUBSCRIBED" : "SPECIAL-USE";
      out.text(" (\"CHILDINFO\" (\"" + option + "\"))");
    }
    out.crlf();
    if (mailbox != null && mailbox.selectable() && !request.status().isEmpty()) {
      StatusItems.write(session, mailbox, request.status(), entry.counted());
    }
  }
}

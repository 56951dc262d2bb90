package org.wachtpost.imap;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.wachtpost.imap.wire.CommandReader;
import org.wachtpost.imap.wire.ImapSyntaxException;
import org.wachtpost.imap.wire.ResponseWriter;
import org.wachtpost.imap.wire.SearchProgram;
import org.wachtpost.imap.wire.SearchReturn;
import org.wachtpost.mail.BaseSubject;
import org.wachtpost.mail.MessageData;

/** THREAD (RFC 5256 §3). */
final class ThreadCommand {
  /** Memory that a message takes beside the texts that it is found by, about. */
  private static final int NODE_BYTES = 350;

  /** The same of what it refers to, at most, since places for that are few. */
  private static final int REFERENCES_BYTES = 1_000;

  private ThreadCommand() {}

  static Reply run(Session session, boolean uid)
      throws IOException, ImapSyntaxException, ImapRefusal {
    CommandReader in = session.in();
    in.space();
    String algorithm = in.word();
    if (!algorithm.equals("REFERENCES") && !algorithm.equals("ORDEREDSUBJECT")) {
      throw new ImapSyntaxException("unknown threading algorithm");
    }
    in.space();
    SearchProgram program = SearchCommand.readWithCharset(session, SearchReturn.PLAIN);
    if (program.modSeq()) {
      session.enableCondstore();
    }
    Selected selected = session.selected();
    Threading threading = new Threading();
    new MessageSearch(session, selected, program.key())
        .each(
            true,
            (sequence, message, data) -> {
              if (data != null) {
                add(session, threading, sequence, SortCommand.sent(message, data), data);
              }
            });
    List<Threading.Node> roots =
        algorithm.equals("REFERENCES") ? threading.byReferences() : threading.bySubject();
    write(session.out(), roots, uid, selected.map());
    return Reply.ok("that is all");
  }

  private static void add(
      Session session, Threading threading, int sequence, long sent, MessageData data) {
    String references = "";
    for (MessageData.HeaderField field : data.fields()) {
      if (field.name().equalsIgnoreCase("References")) {
        references = field.raw();
      }
    }
    String subject = data.envelope().subject();
    String baseSubject = TextSearch.fold(SortCommand.beginning(data.baseSubject()));
    String messageId = data.envelope().messageId();
    session.hold(
        NODE_BYTES
            + 2L * baseSubject.length()
            + (messageId == null ? 0 : messageId.length())
            + Math.min(references.length(), REFERENCES_BYTES));
    threading.add(
        sequence,
        sent,
        messageId,
        references,
        data.envelope().inReplyTo(),
        baseSubject,
        subject != null && BaseSubject.isReplyOrForward(subject));
  }

  /** Threads can be deep: what is left to write stands in a stack of our own. */
  private static void write(
      ResponseWriter out, List<Threading.Node> roots, boolean uid, SequenceMap map)
      throws IOException {
    out.text(roots.isEmpty() ? "* THREAD" : "* THREAD ");
    Deque<Object> left = new ArrayDeque<>();
    for (Threading.Node root : roots) {
      out.text("(");
      left.push(root);
      while (!left.isEmpty()) {
        if (left.pop() instanceof Threading.Node node) {
          if (node.sequence() > 0) {
            out.number(uid ? map.uid(node.sequence()) : node.sequence());
          }
          List<Object> below = below(node);
          for (int index = below.size() - 1; index >= 0; index--) {
            left.push(below.get(index));
          }
        } else {
          out.text(")");
        }
        while (left.peek() instanceof String text && !text.equals(")")) {
          left.pop();
          out.text(text);
        }
      }
      out.text(")");
    }
    out.crlf();
  }

  private static List<Object> below(Threading.Node node) {
    List<Object> below = new ArrayList<>();
    List<Threading.Node> children = node.children();
    if (!children.isEmpty() && node.sequence() > 0) {
      below.add(" ");
    }
    if (children.size() == 1) {
      below.add(children.getFirst());
      return below;
    }
    for (Threading.Node child : children) {
      below.add("(");
      below.add(child);
      below.add(")");
    }
    return below;
  }
}

package org.wachtpost.imap;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into threads (RFC 5256 §3). Nothing here recurses: whoever writes References could
 * make a thread as deep as a mailbox has messages.
 */
final class Threading {
  /** Of a longer list of references the last ones count. */
  private static final int MOST_REFERENCES = 100;

  /**
   * Places for messages that are not here: so many, and for each message so many more. Beyond that
   * only what a message is an answer to counts, not what that was an answer to.
   */
  private static final int SPARE_PLACES = 10_000;

  private static final int SPARE_PLACES_FOR_A_MESSAGE = 4;

  private static final Pattern ID = Pattern.compile("<[^<>\\s]{1,250}>");

  /** What quoting adds to an id. */
  private static final Pattern QUOTING = Pattern.compile("\\\\(.)|\"");

  private static final Comparator<Node> BY_DATE =
      Comparator.comparingLong(Node::sent).thenComparingInt(Node::first);

  /** A message, or a place for one that is not here (sequence number 0). */
  static final class Node {
    private int sequence;
    private long sent;
    private String subject = "";
    private boolean reply;
    private @Nullable Node parent;
    private List<Node> children = new ArrayList<>();

    int sequence() {
      return sequence;
    }

    List<Node> children() {
      return children;
    }

    /** RFC 5256 §3: a place without a message has the date of its first child. */
    private long sent() {
      return sequence > 0 || children.isEmpty() ? sent : children.getFirst().sent;
    }

    private int first() {
      return sequence > 0 || children.isEmpty() ? sequence : children.getFirst().sequence;
    }

    private void adopt(Node child) {
      if (child.parent != null) {
        child.parent.children.remove(child);
      }
      child.parent = this;
      children.add(child);
    }

    private boolean isBelow(Node other) {
      for (Node at = this; at != null; at = at.parent) {
        if (at == other) {
          return true;
        }
      }
      return false;
    }
  }

  private final List<Node> messages = new ArrayList<>();
  private final Map<String, Node> byId = new LinkedHashMap<>();
  private final List<Node> nameless = new ArrayList<>();

  /**
   * Adds a message.
   *
   * @param references the References field
   * @param baseSubject RFC 5256 §2.1, folded
   * @param reply whether the subject is that of a reply or a forwarded message
   */
  void add(
      int sequence,
      long sent,
      @Nullable String messageId,
      String references,
      @Nullable String inReplyTo,
      String baseSubject,
      boolean reply) {
    Node node = nodeFor(messageId);
    node.sequence = sequence;
    node.sent = sent;
    node.subject = baseSubject;
    node.reply = reply;
    messages.add(node);
    List<String> ids = ids(references);
    if (ids.isEmpty() && inReplyTo != null) {
      ids = ids(inReplyTo);
      ids = ids.isEmpty() ? ids : ids.subList(0, 1);
    }
    Node above = null;
    int room = SPARE_PLACES + SPARE_PLACES_FOR_A_MESSAGE * messages.size();
    int most = byId.size() < room ? MOST_REFERENCES : 1;
    for (String id : ids.subList(Math.max(0, ids.size() - most), ids.size())) {
      Node here = byId.computeIfAbsent(id, _ -> new Node());
      if (above != null && here.parent == null && !above.isBelow(here)) {
        above.adopt(here);
      }
      above = here;
    }
    // What the message itself says of its parent counts more than what others say.
    if (above == null) {
      if (node.parent != null) {
        node.parent.children.remove(node);
        node.parent = null;
      }
    } else if (!above.isBelow(node)) {
      above.adopt(node);
    }
  }

  private Node nodeFor(@Nullable String messageId) {
    List<String> ids = messageId == null ? List.of() : ids(messageId);
    Node known = ids.isEmpty() ? null : byId.get(ids.getFirst());
    if (known != null && known.sequence == 0) {
      return known;
    }
    Node made = new Node();
    if (ids.isEmpty() || known != null) {
      // RFC 5256 §3: without an id, or with another's, it gets one of its own.
      nameless.add(made);
    } else {
      byId.put(ids.getFirst(), made);
    }
    return made;
  }

  private static List<String> ids(String text) {
    List<String> ids = new ArrayList<>();
    Matcher matcher = ID.matcher(text);
    while (matcher.find()) {
      String id = matcher.group();
      // RFC 5256 §3: <"a"@example.test> and <a@example.test> are the same.
      ids.add(id.indexOf('"') < 0 ? id : QUOTING.matcher(id).replaceAll("$1"));
    }
    return ids;
  }

  /** ORDEREDSUBJECT: one thread for each base subject, all others below its first message. */
  List<Node> bySubject() {
    Map<String, Node> threads = new LinkedHashMap<>();
    messages.sort(BY_DATE);
    for (Node message : messages) {
      message.parent = null;
      message.children = new ArrayList<>();
    }
    for (Node message : messages) {
      Node first = threads.putIfAbsent(message.subject, message);
      if (first != null) {
        first.adopt(message);
      }
    }
    return new ArrayList<>(threads.values());
  }

  /** REFERENCES. */
  List<Node> byReferences() {
    List<Node> all = new ArrayList<>(byId.values());
    all.addAll(nameless);
    List<Node> order = parentsFirst(all);
    Collections.reverse(order);
    order.forEach(Threading::removeEmptyChildren);
    List<Node> roots = new ArrayList<>();
    for (Node node : all) {
      if (node.parent == null && !isUseless(node)) {
        // An empty root with one child gives way to it.
        roots.add(node.sequence == 0 && node.children.size() == 1 ? alone(node) : node);
      }
    }
    sortAll(roots);
    List<Node> joined = joinBySubject(roots);
    sortAll(joined);
    return joined;
  }

  private static Node alone(Node empty) {
    Node child = empty.children.getFirst();
    child.parent = null;
    return child;
  }

  private static boolean isUseless(Node node) {
    return node.sequence == 0 && node.children.isEmpty();
  }

  /** Children without a message go, and their children take their place. */
  private static void removeEmptyChildren(Node node) {
    List<Node> kept = new ArrayList<>(node.children.size());
    for (Node child : node.children) {
      if (child.sequence > 0) {
        kept.add(child);
      } else {
        for (Node grandchild : child.children) {
          grandchild.parent = node;
          kept.add(grandchild);
        }
      }
    }
    node.children = kept;
  }

  private static List<Node> parentsFirst(List<Node> nodes) {
    List<Node> order = new ArrayList<>(nodes.size());
    for (Node node : nodes) {
      if (node.parent == null) {
        order.add(node);
      }
    }
    for (int index = 0; index < order.size(); index++) {
      order.addAll(order.get(index).children);
    }
    return order;
  }

  /** Children first, so that a place without a message has its date when its turn comes. */
  private static void sortAll(List<Node> roots) {
    List<Node> order = new ArrayList<>(roots);
    for (int index = 0; index < order.size(); index++) {
      order.addAll(order.get(index).children);
    }
    Collections.reverse(order);
    order.forEach(node -> node.children.sort(BY_DATE));
    roots.sort(BY_DATE);
  }

  private static Node subjectOf(Node root) {
    return root.sequence == 0 ? root.children.getFirst() : root;
  }

  /** RFC 5256 §3, REFERENCES, step 5. */
  private static List<Node> joinBySubject(List<Node> roots) {
    Map<String, Node> table = new HashMap<>();
    for (Node root : roots) {
      Node message = subjectOf(root);
      Node known = table.get(message.subject);
      boolean better =
          known == null
              || (root.sequence == 0 && known.sequence > 0)
              || (known.sequence > 0 && known.reply && !message.reply);
      if (!message.subject.isEmpty() && better) {
        table.put(message.subject, root);
      }
    }
    Map<Node, Node> replaced = new LinkedHashMap<>();
    roots.forEach(root -> replaced.put(root, root));
    for (Node root : roots) {
      Node message = subjectOf(root);
      Node known = table.get(message.subject);
      if (known == null || known == root) {
        continue;
      }
      replaced.remove(root);
      if (known.sequence == 0 && root.sequence == 0) {
        List.copyOf(root.children).forEach(known::adopt);
      } else if (known.sequence == 0 || (message.reply && !known.reply)) {
        known.adopt(root);
      } else {
        Node both = new Node();
        replaced.remove(known);
        both.adopt(known);
        both.adopt(root);
        replaced.put(both, both);
        table.put(message.subject, both);
      }
    }
    return new ArrayList<>(replaced.keySet());
  }
}

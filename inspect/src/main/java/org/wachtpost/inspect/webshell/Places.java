package org.wachtpost.inspect.webshell;

import java.util.List;

/** Whether a path may lie anywhere on the host, or only below the site or the page's own folder. */
final class Places {
  private final List<Token> tokens;
  private final Flow flow;

  Places(List<Token> tokens, Flow flow) {
    this.tokens = tokens;
    this.flow = flow;
  }

  /** What a name holds that is given this text: whether the client's part may lie anywhere. */
  int kept(int mask, int from, int to) {
    if ((mask & Flow.CLIENT) == 0) {
      return mask;
    }
    if (maps(from, to)) {
      return mapsOnlyInstead(from, to) ? mask | Flow.FREE : mask & ~Flow.FREE | Flow.KEPT_BELOW;
    }
    if ((mask & Flow.MAPPED) == 0) {
      return mask | Flow.FREE;
    }
    boolean below = (mask & Flow.JOINED) != 0 && !holdsEither(from, to);
    return below ? mask & ~Flow.FREE | Flow.KEPT_BELOW : mask;
  }

  /** What a parameter holds that is given this: a folder's folders are as free as it is. */
  int handed(String parameter, int from, int to) {
    int mask = flow.mask(from, to);
    for (int i = from; i < to && mask != 0; i++) {
      if (tokens.get(i).isName(parameter)) {
        return mask & ~(Flow.JOINED | Flow.BUILT); // F within itself: F(p + "\\" + name)
      }
    }
    return mask;
  }

  /** {@code Combine(root, "uploads")}: a folder below the one that is given. */
  boolean namesFolder(int open) {
    int close = flow.sign(open, '(') ? flow.closing(open) : open;
    for (int i = open + 1; i < close; i++) {
      String text = tokens.get(i).isText() && flow.sign(i - 1, ',') ? tokens.get(i).text() : "";
      if (!text.isEmpty() && text.chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the text is put below the site here. */
  private boolean maps(int from, int to) {
    for (int i = from; i < to; i++) {
      if (tokens.get(i).isName("mappath")) {
        return true;
      }
    }
    return false;
  }

  /** {@code Request["p"] ?? MapPath(".")}: what is below the site is not the client's text. */
  private boolean mapsOnlyInstead(int from, int to) {
    boolean either = false;
    for (int i = from; i < to; i++) {
      either |= flow.sign(i, '?') || tokens.get(i).isName("iif") || tokens.get(i).isName("if");
      if (either && tokens.get(i).isName("mappath") && flow.sign(i + 1, '(')) {
        return (flow.mask(i + 1, Math.min(to, flow.closing(i + 1))) & Flow.CLIENT) == 0;
      }
    }
    return false;
  }

  /**
   * Whether the client may name any place: {@code p = Request("p")}, and only where that is empty
   * the page's own folder.
   */
  boolean mayBeAnywhere(int from, int to) {
    return holdsEither(from, to) && !maps(from, to);
  }

  /** One name holds both: {@code root & Request("file")} is a place below the root. */
  private boolean holdsEither(int from, int to) {
    int either = Flow.FREE | Flow.OWN_PLACE;
    for (int i = from; i < to; i++) {
      boolean both = (flow.held(i) & (either | Flow.KEPT_BELOW)) == either;
      both |= (flow.held(i) & Flow.EITHER) != 0;
      if (both && !flow.sign(i - 1, '.')) {
        return true;
      }
    }
    return false;
  }
}

package org.wachtpost.inspect.webshell;

import java.util.ArrayList;
import java.util.List;

/** How often a signal was seen, and how. */
final class Count {
  int seen;

  /** The argument is what the client sent. */
  int client;

  /** The argument is what the client sent, below the site's folder. */
  int mapped;

  /** Tokens at which the argument is what the client sent, below the site's folder. */
  final List<Integer> mappedAt = new ArrayList<>();

  /** The argument is an upload or its name. */
  int upload;

  /** The argument is neither a constant nor seen to come from the client. */
  int computed;

  /** The argument is or lies in the page's own place. */
  int ownPlace;

  /** The argument is worked out, and neither the client's nor a place below the site. */
  int free;

  /** The argument is a place below the site to which the client's text is the whole path. */
  int whole;

  /** The argument is a place below the site of which the client names folder and file. */
  int folderAndFile;

  /** The argument is below the site and wholly the client's: no upload's name is in it. */
  int named;

  /** The argument is the client's but for the ending of its name. */
  int ended;

  /** The argument holds the address under which the page was asked for. */
  int ownAddress;

  /** Two arguments, and the client decides both. */
  int bothEnds;

  /** The argument is the page itself. */
  int itself;

  /** The argument is the client's text and nothing else. */
  int outright;
}

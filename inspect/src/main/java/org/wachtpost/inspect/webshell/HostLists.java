package org.wachtpost.inspect.webshell;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whole lists of what the host has. Each by itself is shown by tests and samples of all kinds, and
 * a page that tries which components are installed shows the drives as well; several of them are
 * what an intruder asks first.
 */
final class HostLists {
  /** The methods that return one. */
  private static final Set<String> LISTS =
      Set.of("getenvironmentvariables", "getprocesses", "getservices");

  private final List<Token> tokens;
  private final Flow flow;
  private final Set<String> lists = new HashSet<>();

  HostLists(List<Token> tokens, Flow flow) {
    this.tokens = tokens;
    this.flow = flow;
    for (int i = 3; i < tokens.size(); i++) {
      if (tokens.get(i).kind() == Token.Kind.NAME && flow.sign(i - 1, '.')) {
        member(tokens.get(i).text(), i);
      }
    }
  }

  /**
   * Whether more than one list is told.
   *
   * @param drives whether the drives are listed
   */
  boolean areMany(boolean drives) {
    return lists.size() + (drives ? 1 : 0) > 1;
  }

  private void member(String name, int i) {
    boolean each = tokens.get(i - 3).isName("in");
    if (LISTS.contains(name)) {
      lists.add(name);
    } else if (each && name.equals("servervariables") && !flow.sign(i + 1, '(')) {
      lists.add(name);
    } else if (each && name.equals("environment")) {
      lists.add("getenvironmentvariables"); // For Each v In shell.Environment("System")
    }
  }
}

package org.wachtpost.inspect.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.webshell.BaselineHashes;
import org.wachtpost.inspect.webshell.PathAllowlist;
import org.wachtpost.inspect.webshell.ShellRules;

/**
 * What is known of pages, good and bad.
 *
 * @param rules what web shells look like
 * @param allowlist what a clean server executes
 * @param baselines what the builds shipped
 */
public record ShellKnowledge(ShellRules rules, PathAllowlist allowlist, BaselineHashes baselines) {

  /**
   * The built-in knowledge, with a folder's rules and a build's baseline where given.
   *
   * @throws IOException if a file cannot be read or is not of its documented form
   */
  public static ShellKnowledge load(@Nullable Path rules, List<Path> baselines) throws IOException {
    BaselineHashes hashes =
        baselines.isEmpty() ? BaselineHashes.builtIn() : BaselineHashes.load(baselines);
    PathAllowlist allowlist = PathAllowlist.load(rules);
    return new ShellKnowledge(
        ShellRules.load(rules), baselines.isEmpty() ? allowlist : allowlist.with(hashes), hashes);
  }
}

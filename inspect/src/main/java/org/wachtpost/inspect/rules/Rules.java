package org.wachtpost.inspect.rules;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The dated data that checks use. Files of a rules folder replace the built-in file of the same
 * name; files it does not have stay built in.
 */
public final class Rules {
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]{3,45}");
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern ANYTHING = Pattern.compile(".+");
  private static final Pattern WEIGHT = Pattern.compile("tool|shell|probe");
  private static final Pattern CONFIDENCE = Pattern.compile("low|medium|high");
  private static final long MAX_FILE_BYTES = 32L << 20;

  /** A line of {@code agents.csv}: a part of a user agent and what kind of program sends it. */
  public record Agent(String part, String weight) {}

  /** A line of {@code cmdlets.csv}. */
  public record Cmdlet(
      String name, String parameter, String stage, String confidence, String reason) {}

  /** Rules files that a folder may replace; the last ones are of the package webshell. */
  private static final Set<String> REPLACEABLE =
      Set.of(
          "builds.csv",
          "addresses.csv",
          "hashes.csv",
          "names.csv",
          "files.csv",
          "agents.csv",
          "cmdlets.csv",
          "callback-domains.csv",
          "exchange-paths.tsv",
          "shell-hashes.tsv",
          "shell-names.tsv",
          "shell-signals.tsv",
          "shell-words.tsv");

  private final BuildTable builds;
  private final Map<String, String> addresses;
  private final Map<String, String> hashes;
  private final Map<String, String> names;
  private final Map<String, String> files;
  private final List<Agent> agents;
  private final List<Cmdlet> cmdlets;
  private final List<String> callbackDomains;
  private final List<String> older = new ArrayList<>();
  private final String version;

  private Rules(@Nullable Path folder, List<String> replaced) throws IOException, RulesException {
    RulesFile buildFile = file(folder, "builds.csv");
    builds = BuildTable.of(buildFile);
    RulesFile addressFile = file(folder, "addresses.csv");
    addresses = map(addressFile, ADDRESS, "an address");
    hashes = map(file(folder, "hashes.csv"), HASH, "a SHA-256");
    names = map(file(folder, "names.csv"), ANYTHING, "a name");
    files = map(file(folder, "files.csv"), ANYTHING, "a path");
    agents = new ArrayList<>();
    for (RulesFile.Line line : file(folder, "agents.csv").lines()) {
      String weight = line.like(1, WEIGHT, "tool, shell or probe");
      agents.add(new Agent(line.filled(0).toLowerCase(Locale.ROOT), weight));
    }
    cmdlets = new ArrayList<>();
    for (RulesFile.Line line : file(folder, "cmdlets.csv").lines()) {
      String confidence = line.like(3, CONFIDENCE, "low, medium or high");
      cmdlets.add(new Cmdlet(line.filled(0), line.cell(1), line.cell(2), confidence, line.cell(4)));
    }
    callbackDomains = new ArrayList<>();
    for (RulesFile.Line line : file(folder, "callback-domains.csv").lines()) {
      callbackDomains.add(line.filled(0).toLowerCase(Locale.ROOT));
    }
    for (String name : replaced) {
      if (name.endsWith(".csv")) {
        String mine = file(folder, name).date();
        String builtIn = file(null, name).date();
        if (mine.compareTo(builtIn) < 0) {
          older.add(
              name + " of " + folder + " is of " + mine + ", older than the built-in " + builtIn);
        }
      }
    }
    version =
        "builds "
            + buildFile.version()
            + " ("
            + buildFile.date()
            + "), indicators "
            + addressFile.version()
            + " ("
            + addressFile.date()
            + ")"
            + (replaced.isEmpty() ? "" : "; from " + folder + ": " + String.join(", ", replaced));
  }

  /**
   * Reads the rules.
   *
   * @param folder replacements, or null for the built-in files alone
   * @throws RulesException if a file is not in its format
   * @throws IOException if a file cannot be read
   */
  public static Rules load(@Nullable Path folder) throws IOException, RulesException {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new RulesException("no such rules folder: " + folder);
    }
    return new Rules(folder, folder == null ? List.of() : replaced(folder));
  }

  /** The rules files in the folder; what looks like one and is none was misspelt. */
  private static List<String> replaced(Path folder) throws IOException, RulesException {
    List<String> replaced = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (REPLACEABLE.contains(name)) {
          text(file);
          replaced.add(name);
        } else if (name.endsWith(".csv") || name.endsWith(".tsv")) {
          throw new RulesException(file + ": no rules file is called so (" + known() + ")");
        }
      }
    }
    if (replaced.isEmpty()) {
      throw new RulesException("no rules file in " + folder + " (" + known() + ")");
    }
    Collections.sort(replaced);
    return replaced;
  }

  private static String text(Path file) throws IOException, RulesException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new RulesException(file + ": larger than " + MAX_FILE_BYTES + " bytes");
    }
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException notText) {
      throw new RulesException(file + ": not a text in UTF-8");
    }
  }

  private static String known() {
    return String.join(", ", new TreeSet<>(REPLACEABLE));
  }

  /** Builds and what they close. */
  public BuildTable builds() {
    return builds;
  }

  /** All addresses published as attackers'. */
  public Set<String> addresses() {
    return java.util.Collections.unmodifiableSet(addresses.keySet());
  }

  /** Where an address was published as an attacker's, if it was. */
  public Optional<String> address(String address) {
    return Optional.ofNullable(addresses.get(address));
  }

  /** What a file of this hash (lower-case SHA-256) is, if published. */
  public Optional<String> hash(String sha256) {
    return Optional.ofNullable(hashes.get(sha256));
  }

  /** Where a file name was published as a web shell's, if it was. */
  public Optional<String> shellName(String name) {
    return Optional.ofNullable(names.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Where a file was published as an intruder's, by the end of its lower-case Windows path. */
  public Optional<String> fileName(String path) {
    for (Map.Entry<String, String> file : files.entrySet()) {
      if (path.endsWith(file.getKey())) {
        return Optional.of(file.getValue());
      }
    }
    return Optional.empty();
  }

  /** What kind of program sends this user agent: "tool", "shell", "probe"; empty for others. */
  public Optional<String> agent(String userAgent) {
    String lower = userAgent.toLowerCase(Locale.ROOT).replace('+', ' ');
    for (Agent agent : agents) {
      if (lower.contains(agent.part())) {
        return Optional.of(agent.weight());
      }
    }
    return Optional.empty();
  }

  /** Cmdlets to review. */
  public List<Cmdlet> cmdlets() {
    return List.copyOf(cmdlets);
  }

  /** True if a host belongs to a service that only shows whether a server can be made to call. */
  public boolean callback(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    for (String domain : callbackDomains) {
      if (lower.equals(domain) || lower.endsWith("." + domain)) {
        return true;
      }
    }
    return false;
  }

  /** Versions and dates of the data, for the report. */
  public String version() {
    return version;
  }

  /** What to say of replacements that are older than what they take the place of. */
  public List<String> older() {
    return List.copyOf(older);
  }

  private static Map<String, String> map(RulesFile file, Pattern form, String words)
      throws RulesException {
    Map<String, String> map = new HashMap<>();
    for (RulesFile.Line line : file.lines()) {
      map.put(line.like(0, form, words).toLowerCase(Locale.ROOT), line.cell(1));
    }
    return map;
  }

  private static RulesFile file(@Nullable Path folder, String name)
      throws IOException, RulesException {
    if (folder != null && Files.isRegularFile(folder.resolve(name))) {
      Path path = folder.resolve(name);
      return RulesFile.parse(path.toString(), text(path));
    }
    try (InputStream stream = Rules.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new RulesException("built-in rules file missing: " + name);
      }
      return RulesFile.parse(name, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}

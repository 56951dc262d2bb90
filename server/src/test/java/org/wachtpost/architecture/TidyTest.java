package org.wachtpost.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The house rules that a machine can check. Exceptions are named in a list that may only shrink.
 */
class TidyTest {
  private static final int LINE_CHARACTERS = 100;
  private static final int FILE_LINES = 600;
  private static final int FUNCTION_LINES = 60;
  private static final List<String> MODULES =
      List.of("store", "groupware", "watch", "inspect", "protocol", "server");

  private static final Pattern BANNED_NAME =
      Pattern.compile(
          "\\b(?:class|interface|record|enum) "
              + "(\\w*(?:Impl|Manager|Util|Utils|Helper)|Abstract\\w*)\\b");

  private static final Pattern EXECUTES =
      Pattern.compile("\\bnew ProcessBuilder\\b|\\bRuntime\\.getRuntime\\(\\)\\.exec");
  private static final Pattern DESERIALISES = Pattern.compile("\\bObjectInputStream\\b");

  /** What tests may do and the server may not. */
  private static final Set<Pattern> MAIN_ONLY = Set.of(EXECUTES, DESERIALISES);

  /** Banned calls, each with what to use instead. */
  private static final Map<Pattern, String> BANNED_CALLS =
      Map.of(
          Pattern.compile("\\.printStackTrace\\("),
          "log it",
          Pattern.compile("System\\.exit\\("),
          "return a status; only Main ends the process",
          Pattern.compile("Thread\\.sleep\\("),
          "wait on a latch or a condition",
          DESERIALISES,
          "records; no Java serialisation",
          EXECUTES,
          "nothing is executed",
          Pattern.compile("\\bCompletableFuture\\b"),
          "block: threads are virtual",
          Pattern.compile("\\b(?:TODO|FIXME|XXX)\\b"),
          "do it or write it down in the docs");

  private static final Pattern RFC = Pattern.compile("\\bRFC (\\d{3,5})\\b");

  /** Citations in another form than {@code RFC 9051 §6.4.7}; RFC822 is an item of IMAP's. */
  private static final Pattern ODD_CITATION =
      Pattern.compile(
          "\\bRFC-?(?!822)\\d{3,5}\\b|\\bRFC \\d{3,5}[,:]? *(?:(?i:section|sect?\\.)|\\d+\\.\\d)"
              + "|(?i:section) [0-9.]+ of RFC");

  private static final Pattern ARTIFACT =
      Pattern.compile("<groupId>([^<]+)</groupId><artifactId>([^<]+)</artifactId>");

  private static Path root() {
    Path path = Path.of("").toAbsolutePath();
    while (path != null && !Files.exists(path.resolve("docs/standards.tsv"))) {
      path = path.getParent();
    }
    if (path == null) {
      throw new AssertionError("not inside the project");
    }
    return path;
  }

  private static List<Path> sources(String kind) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      Path folder = root().resolve(module).resolve("src/" + kind + "/java");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(f -> f.toString().endsWith(".java")).sorted().forEach(sources::add);
        }
      }
    }
    return sources;
  }

  private static List<Path> allSources() throws IOException {
    List<Path> all = new ArrayList<>(sources("main"));
    all.addAll(sources("test"));
    return all;
  }

  private static String name(Path file) {
    return root().relativize(file).toString();
  }

  private static Set<String> exceptions() throws IOException {
    return Files.readAllLines(root().resolve("config/tidy-exceptions.txt")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Compares with the list of exceptions: no new one, and none that is not needed any more. */
  private static void expect(String rule, List<String> found) throws IOException {
    Set<String> excepted =
        exceptions().stream()
            .filter(line -> line.startsWith(rule + " "))
            .map(line -> line.substring(rule.length() + 1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> offenders = new TreeSet<>(found);
    Set<String> fresh = new TreeSet<>(offenders);
    fresh.removeAll(excepted);
    assertThat(fresh).as("rule " + rule).isEmpty();
    excepted.removeAll(offenders);
    assertThat(excepted).as("exceptions of " + rule + " that are not needed any more").isEmpty();
  }

  @Test
  void linesAreShort() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : allSources()) {
      for (String line : Files.readAllLines(file)) {
        if (line.length() > LINE_CHARACTERS
            && !line.startsWith("import ")
            && !line.startsWith(" *   <tr>")) {
          found.add(name(file));
        }
      }
    }
    expect("line", found);
  }

  @Test
  void filesAreShort() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : allSources()) {
      if (Files.readAllLines(file).size() > FILE_LINES) {
        found.add(name(file));
      }
    }
    expect("file", found);
  }

  @Test
  void functionsAreShort() throws IOException {
    List<String> found = new ArrayList<>();
    Pattern head = Pattern.compile("^( {2,6})\\S.*\\{$|^( {2,6})\\) .*\\{$");
    Pattern type = Pattern.compile("\\b(class|interface|record|enum|static \\{|switch|new )\\b");
    for (Path file : sources("main")) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        Matcher matcher = head.matcher(lines.get(i));
        if (matcher.matches() && !type.matcher(lines.get(i)).find()) {
          String indent = lines.get(i).replaceAll("\\S.*", "");
          int end = i + 1;
          while (end < lines.size() && !lines.get(end).startsWith(indent + "}")) {
            end++;
          }
          if (end - i > FUNCTION_LINES && lines.get(i).contains("(")) {
            found.add(name(file));
          }
        }
      }
    }
    expect("function", found);
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources("main")) {
      Path info = file.resolveSibling("package-info.java");
      if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
        found.add(name(info));
      }
    }
    expect("package-info", found);
  }

  @Test
  void namesSayWhatAThingIs() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources("main")) {
      Matcher matcher = BANNED_NAME.matcher(Files.readString(file));
      while (matcher.find()) {
        found.add(matcher.group(1));
      }
    }
    expect("name", found);
  }

  @Test
  void noBannedCall() throws IOException {
    List<String> found = new ArrayList<>();
    List<Path> checked = new ArrayList<>(sources("main"));
    for (Path test : sources("test")) {
      if (test.toString().endsWith("Test.java") && !test.endsWith("TidyTest.java")) {
        checked.add(test);
      }
    }
    for (Path file : checked) {
      String text = Files.readString(file);
      BANNED_CALLS.forEach((pattern, instead) -> {
        boolean isMain = name(file).contains("/src/main/");
        boolean isHeld = !file.endsWith("Main.java") && (isMain || !MAIN_ONLY.contains(pattern));
        if (isHeld && pattern.matcher(text).find()) {
          found.add(name(file) + " (" + instead + ")");
        }
      });
    }
    expect("call", found);
  }

  @Test
  void noTestIsDisabled() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources("test")) {
      if (!file.endsWith("TidyTest.java") && Files.readString(file).contains("@Disabled")) {
        found.add(name(file));
      }
    }
    expect("disabled", found);
  }

  @Test
  void citationsHaveOneForm() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources("main")) {
      if (ODD_CITATION.matcher(Files.readString(file)).find()) {
        found.add(name(file));
      }
    }
    expect("citation", found);
  }

  /** Design §7: what was chosen and what was rejected stands on a page. */
  @Test
  void everyLibraryHasADecision() throws IOException {
    StringBuilder decisions = new StringBuilder();
    try (Stream<Path> pages = Files.list(root().resolve("docs/decisions"))) {
      for (Path page : pages.sorted().toList()) {
        decisions.append(Files.readString(page));
      }
    }
    List<String> found = new ArrayList<>();
    Matcher matcher = ARTIFACT.matcher(Files.readString(root().resolve("pom.xml")));
    while (matcher.find()) {
      boolean isOurs = matcher.group(1).equals("org.wachtpost");
      if (!isOurs && decisions.indexOf("`" + matcher.group(2) + "`") < 0) {
        found.add(matcher.group(2));
      }
    }
    expect("decision", found);
  }

  /** The package that the list names as the owner of a standard cites it. */
  @Test
  void ownersCiteTheirStandards() throws IOException {
    Map<String, Set<String>> packages = new TreeMap<>();
    for (Path file : sources("main")) {
      Matcher matcher = RFC.matcher(Files.readString(file));
      while (matcher.find()) {
        Set<String> parts =
            packages.computeIfAbsent("RFC " + matcher.group(1), rfc -> new TreeSet<>());
        file.getParent().forEach(part -> parts.add(part.toString()));
      }
    }
    List<String> found = new ArrayList<>();
    for (String line : Files.readAllLines(root().resolve("docs/standards.tsv"))) {
      String[] fields = line.split("\t", -1);
      boolean isKept = fields[0].startsWith("RFC ") && !fields[2].equals("planned");
      if (isKept && !packages.getOrDefault(fields[0], Set.of()).contains(fields[3])) {
        found.add(fields[0] + " " + fields[3]);
      }
    }
    expect("owner", found);
  }

  @Test
  void standardsAreListedAndCited() throws IOException {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(root().resolve("docs/standards.tsv"))) {
      String[] fields = line.split("\t", -1);
      assertThat(fields.length).as(line).isGreaterThanOrEqualTo(4);
      if (fields[0].startsWith("RFC ")) {
        assertThat(listed.put(fields[0], fields[2])).as("twice in the list: " + line).isNull();
        assertThat(fields[2]).as(line).isIn("full", "partial", "planned");
      }
    }
    Set<String> cited = new TreeSet<>();
    for (Path file : sources("main")) {
      Matcher matcher = RFC.matcher(Files.readString(file));
      while (matcher.find()) {
        cited.add("RFC " + matcher.group(1));
      }
    }
    Set<String> unlisted = new TreeSet<>(cited);
    unlisted.removeAll(listed.keySet());
    assertThat(unlisted).as("cited in the code, not in docs/standards.tsv").isEmpty();
    Set<String> uncited =
        listed.entrySet().stream()
            .filter(entry -> !entry.getValue().equals("planned"))
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(TreeSet::new));
    uncited.removeAll(cited);
    assertThat(uncited).as("in docs/standards.tsv, cited nowhere in the code").isEmpty();
  }
}

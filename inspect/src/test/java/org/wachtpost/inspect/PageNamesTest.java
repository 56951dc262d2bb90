package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wachtpost.inspect.model.Finding;

/** A shell is found whatever its file is called; constructs are written here in pieces. */
class PageNamesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String SHELL = "<%ev" + "al req" + "uest(\"a\")%>";

  @TempDir Path folder;

  private List<String> checks(String name, String content) throws Exception {
    Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
    return Inspection.run(InspectOptions.of(List.of(folder), NOW), ProgressListener.NONE)
        .findings()
        .stream()
        .map(Finding::check)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.asp", "sample", "a.txt", "a.jpg.inc", "a.bak", "a.html"})
  void whereverAShellStandsItIsJudged(String name) throws Exception {
    assertThat(checks(name, "GIF89a\n<p>text</p>\n" + SHELL)).contains("I12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.js", "a.css", "a.ps1"})
  void whatNoServerIncludesIsLeftAlone(String name) throws Exception {
    assertThat(checks(name, "text\n" + SHELL)).doesNotContain("I12");
  }

  @Test
  void aBrowsersTemplateIsNoShell() throws Exception {
    String template = "<script type='text/template'><% _.each(items, function(i) { %>";
    assertThat(checks("list.html", template + "<li><%= i.process %></li><% }); %></script>"))
        .doesNotContain("I12");
  }
}

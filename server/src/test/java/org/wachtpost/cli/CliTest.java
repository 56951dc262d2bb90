package org.wachtpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class CliTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "account --help",
        "account add --help",
        "app-password add -h",
        "domain catch-all --help",
        "queue list --help",
        "watch events --help",
        "serve --help",
        "check --help"
      })
  void everyCommandAnswersToHelp(String line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Cli.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(line.split(" "));
    assertThat(status).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("Usage: wachtpost");
  }

  @Test
  void aMissingArgumentIsWrongUsage() {
    StringWriter err = new StringWriter();
    int status = Cli.commandLine().setErr(new PrintWriter(err, true)).execute("account", "show");
    assertThat(status).isEqualTo(Cli.USAGE);
    assertThat(err.toString()).startsWith("Missing required parameter: 'ADDRESS'");
  }

  @Test
  void addressesAreShownAsPeopleWriteThem() {
    ObjectNode node = Common.JSON.createObjectNode().put("address", "\u00fc@xn--bcher-kva.example");
    Common.put(node, "targets", java.util.List.of("a@example.test", "imap", "b@xn--bcher-kva.x"));
    assertThat(Common.shownAddress(node, "address")).isEqualTo("\u00fc@b\u00fccher.example");
    assertThat(Common.shownAddress(node, "none")).isEqualTo("-");
    assertThat(Common.shownAll(node, "targets")).isEqualTo("a@example.test, imap, b@b\u00fccher.x");
  }
}

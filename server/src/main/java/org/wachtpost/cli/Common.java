package org.wachtpost.cli;

import java.io.PrintStream;
import java.net.IDN;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.wachtpost.admin.Admin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Options and ways of printing that every command has. */
final class Common {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final byte[] NO_ATTACHMENT = {};

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "the data directory (default: ${DEFAULT-VALUE})")
  Path directory = Path.of("data");

  @Option(names = "--json", description = "print JSON")
  boolean json;

  /** Where answers go; a command's one line of failure goes to standard error by the caller. */
  PrintStream out() {
    return Cli.OUT;
  }

  private Admin admin(ObjectNode request) {
    return Cli.admin(directory, request.path("op").asString(""));
  }

  static ObjectNode request(String operation) {
    return JSON.createObjectNode().put("op", operation);
  }

  /** Carries out a request whose answer is short; prints the sentence, or the answer as JSON. */
  int run(ObjectNode request, Function<JsonNode, String> sentence) {
    JsonNode result;
    try (Admin admin = admin(request)) {
      result = admin.call(request, NO_ATTACHMENT, item -> {});
    }
    out().println(json ? JSON.writeValueAsString(result) : sentence.apply(result));
    return 0;
  }

  /** Carries out a request whose answer is an array; prints a line for each, or the array. */
  int runList(ObjectNode request, Function<JsonNode, String> line) {
    JsonNode result;
    try (Admin admin = admin(request)) {
      result = admin.call(request, NO_ATTACHMENT, item -> {});
    }
    if (json) {
      out().println(JSON.writeValueAsString(result));
    } else {
      result.forEach(each -> out().println(line.apply(each)));
    }
    return 0;
  }

  /**
   * As {@link #runList} for a list that may be long: nothing holds all of it. What was printed
   * before a failure stays; as JSON it is then no whole array.
   */
  int runLongList(ObjectNode request, Function<JsonNode, String> line) {
    long[] count = {0};
    runItems(
        request,
        item -> {
          if (json) {
            out().print(count[0] == 0 ? "[" : ",\n");
            out().print(JSON.writeValueAsString(item));
          } else {
            out().println(line.apply(item));
          }
          count[0]++;
        });
    if (json) {
      out().println(count[0] == 0 ? "[]" : "]");
    }
    return 0;
  }

  /** Carries out a request with a long answer; prints each item as it comes. */
  JsonNode runItems(ObjectNode request, Consumer<JsonNode> item) {
    try (Admin admin = admin(request)) {
      return admin.call(request, NO_ATTACHMENT, item);
    }
  }

  static ArrayNode put(ObjectNode request, String name, List<String> values) {
    ArrayNode array = request.putArray(name);
    values.forEach(array::add);
    return array;
  }

  /**
   * The text with control characters made visible: what came from the network must not steer the
   * terminal.
   */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
            shown.append(String.format(Locale.ROOT, "\\u{%x}", c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }

  static String shown(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? "-" : shown(value.asString());
  }

  /** An address as people write it: its domain in Unicode. */
  static String shownAddress(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? "-" : shownAddress(value.asString());
  }

  private static String shownAddress(String address) {
    int domain = address.lastIndexOf('@') + 1;
    return shown(address.substring(0, domain) + IDN.toUnicode(address.substring(domain)));
  }

  /** A list of texts, addresses among them, as people write one. */
  static String shownAll(JsonNode node, String name) {
    StringBuilder all = new StringBuilder();
    for (JsonNode each : node.path(name)) {
      String text = each.asString();
      all.append(all.isEmpty() ? "" : ", ");
      all.append(text.indexOf('@') < 0 ? shown(text) : shownAddress(text));
    }
    return all.isEmpty() ? "-" : all.toString();
  }

  /** After an addition; those who reach nobody here are told on standard error. */
  static String added(JsonNode result) {
    result
        .path("unknown")
        .forEach(address ->
            Cli.ERR.println(
                "wachtpost: warning: "
                    + shownAddress(address.asString())
                    + " is nobody here: mail to it is refused"));
    return "added " + shownAddress(result, "address");
  }

  static String bytes(long bytes) {
    if (bytes < 10_000) {
      return bytes + " B";
    }
    double value = bytes;
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }
}

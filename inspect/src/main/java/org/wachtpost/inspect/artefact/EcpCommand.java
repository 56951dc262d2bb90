package org.wachtpost.inspect.artefact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the control panel's server log says it ran: {@code S:CMD=Set-X.Param='value'.Param=$null;}.
 *
 * @param name the cmdlet
 * @param parameters its parameters; quotes undone
 */
public record EcpCommand(String name, Map<String, String> parameters) {
  private static final Pattern PAIR = Pattern.compile("(?:^|([;\"'\\s]))S:([A-Za-z]{1,20})=");
  private static final Pattern PARAMETER = Pattern.compile("\\.?([A-Za-z]{1,60})=");

  /** Code or markup that no address holds; names of hosts may have such words in them. */
  private static final Pattern MARKUP =
      Pattern.compile(
          "<%|<script|\\brunat\\s{0,9}=|eval\\(|request\\["
              + "|\\brequest\\.(?:item|form|querystring|params"
              + "|cookies|headers|inputstream|binaryread|servervariables|files)\\b|page_load"
              + "|\\blanguage\\s{0,9}=|%3cscript|%3c%25|<",
          Pattern.CASE_INSENSITIVE);

  /** Servers inside may have short names without a dot; then the path is one of Exchange's. */
  private static final Pattern ODD_HOST =
      Pattern.compile(
          "https?://(?:[a-z0-9](?:/|#|$)"
              + "|[a-z0-9]{2,4}(?:$|#|/(?!(?:oab|owa|ecp|ews|mapi|rpc|powershell|autodiscover|api"
              + "|exchange|microsoft-server-activesync)(?:[/?.#]|$)))).*",
          Pattern.CASE_INSENSITIVE);

  public EcpCommand {
    parameters = Map.copyOf(parameters);
  }

  /** The {@code S:KEY=value} pairs of an EventData field, in order; values may hold anything. */
  public static Map<String, String> pairs(String eventData) {
    Map<String, String> pairs = new LinkedHashMap<>();
    Matcher matcher = PAIR.matcher(eventData);
    String key = null;
    String before = null;
    int start = 0;
    while (matcher.find()) {
      if (key != null) {
        pairs.putIfAbsent(key, value(eventData.substring(start, matcher.start()), before));
      }
      before = matcher.group(1);
      key = matcher.group(2).toUpperCase(Locale.ROOT);
      start = matcher.end();
    }
    if (key != null) {
      pairs.putIfAbsent(key, value(eventData.substring(start), before));
    }
    return pairs;
  }

  /** A value whose pair was put into quotes as a whole has its own quotes doubled. */
  private static String value(String text, @Nullable String before) {
    String value = value(text);
    boolean quoted =
        before != null && (before.equals("'") || before.equals("\"")) && value.endsWith(before);
    return quoted ? value.substring(0, value.length() - 1).replace(before + before, before) : value;
  }

  private static String value(String text) {
    String stripped = text.strip();
    while (stripped.endsWith(";")) {
      stripped = stripped.substring(0, stripped.length() - 1).strip();
    }
    return stripped;
  }

  /** The command in an EventData field; null if there is none. */
  public static @Nullable EcpCommand of(String eventData) {
    String command = pairs(eventData).get("CMD");
    return command == null ? null : parse(command);
  }

  /** Takes {@code Cmdlet.Param='value'.Param=$null} apart; a quote never closed ends the text. */
  public static EcpCommand parse(String command) {
    String text = command.strip();
    if (text.length() > 1
        && (text.charAt(0) == '"' || text.charAt(0) == '\'')
        && text.charAt(text.length() - 1) == text.charAt(0)) {
      text = text.substring(1, text.length() - 1);
    }
    int nameEnd = 0;
    while (nameEnd < text.length()
        && (Character.isLetterOrDigit(text.charAt(nameEnd)) || text.charAt(nameEnd) == '-')) {
      nameEnd++;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    Matcher matcher = PARAMETER.matcher(text);
    int at = nameEnd;
    while (at < text.length() && matcher.region(at, text.length()).find()) {
      int start = matcher.end();
      StringBuilder value = new StringBuilder();
      at = readValue(text, start, value);
      parameters.putIfAbsent(matcher.group(1), value.toString());
    }
    return new EcpCommand(text.substring(0, nameEnd), parameters);
  }

  private static int readValue(String text, int start, StringBuilder value) {
    int at = start;
    if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
      char quote = text.charAt(at++);
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c != quote) {
          value.append(c);
        } else if (at < text.length() && text.charAt(at) == quote) {
          value.append(quote);
          at++;
        } else {
          return at;
        }
      }
      return at;
    }
    while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != ';') {
      value.append(text.charAt(at++));
    }
    return at;
  }

  /** A parameter by name, without letter case; null if it is not given. */
  public @Nullable String parameter(String wanted) {
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      if (parameter.getKey().equalsIgnoreCase(wanted)) {
        return parameter.getValue();
      }
    }
    return null;
  }

  /** The values of a virtual directory's addresses. */
  public List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    for (String name : List.of("ExternalUrl", "InternalUrl")) {
      String value = parameter(name);
      if (value != null) {
        addresses.add(value);
      }
    }
    return addresses;
  }

  /** Why an address cannot be an administrator's: markup or code in it; null if it can. */
  public static @Nullable String markup(String address) {
    Matcher found = MARKUP.matcher(address);
    return found.find() ? found.group().toLowerCase(Locale.ROOT) : null;
  }

  /**
   * True for a host of one to four characters without a dot, as exploits make them up, unless it
   * has more than one and the path is that of a virtual directory.
   */
  public static boolean oddHost(String address) {
    return ODD_HOST.matcher(address.strip()).matches();
  }
}

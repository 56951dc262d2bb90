package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Locale;

/** What a page takes from the request, and where it finds the place of its own. */
final class Sources {
  private final List<Token> tokens;
  private final Signs signs;

  Sources(List<Token> tokens) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
  }

  /** What {@code request} at a place holds, by the member that is read of it. */
  int ofRequest(int i) {
    if (!signs.at(i + 1, '.') || i + 2 >= tokens.size()) {
      return Flow.CLIENT;
    }
    String member = tokens.get(i + 2).text();
    if (member.equals("files")) {
      return Flow.UPLOAD;
    }
    if (!Vocabulary.HARMLESS_MEMBERS.contains(member)) {
      return Flow.CLIENT;
    }
    if (member.equals("physicalpath") || member.equals("physicalapplicationpath")) {
      return member.equals("physicalpath") ? Flow.OWN_PLACE | Flow.ITSELF : Flow.OWN_PLACE;
    }
    return member.equals("servervariables") ? ofVariable(i + 4) : 0;
  }

  private int ofVariable(int i) {
    if (namesOwnPlace(i)) {
      String name = tokens.get(i).text().toLowerCase(Locale.ROOT);
      boolean folder = name.equals("appl_physical_path");
      int place = folder ? Flow.OWN_PLACE : Flow.OWN_PLACE | Flow.ITSELF;
      return folder || name.equals("path_translated") ? place : place | Flow.OWN_PATH;
    }
    if (i >= tokens.size() || !tokens.get(i).isText()) {
      return 0;
    }
    String name = tokens.get(i).text().toLowerCase(Locale.ROOT);
    if (name.equals("http_host") || name.equals("server_name")) {
      return Flow.OWN_HOST;
    }
    if (Vocabulary.ORDINARY_HEADERS.contains(name)) {
      return Flow.HEADER;
    }
    boolean header = name.startsWith("http_") || name.equals("all_http") || name.equals("all_raw");
    return header || name.equals("query_string") ? Flow.CLIENT : 0;
  }

  private boolean namesOwnPlace(int i) {
    if (i >= tokens.size() || !tokens.get(i).isText()) {
      return false;
    }
    return switch (tokens.get(i).text().toLowerCase(Locale.ROOT)) {
      case "script_name", "path_translated", "path_info", "url", "appl_physical_path" -> true;
      default -> false;
    };
  }

  /** Whether {@code MapPath(} at a place names the page's own folder; {@code close} ends it. */
  boolean mapsOwnFolder(int i, int close) {
    if (i + 2 >= tokens.size()) {
      return false;
    }
    if (!tokens.get(i + 2).isText()) {
      return isBareUploadName(i + 2, close);
    }
    String path = tokens.get(i + 2).text();
    return Vocabulary.OWN_FOLDERS.contains(path);
  }

  /** {@code MapPath(file.FileName)}: no folder is named, so it is the page's own. */
  private boolean isBareUploadName(int from, int to) {
    for (int i = from; i < to; i++) {
      if (tokens.get(i).isText() || signs.at(i, '+') || signs.at(i, '&') || signs.at(i, '(')) {
        return false;
      }
    }
    return to > from && tokens.get(to - 1).isName("filename");
  }
}

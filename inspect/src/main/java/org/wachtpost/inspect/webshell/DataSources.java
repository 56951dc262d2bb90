package org.wachtpost.inspect.webshell;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Controls of ASP.NET that call a method, or run a statement, with what the client sends and
 * without any code: {@code <asp:ObjectDataSource TypeName="T" SelectMethod="M">}.
 */
final class DataSources {
  static final Set<String> TAGS =
      Set.of("asp:objectdatasource", "asp:sqldatasource", "asp:accessdatasource");

  private static final List<String> METHODS =
      List.of("selectmethod", "insertmethod", "updatemethod", "deletemethod");

  private static final List<String> STATEMENTS =
      List.of("selectcommand", "insertcommand", "updatecommand", "deletecommand");

  /** Procedures of a database that do something outside of it. */
  private static final List<String> PROCEDURES = List.of("xp_cmdshell", "sp_oacreate");

  /** So many parameters hold what the client sends. */
  private static final String PARAMETERS = "(Request[0], Request[1], Request[2], Request[3]);";

  private DataSources() {}

  /** What a control does, as code; null if none of its methods can be one that matters. */
  static @Nullable String code(Map<String, String> attributes) {
    StringBuilder code = new StringBuilder();
    String owner = owner(attributes.getOrDefault("typename", ""));
    for (String method : METHODS) {
      String name = attributes.getOrDefault(method, "").strip();
      if (isName(name)) {
        code.append(owner).append('.').append(name).append(PARAMETERS);
      }
    }
    for (String statement : STATEMENTS) {
      String lower = attributes.getOrDefault(statement, "").toLowerCase(Locale.ROOT);
      PROCEDURES.stream()
          .filter(lower::contains)
          .forEach(name -> code.append("new SqlCommand(\"" + name + " \" + Request[0]);"));
    }
    return code.isEmpty() ? null : code.toString();
  }

  /** A class of the system by its name; any other one may be the page itself. */
  private static String owner(String typeName) {
    int comma = typeName.indexOf(',');
    String type = (comma < 0 ? typeName : typeName.substring(0, comma)).strip();
    return ofSystem(type) ? type : "this";
  }

  private static boolean ofSystem(String type) {
    boolean named = type.codePoints().allMatch(c -> c == '.' || isLetter(c));
    return named && type.regionMatches(true, 0, "system.", 0, 7);
  }

  private static boolean isName(String text) {
    return !text.isEmpty() && text.codePoints().allMatch(DataSources::isLetter);
  }

  private static boolean isLetter(int c) {
    return c == '_' || c < 128 && Character.isLetterOrDigit(c);
  }
}

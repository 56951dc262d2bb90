package org.wachtpost.inspect.evidence;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a file lay on the server, worked out from where it lies in the copy: lower case, with
 * backslashes, from the drive on if the copy shows one.
 *
 * <p>Collectors name drives {@code C}, {@code c}, {@code C:}, {@code C%3A} or {@code
 * %5C%5C.%5CC%3A}; a copy of a folder shows none, and is then anchored at folders that only mean
 * one thing ({@code inetpub}, {@code Exchange Server\V15}).
 *
 * @param text the path, such as {@code c:\inetpub\wwwroot\iisstart.htm}
 * @param anchored true if it begins at a drive
 */
public record WindowsPath(String text, boolean anchored) {
  private static final Pattern DRIVE = Pattern.compile("(?:\\\\\\\\[.?]\\\\)?([a-z])[:_]?");
  private static final int DRIVE_MAX = 6;
  private static final List<List<String>> ROOTS =
      List.of(
          List.of("inetpub"),
          List.of("program files"),
          List.of("program files (x86)"),
          List.of("windows", "system32"),
          List.of("windows", "temp"),
          List.of("windows", "microsoft.net"),
          List.of("programdata"),
          List.of("users", "public"));
  private static final List<String> OWN = List.of("inetpub", "wwwroot", "aspnet_client", "v15");
  private static final List<String> EXCHANGE_FOLDERS =
      List.of("frontend", "clientaccess", "logging", "bin", "transportroles", "unifiedmessaging");
  private static final List<String> IN_EXCHANGE =
      List.of("httpproxy", "owa", "ecp", "oab", "exchweb", "oabgeneratorlog", "cmdletinfra");
  private static final List<String> ON_A_DRIVE =
      List.of(
          "inetpub",
          "windows",
          "program files",
          "program files (x86)",
          "programdata",
          "users",
          "exchange",
          "exchsrvr",
          "root",
          "temp",
          "$recycle.bin",
          "perflogs");

  /** Names of which one tells where the folder lay that it is in. */
  private static final Set<String> TELLING =
      Stream.of(OWN, IN_EXCHANGE, ON_A_DRIVE).flatMap(List::stream).collect(Collectors.toSet());

  /** A folder of the copy: where it lay is worked out once for all that is in it. */
  public static final class Folder {
    private static final String ORDINARY = "file.txt";

    private final String copyPath;
    private final String prefix;
    private final boolean anchored;

    private Folder(String copyPath) {
      this.copyPath = copyPath;
      WindowsPath inside = WindowsPath.of(copyPath + "/" + ORDINARY);
      this.prefix = inside.text.substring(0, inside.text.length() - ORDINARY.length());
      this.anchored = inside.anchored;
    }

    /** The server's path of a file in it. */
    public WindowsPath file(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean ordinary = lower.length() > 1 && lower.indexOf('%') < 0 && lower.indexOf('\\') < 0;
      return ordinary && !TELLING.contains(lower)
          ? new WindowsPath(prefix + lower, anchored)
          : WindowsPath.of(copyPath + "/" + name);
    }
  }

  /** The folder that the copy names so. */
  public static Folder folder(String copyPath) {
    return new Folder(copyPath);
  }

  /** The server's path of a file that the copy names {@code copyPath}. */
  public static WindowsPath of(String copyPath) {
    List<String> parts = parts(copyPath);
    int own = Math.max(parts.lastIndexOf("v15"), parts.lastIndexOf("inetpub"));
    for (int i = served(parts) - 1; i >= 0; i--) {
      if (parts.get(i).length() > DRIVE_MAX) {
        continue;
      }
      var drive = DRIVE.matcher(parts.get(i));
      if (drive.matches() && followsDrive(parts, i + 1, own)) {
        return new WindowsPath(drive.group(1) + ":\\" + join(parts, i + 1), true);
      }
    }
    for (int i = 0; i < parts.size() - 1; i++) {
      for (List<String> root : ROOTS) {
        if (startsWith(parts, i, root)) {
          return new WindowsPath("c:\\" + join(parts, i), true);
        }
      }
    }
    return exchange(parts);
  }

  /**
   * Where a server's own folder begins: a folder {@code c} in it is no drive, whatever is in it.
   */
  private static int served(List<String> parts) {
    for (int i = 0; i < parts.size() - 1; i++) {
      if (OWN.contains(parts.get(i))) {
        return i;
      }
    }
    return parts.size() - 1;
  }

  /** The last part. */
  public String name() {
    return text.substring(text.lastIndexOf('\\') + 1);
  }

  /** All before the last part, without the backslash between; empty if it is the only one. */
  public String folder() {
    return text.substring(0, Math.max(0, text.lastIndexOf('\\')));
  }

  /** The ending of the name with its dot, or an empty text. */
  public String ending() {
    String name = name();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot);
  }

  /** True if the folder names given, as {@code a\b}, stand next to each other in the path. */
  public boolean within(String folders) {
    return ("\\" + text).contains("\\" + folders + "\\");
  }

  private static WindowsPath exchange(List<String> parts) {
    String base = "c:\\program files\\microsoft\\exchange server\\v15\\";
    for (int i = 0; i < parts.size() - 1; i++) {
      if (parts.get(i).equals("v15")) {
        return new WindowsPath(base + join(parts, i + 1), true);
      }
    }
    for (int i = 0; i < parts.size() - 1; i++) {
      String next = parts.get(i + 1);
      boolean exchange = EXCHANGE_FOLDERS.contains(parts.get(i)) && IN_EXCHANGE.contains(next);
      if (exchange) {
        return new WindowsPath(base + join(parts, i), true);
      }
    }
    int last = parts.size() - 2;
    var drive = DRIVE.matcher(last >= 0 ? parts.get(last) : "");
    return drive.matches()
        ? new WindowsPath(drive.group(1) + ":\\" + join(parts, last + 1), true)
        : new WindowsPath(join(parts, 0), false);
  }

  /** A folder of one letter is a drive only if what is in it looks like a drive's content. */
  private static boolean followsDrive(List<String> parts, int at, int own) {
    boolean sure = parts.get(at - 1).contains(":");
    return sure || ON_A_DRIVE.contains(parts.get(at)) || own >= at;
  }

  private static List<String> parts(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.replace("!/", "/").split("/")) {
      String decoded = decode(part).toLowerCase(Locale.ROOT);
      boolean device = decoded.length() <= DRIVE_MAX && DRIVE.matcher(decoded).matches();
      for (String piece : device ? new String[] {decoded} : decoded.split("\\\\")) {
        if (!piece.isEmpty() && !piece.equals(".")) {
          parts.add(piece);
        }
      }
    }
    return parts;
  }

  private static String decode(String part) {
    if (part.indexOf('%') < 0) {
      return part;
    }
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return part; // a per cent sign that is just one
    }
  }

  private static boolean startsWith(List<String> parts, int at, List<String> root) {
    return at + root.size() < parts.size() && parts.subList(at, at + root.size()).equals(root);
  }

  private static String join(List<String> parts, int from) {
    return String.join("\\", parts.subList(from, parts.size()));
  }
}

package org.wachtpost.inspect.check;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.TextStream;
import org.wachtpost.inspect.evidence.WindowsPath;
import org.wachtpost.inspect.webshell.ShellScanner;

/** Decides what a file is, by its first bytes and its place together. */
final class Classifier {
  /**
   * A file with its kind.
   *
   * @param source what it belongs to in the coverage; of a file that no check reads, what it is if
   *     it is a {@link Container}, or empty
   */
  record Claimed(EvidenceFile file, Kind kind, String source) {}

  private static final Set<String> PAGE_ENDINGS =
      Set.of(
          ".aspx", ".ashx", ".asmx", ".asp", ".asa", ".asax", ".ascx", ".cer", ".cdx", ".soap",
          ".svc", ".master", ".rem", ".cshtml", ".vbhtml", ".jsp", ".jspx", ".php");

  /** Shells are kept and included under such names too; read as a page where one starts in it. */
  private static final Set<String> MAYBE_PAGE_ENDINGS =
      Set.of(
          "", ".txt", ".inc", ".bak", ".old", ".tmp", ".dat", ".bin", ".vir", ".html", ".htm",
          ".shtml", ".stm", ".config", ".gif", ".jpg", ".jpeg", ".png", ".ico", ".bmp");

  private static final Set<String> NEVER_READ =
      Set.of(
          ".dll",
          ".exe",
          ".sys",
          ".mui",
          ".cat",
          ".mum",
          ".manifest",
          ".edb",
          ".jrs",
          ".chk",
          ".nls",
          ".ttf",
          ".png",
          ".gif",
          ".jpg",
          ".pdb",
          ".msi",
          ".msp",
          ".jfm",
          ".stm");

  private static final Pattern SITE = Pattern.compile("w3svc[0-9]{1,12}");
  private static final Pattern IIS_NAME =
      Pattern.compile("(?:u_)?(?:ex|in|nc)[0-9]{4,8}(?:_x)?\\.log");
  private static final Pattern FOLDER = Pattern.compile("[a-z]{2,20}");
  private static final Pattern LSASS_DUMP = Pattern.compile("lsass.*\\.(dmp|dump|mdmp)");
  private static final Pattern UPDATE = Pattern.compile("\\bkb500[0-9]{4}\\b");
  private static final Pattern W3C_FIELDS =
      Pattern.compile("^#fields: [^\\r\\n]*cs-uri-stem", Pattern.MULTILINE);

  private static final Pattern ERROR_FIELDS =
      Pattern.compile("^#fields: [^\\r\\n]*cs-uri [^\\r\\n]*s-reason", Pattern.MULTILINE);
  private static final Pattern ERROR_NAME = Pattern.compile("httperr[0-9]{1,9}\\.log");

  private static final Pattern DEFENDER_NAME = Pattern.compile("mp(?:log|detection)-[0-9-]+\\.log");

  /** Without one of these no file is known by its text: one for each that is asked for below. */
  private static final WordFinder WORDS =
      new WordFinder(
          List.of(
              "cs-uri-stem",
              "#software:",
              "#log-type:",
              "#fields:",
              "anchormailbox",
              "timestamp",
              "cmdlet",
              "offline address book",
              "download failed and temporary file",
              "datetime,",
              "<system.applicationhost",
              "schemas.microsoft.com",
              "microsoft safety scanner",
              "externalurl",
              "<configuration",
              "runat=",
              "\"path\"",
              "security update",
              "kb500"));

  private Classifier() {}

  /** True for the ending of a file that the web server runs. */
  static boolean page(String ending) {
    return PAGE_ENDINGS.contains(ending);
  }

  static Claimed classify(Opening opening) throws IOException {
    EvidenceFile file = opening.file();
    WindowsPath place = file.windowsPath();
    String name = place.name();
    String ending = place.ending();
    if (name.equals("exsetup.exe")) {
      return new Claimed(file, Kind.EXSETUP, "ExSetup.exe");
    }
    if (name.startsWith("app_web_") && ending.equals(".dll")) {
      return new Claimed(file, Kind.COMPILED_ASSEMBLY, "Temporary ASP.NET Files");
    }
    if (page(ending)) {
      // The server runs it, whatever its first bytes pretend: those are the intruder's to choose.
      return new Claimed(file, Kind.PAGE, file.size() == 0 ? "" : "pages");
    }
    boolean hotPlace = hot(place);
    if (file.size() == 0 || (NEVER_READ.contains(ending) && !hotPlace)) {
      return new Claimed(file, Kind.UNCLAIMED, "");
    }
    byte[] head = opening.head();
    boolean code = MAYBE_PAGE_ENDINGS.contains(ending) && ShellScanner.mayRun(head);
    boolean settings = ending.equals(".config") && lower(head).contains("<configuration");
    if (code && served(place) && !settings) {
      return new Claimed(file, Kind.PAGE, "pages");
    }
    Claimed binary = binary(file, head, hotPlace);
    if (binary != null) {
      return binary;
    }
    Claimed quick = directives(file, head);
    if (quick != null) {
      return quick;
    }
    return byText(file, head, mayTell(head) ? lower(head) : "", code);
  }

  /** Whether a file that begins so may be known by its text: most scripts and styles are not. */
  static boolean mayTell(byte[] head) {
    return TextStream.utf16(head)
        || starts(head, "<%")
        || starts(head, "\u00ef\u00bb\u00bf<%")
        || WORDS.anyIn(head);
  }

  /**
   * Judges by the words at the beginning and by the place.
   *
   * @param lower the beginning in small letters; empty if nothing in it can tell
   * @param code something in it may run
   */
  static Claimed byText(EvidenceFile file, byte[] head, String lower, boolean code) {
    WindowsPath place = file.windowsPath();
    if (DEFENDER_NAME.matcher(place.name()).matches()) {
      return new Claimed(file, Kind.DEFENDER_LOG, "Defender's MPLog");
    }
    Claimed log = log(file, lower);
    if (log != null) {
      return log;
    }
    if (ToolResults.kind(place.name(), lower).isPresent()) {
      return new Claimed(file, Kind.TOOL_RESULT, "results of Test-ProxyLogon");
    }
    String ending = file.windowsPath().ending();
    boolean listing = ending.equals(".txt") && FolderListing.is(text(head));
    Claimed one = single(file, lower, ending, listing, code);
    Claimed headless = one.kind() == Kind.UNCLAIMED ? headless(file) : null;
    if (headless != null) {
      return headless;
    }
    return one.kind() == Kind.UNCLAIMED ? unclaimed(file, head) : one;
  }

  /**
   * What is a log by its place or name and has no head that names its columns: one in another
   * format, or the rest of one that was cut. It is told of, and no column guessed.
   */
  private static @Nullable Claimed headless(EvidenceFile file) {
    WindowsPath place = file.windowsPath();
    if (!place.ending().equals(".log")) {
      return null;
    }
    String source = iisSource(place);
    if (!source.equals("IIS") || IIS_NAME.matcher(place.name()).matches()) {
      return new Claimed(file, Kind.FOREIGN_LOG, source);
    }
    if (ERROR_NAME.matcher(place.name()).matches()) {
      return new Claimed(file, Kind.FOREIGN_LOG, "HTTPERR");
    }
    if (place.within("logging\\httpproxy")) {
      return new Claimed(file, Kind.FOREIGN_LOG, folderSource(place, "httpproxy", "HttpProxy"));
    }
    return place.within("logging\\ecp\\server")
        ? new Claimed(file, Kind.FOREIGN_LOG, "ECP Server")
        : null;
  }

  /** Places where dumps and archives are looked for whatever they are called. */
  static boolean hot(WindowsPath place) {
    String path = "\\" + place.text();
    return path.contains("\\temp\\")
        || path.contains("\\programdata\\")
        || path.contains("\\inetpub\\")
        || path.contains("\\users\\public\\")
        || path.contains("\\root\\")
        || path.contains("\\frontend\\httpproxy\\")
        || path.contains("\\clientaccess\\")
        || path.contains("\\perflogs\\")
        || path.contains("\\$recycle.bin\\");
  }

  /** Folders of the web server, where no log is written: what looks like one there is not one. */
  private static boolean served(WindowsPath place) {
    String path = "\\" + place.text();
    return path.contains("\\inetpub\\") && !path.contains("\\inetpub\\logs\\")
        || path.contains("\\frontend\\httpproxy\\")
        || path.contains("\\clientaccess\\");
  }

  /** What lies under a page's name and is, by its first bytes, an archive or a dump; or null. */
  static @Nullable Kind disguised(EvidenceFile page, byte[] content) {
    Claimed binary = binary(page, content, hot(page.windowsPath()));
    if (binary == null || binary.kind() != Kind.ARCHIVE && binary.kind() != Kind.MEMORY_DUMP) {
      return null;
    }
    return binary.kind();
  }

  private static @Nullable Claimed binary(EvidenceFile file, byte[] head, boolean hotPlace) {
    if (starts(head, "ElfFile\0") || starts(head, "ElfChnk\0")) {
      return new Claimed(file, Kind.EVENT_LOG, "Event log");
    }
    // What is called a dump of lsass is one also if its head was made unreadable on purpose.
    boolean named = LSASS_DUMP.matcher(file.windowsPath().name()).matches();
    if (starts(head, "MDMP") || starts(head, "PAGEDU") || named) {
      return new Claimed(file, Kind.MEMORY_DUMP, "memory dumps");
    }
    boolean archive =
        starts(head, "PK\3\4")
            || starts(head, "7z\u00bc\u00af")
            || starts(head, "Rar!")
            || starts(head, "MSCF");
    if (archive && hotPlace) {
      return new Claimed(file, Kind.ARCHIVE, "archives");
    }
    return archive || starts(head, "MZ") ? unclaimed(file, head) : null;
  }

  private static Claimed unclaimed(EvidenceFile file, byte[] head) {
    return new Claimed(file, Kind.UNCLAIMED, Container.of(head).map(Container::words).orElse(""));
  }

  /**
   * Judges by the lines that begin with {@code #} at the file's head alone: what most files of a
   * server are is known from them, without looking through kilobytes of rows.
   */
  static @Nullable Claimed directives(EvidenceFile file, byte[] head) {
    int end = directivesEnd(head);
    if (end == 0) {
      return null;
    }
    String lower = lower(Arrays.copyOfRange(head, marked(head), end));
    Claimed log = log(file, lower);
    if (log == null) {
      return null;
    }
    // Where the columns are named, rows, in which clients put what they like, decide nothing.
    boolean sure =
        log.kind() == Kind.HTTP_PROXY_LOG
            || log.kind() == Kind.IIS_LOG
            || log.kind() == Kind.HTTP_ERROR_LOG
            || log.kind() == Kind.ECP_SERVER_LOG
            || lower.contains("#fields:");
    return sure ? log : null;
  }

  /** Where the lines that begin with {@code #} end; 0 if the first line is none. */
  static int directivesEnd(byte[] head) {
    int start = marked(head);
    int end = start;
    while (end < head.length && head[end] == '#') {
      while (end < head.length && head[end] != '\n') {
        end++;
      }
      end = Math.min(end + 1, head.length);
    }
    return end == start ? 0 : end;
  }

  /** Bytes of a UTF-8 byte order mark. */
  private static int marked(byte[] head) {
    return starts(head, "\u00ef\u00bb\u00bf") ? 3 : 0;
  }

  private static boolean starts(byte[] head, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= bytes.length
        && Arrays.equals(head, 0, bytes.length, bytes, 0, bytes.length);
  }

  static String text(byte[] head) {
    Charset wide = TextStream.charset(head);
    if (wide != null) {
      return new String(head, wide);
    }
    String text = new String(head, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** As {@link #text}, its ASCII letters small: every word that a file is known by is ASCII. */
  static String lower(byte[] head) {
    if (TextStream.utf16(head)) {
      return text(head).toLowerCase(Locale.ROOT);
    }
    byte[] small = new byte[head.length];
    for (int i = 0; i < head.length; i++) {
      byte octet = head[i];
      small[i] = octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }
    return text(small);
  }

  private static @Nullable Claimed log(EvidenceFile file, String lower) {
    WindowsPath place = file.windowsPath();
    int lineEnd = lower.indexOf('\n');
    String first = lower.substring(0, lineEnd < 0 ? lower.length() : lineEnd).strip();
    if (lower.contains("cs-uri-stem") && W3C_FIELDS.matcher(lower).find()) {
      return new Claimed(file, Kind.IIS_LOG, iisSource(place));
    }
    if (lower.startsWith("#software: microsoft http api")
        || lower.contains("cs-uri") && ERROR_FIELDS.matcher(lower).find()) {
      return new Claimed(file, Kind.HTTP_ERROR_LOG, "HTTPERR");
    }
    if (lower.startsWith("#software: microsoft internet information services")) {
      return new Claimed(file, Kind.FOREIGN_LOG, iisSource(place));
    }
    if (lower.contains("#log-type: httpproxy logs")
        || (lower.contains("anchormailbox") && lower.contains("routinghint"))
        || (place.within("logging\\httpproxy") && exchange(first))) {
      return new Claimed(file, Kind.HTTP_PROXY_LOG, folderSource(place, "httpproxy", "HttpProxy"));
    }
    if (lower.contains("#log-type: ecp server log")
        || (first(lower).startsWith("timestamp,servername,eventid,eventdata")
            && !place.name().contains("activity"))) {
      return new Claimed(file, Kind.ECP_SERVER_LOG, "ECP Server");
    }
    boolean cmdlet = lower.contains("cmdlet,parameters") || lower.contains(",cmdlet,");
    if (cmdlet && (lower.contains("executionresult") || place.name().contains("cmdlet"))) {
      return new Claimed(file, Kind.CMDLET_LOG, "CmdletInfra");
    }
    if (place.within("logging\\mitigationservice")) {
      return new Claimed(file, Kind.MITIGATION_LOG, "Emergency Mitigation service");
    }
    if (oabGenerator(place, lower)) {
      return new Claimed(file, Kind.OAB_GENERATOR_LOG, "OABGeneratorLog");
    }
    if (exchange(first)
        || lower.startsWith("datetime,sessionid,seqnumber")
        || (lower.contains("#fields:") && lower.contains("#log-type:"))) {
      return new Claimed(file, Kind.PLAIN_LOG, "Exchange " + plainName(lower, place));
    }
    return null;
  }

  /** Scripts that look through such logs hold the words as well. */
  private static boolean oabGenerator(WindowsPath place, String lower) {
    boolean text = place.ending().equals(".log") || place.ending().equals(".txt");
    return place.within("oabgeneratorlog")
        || text && place.name().startsWith("oabgenerator")
        || lower.contains("#log-type: oab")
        || lower.contains("offline address book generat")
        || text && lower.contains("download failed and temporary file");
  }

  private static boolean exchange(String first) {
    return first.startsWith("#software: microsoft exchange");
  }

  /** The first line that is no directive, or the columns' names. */
  private static String first(String lower) {
    for (int from = 0; from < lower.length(); ) {
      int feed = lower.indexOf('\n', from);
      int end = feed < 0 ? lower.length() : feed;
      String line = lower.substring(from, end);
      if (line.startsWith("#fields:")) {
        return line.substring("#fields:".length()).strip().replace(" ", "").replace("\"", "");
      }
      if (!line.startsWith("#") && !line.isBlank()) {
        return line.strip().replace(" ", "").replace("\"", "");
      }
      from = end + 1;
    }
    return "";
  }

  private static String plainName(String lower, WindowsPath place) {
    for (String line : lower.split("\r?\n")) {
      if (line.startsWith("#log-type:")) {
        String name = line.substring("#log-type:".length()).strip();
        return name.substring(0, Math.min(name.length(), 80));
      }
    }
    String[] parts = place.text().split("\\\\");
    return parts.length > 1 ? parts[parts.length - 2] : "log";
  }

  private static String iisSource(WindowsPath place) {
    for (String part : place.text().split("\\\\")) {
      if (SITE.matcher(part).matches()) {
        return "IIS " + part.toUpperCase(Locale.ROOT);
      }
    }
    return "IIS";
  }

  private static String folderSource(WindowsPath place, String folder, String name) {
    String[] parts = place.text().split("\\\\");
    for (int i = 0; i + 2 < parts.length; i++) {
      if (parts[i].equals(folder) && FOLDER.matcher(parts[i + 1]).matches()) {
        return name + " " + parts[i + 1];
      }
    }
    return name;
  }

  private static Claimed single(
      EvidenceFile file, String lower, String ending, boolean listing, boolean code) {
    String name = file.windowsPath().name();
    if (name.equals("applicationhost.config") || lower.contains("<system.applicationhost")) {
      return new Claimed(file, Kind.APPLICATION_HOST, "applicationHost.config");
    }
    if (ending.equals(".compiled")) {
      return new Claimed(file, Kind.COMPILED_PAGE, "Temporary ASP.NET Files");
    }
    if (lower.contains("schemas.microsoft.com/windows/2004/02/mit/task")) {
      return new Claimed(file, Kind.SCHEDULED_TASK, "scheduled tasks");
    }
    if (ending.equals(".wer")) {
      return new Claimed(file, Kind.CRASH_REPORT, "crash reports");
    }
    if (name.equals("eomtsummary.txt") || name.equals("eomt.log")) {
      return new Claimed(file, Kind.MITIGATION_SUMMARY, "EOMTSummary.txt");
    }
    if (name.equals("mrt.log")) {
      // Windows' own remover, which Windows Update runs each month, writes as the scanner does.
      return new Claimed(file, Kind.SAFETY_SCANNER_LOG, "mrt.log");
    }
    if (name.equals("msert.log") || lower.contains("microsoft safety scanner")) {
      return new Claimed(file, Kind.SAFETY_SCANNER_LOG, "msert.log");
    }
    if (listing) {
      return new Claimed(file, Kind.FOLDER_LISTING, "folder listings");
    }
    boolean dump =
        lower.contains("externalurl")
            && (lower.contains("extendedprotectiontokenchecking")
                || lower.contains("internalauthenticationmethods")
                || lower.contains("offlineaddressbooks")
                || lower.contains("internalurl"));
    if (dump) {
      return new Claimed(file, Kind.VIRTUAL_DIRECTORY_DUMP, "virtual directory dumps");
    }
    if (ending.equals(".config") && lower.contains("<configuration")) {
      return new Claimed(file, Kind.WEB_CONFIG, "web.config");
    }
    if (code || lower.contains("runat=\"server\"") || lower.startsWith("<%")) {
      return new Claimed(file, Kind.PAGE, "pages");
    }
    if (lower.contains("security update for exchange server")
        || (!ending.equals(".log") && lower.contains("kb500") && UPDATE.matcher(lower).find())) {
      return new Claimed(file, Kind.UPDATE_LIST, "installed updates");
    }
    return new Claimed(file, Kind.UNCLAIMED, "");
  }
}

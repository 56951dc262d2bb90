package org.wachtpost.inspect.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Confidence;

/**
 * What a command line does that intruders do after they are in, whatever process started it and
 * whatever its program was renamed to: passwords copied, mail packed, the domain explored. Pure.
 */
final class Commands {
  /** Longer command lines are judged by their beginning; Windows takes 32,767 characters. */
  private static final int MAX_CHARACTERS = 64 * 1024;

  /** One thing that a command line does. */
  record Deed(String title, Confidence confidence, String reason, String technique) {}

  /**
   * What tells a deed: one of the words, in lower case, and the pattern. Words come first: most
   * command lines have none, and need no pattern then.
   *
   * @param after what has to follow on the line behind the first match of the pattern; none, if
   *     null
   * @param place what has to be somewhere in the command line, if not null
   */
  private record Rule(
      List<String> words,
      Pattern pattern,
      @Nullable Pattern after,
      @Nullable Pattern place,
      Deed deed) {
    boolean fits(String command, String lower) {
      return isNamedIn(lower)
          && (after == null ? pattern.matcher(command).find() : followed(command, after))
          && (place == null || place.matcher(command).find());
    }

    private boolean isNamedIn(String lower) {
      for (String word : words) {
        if (lower.contains(word)) {
          return true;
        }
      }
      return false;
    }

    /** What does not follow the first match on a line follows no later one of that line. */
    private boolean followed(String command, Pattern next) {
      Matcher first = pattern.matcher(command);
      int from = 0;
      while (first.find(from)) {
        int newline = command.indexOf('\n', first.end());
        int end = newline < 0 ? command.length() : newline;
        if (next.matcher(command).region(first.end(), end).find()) {
          return true;
        }
        from = end;
      }
      return false;
    }
  }

  private static final String PACKING = "mail or dumps packed";
  private static final Pattern PACKERS =
      pattern("\\b(?:7z[ar]?|rar|winrar|makecab|compress-archive)(?:\\.exe)?\\b");
  private static final Pattern PACKED = pattern("\\.(?:pst|ost|edb|dit|dmp)\\b");
  private static final List<String> PACKED_WORDS = List.of(".pst", ".ost", ".edb", ".dit", ".dmp");

  /** Where intruders put what they want to fetch, and few others anything. */
  private static final Pattern HIDING =
      pattern(
          "\\\\(?:programdata\\\\(?!microsoft\\\\)|windows\\\\temp|users\\\\public|perflogs|inetpub"
              + "|httpproxy|aspnet_client|\\$recycle)");

  private static final String EXPORTED = "mailbox exported from a command line";
  private static final Pattern EXPORT =
      pattern("\\bnew-mailboxexportrequest\\b[^\\n]{0,300}?-(?:mailbox|filepath)\\b");

  private static final String FETCHED = "something fetched from a command line";
  private static final List<String> FETCH_WORDS = List.of("http:", "https:", "ftp:");
  private static final String FETCHERS =
      "\\b(?:certutil\\b[^\\n]{0,60}?urlcache|bitsadmin\\b[^\\n]{0,100}?/transfer"
          + "|start-bitstransfer|invoke-webrequest|iwr|curl|wget|mshta|regsvr32)\\b";
  private static final Pattern FETCHES =
      pattern(
          FETCHERS
              + "[^\\n]{0,500}?\\b(?:https?|ftp):"
              + "|\\bdownload(?:string|file|data)\\b[^\\n]{0,60}?\\b(?:https?|ftp):");

  /** What agents of administrators bring comes from somewhere with a name, or from inside. */
  private static final Pattern FETCHES_TO_HIDING =
      pattern(
          "(?:"
              + FETCHERS
              + "|\\bdownloadfile\\b)(?=[^\\n]{0,500}?"
              + HIDING.pattern()
              + ")[^\\n]{0,500}?\\b(?:https?|ftp)://(?!10\\.|127\\.|169\\.254\\.|192\\.168\\."
              + "|172\\.(?:1[6-9]|2\\d|3[01])\\.)\\d{1,3}(?:\\.\\d{1,3}){3}\\b");

  private static final String EXCLUDED = "somebody taken out of an administrators' group";
  private static final String MODULE_ADDED = "IIS module added from a command line";
  private static final List<String> MODULE_WORDS = List.of("appcmd", "new-webglobalmodule");

  /** Not of IIS, .NET or Exchange. */
  private static final String ADDS_MODULE =
      "\\b(?:appcmd(?:\\.exe)?[\"']?\\s{1,9}(?:install|add)\\s{1,9}module|new-webglobalmodule)\\b"
          + "(?![^\\n]{0,300}?\\\\(?:inetsrv|microsoft\\.net|exchange server)\\\\)";

  private static final String EXPLORED = "the domain explored";
  private static final Deed LOOKED_FOR =
      new Deed(
          "tool or traces of intruders looked for by name",
          Confidence.LOW,
          "who defends does so, and who wants to know what was seen of him",
          Published.ATTACK + "T1057/");
  private static final String ORDINARY = "ordinary in an administrator's hands";

  private static final List<Rule> RULES =
      List.of(
          rule(
              List.of(
                  "powercat",
                  "nishang",
                  "mimikatz",
                  "invoke-powershelltcp",
                  "sekurlsa::",
                  "lsadump::",
                  "privilege::debug",
                  "secretsdump",
                  "nanodump",
                  "pypykatz",
                  "lazagne"),
              "powercat|nishang|mimikatz|invoke-powershelltcp|sekurlsa::|lsadump::|privilege::debug"
                  + "|secretsdump|nanodump|pypykatz|lazagne",
              "passwords dumped or tool run",
              Confidence.HIGH,
              "the command line names the tool",
              "T1003/001/"),
          rule(
              List.of("comsvcs", "minidump", "lsass"),
              "comsvcs[^\\n]{0,1000}?(?:minidump|#\\+?0{0,9}24\\b)"
                  + "|rundll32[^\\n]{0,1000}?,\\s{0,9}minidump\\b|out-minidump|minidumpwritedump"
                  + "|procdump[^\\n]{0,200}?\\blsass|[-/]m[amp]\\s{1,9}[\"']?lsass"
                  + "|\\blsass[^\\n*?]{0,200}?\\.dmp\\b",
              "passwords dumped or tool run",
              Confidence.HIGH,
              "it writes the memory of lsass, which holds passwords, to a file",
              "T1003/001/"),
          rule(
              List.of("-ma", "-mp", "-mm", "/ma", "/mp", "/mm"),
              "(?m)^(?![^\\n]{0,4000}?procdump)[^\\n]{0,4000}?"
                  + "(?:\\s[-/]accepteula\\s[^\\n]{0,200}?(?<=\\s)[-/]m[amp]\\s"
                  + "|\\s[-/]m[amp]\\s[^\\n]{0,300}?\\s[-/]accepteula\\b"
                  + "|\\s[-/]m[amp]\\s{1,9}[^\\s-][^\\s]{0,60}\\s[^\\n]{0,300}?\\.dmp\\b)",
              "passwords dumped or tool run",
              Confidence.MEDIUM,
              "the options of procdump, which writes the memory of a process to a file, under"
                  + " another name",
              "T1003/001/"),
          rule(
              List.of("procdump"),
              "procdump",
              "passwords dumped or tool run",
              Confidence.LOW,
              "of what it took the memory is not said; support asks for dumps too",
              "T1003/001/"),
          rule(
              List.of("\\sam", "\\security"),
              "\\breg(?:\\.exe)?[\"']?\\s{1,9}(?:save|export)\\s{1,9}[\"']?"
                  + "(?:hklm|hkey_local_machine)\\\\(?:sam|security)\\b",
              "passwords copied from the registry",
              Confidence.HIGH,
              "the hives hold the passwords of the server's accounts",
              "T1003/002/"),
          rule(
              List.of("ntdsutil", "ntds.dit"),
              "ntdsutil[^\\n]{0,500}?\\bifm\\b"
                  + "|(?:shadowcopy|\\b(?:x|robo)?copy\\b|\\bmove\\b|\\btype\\b"
                  + "|copy-item|ninjacopy|secretsdump|esentutl[^\\n]{0,80}?\\s/y)[^\\n]{0,500}?"
                  + "\\bntds\\.dit\\b",
              "the domain's password store reached for",
              Confidence.MEDIUM,
              "it holds the passwords of all accounts; administrators copy it to set up a domain"
                  + " controller",
              "T1003/003/"),
          rule(
              List.of("ntds.dit"),
              "\\bntds\\.dit\\b",
              "the domain's password store reached for",
              Confidence.LOW,
              "it is checked, and excluded from scans, by its name",
              "T1003/003/"),
          new Rule(
              PACKED_WORDS,
              PACKERS,
              PACKED,
              HIDING,
              new Deed(
                  PACKING,
                  Confidence.MEDIUM,
                  "what is packed where intruders hide things is about to be taken away",
                  Published.ATTACK + "T1560/001/")),
          new Rule(
              PACKED_WORDS,
              PACKERS,
              PACKED,
              null,
              new Deed(
                  PACKING,
                  Confidence.LOW,
                  "administrators pack the mail of who has left, and dumps for support",
                  Published.ATTACK + "T1560/001/")),
          rule(
              List.of("echo [s]"),
              "echo \\[S\\]\\s{0,9}&\\s{0,9}(?:cd|chdir|pwd)\\s{0,9}&\\s{0,9}echo \\[E\\]",
              "command of a web shell's client",
              Confidence.HIGH,
              "the marks between which a web shell's client looks for the answer",
              "T1505/003/"),
          rule(
              List.of("plink", ":3389", "ngrok", "frpc", "chisel"),
              "\\bplink\\b[^\\n]{0,300}?\\s-R\\s|\\s-R\\s[^\\n]{0,100}?:3389\\b|\\bngrok\\b"
                  + "|\\bfrpc\\b|\\bchisel\\b",
              "remote desktop led out through a tunnel",
              Confidence.HIGH,
              "whoever is at its other end can log in from outside",
              "T1572/"),
          rule(
              List.of("vssadmin", "shadowcopy", "wbadmin", "bcdedit"),
              "\\bvssadmin(?:\\.exe)?[\"']?\\s{1,9}delete\\s{1,9}shadows(?![^\\n]{0,200}/oldest)"
                  + "|\\bshadowcopy\\s{1,9}delete\\b|\\bwbadmin\\b[^\\n]{0,60}?\\bdelete\\b"
                  + "(?![^\\n]{0,200}-(?:keepversions:[1-9]|deleteoldest))"
                  + "|\\bbcdedit\\b[^\\n]{0,100}?recoveryenabled[\"']?\\s{1,9}no\\b",
              "recovery made impossible",
              Confidence.MEDIUM,
              "whoever encrypts a server does this before",
              "T1490/"),
          rule(
              List.of("shadows", "wbadmin"),
              "\\bdelete\\s{1,9}shadows\\b[^\\n]{0,200}/oldest"
                  + "|\\bwbadmin\\b[^\\n]{0,260}?-(?:keepversions:[1-9]|deleteoldest)",
              "old backups or shadow copies deleted",
              Confidence.LOW,
              "what is scheduled to make room does so",
              "T1490/"),
          rule(
              List.of("set-mppreference"),
              "set-mppreference\\b[^\\n]{0,300}?-disable\\w{3,40}\\s{1,9}(?:\\$?true|1)\\b",
              "Defender weakened from a command line",
              Confidence.LOW, // as the event that says so, 5001
              "administrators do so too",
              "T1562/001/"),
          rule(
              List.of("/add", "/active:yes", "fdenytsconnections"),
              "\\bnet1?(?:\\.exe)?[\"']?\\s{1,9}(?:user|localgroup|group)\\s[^\\n]{0,100}?"
                  + "/(?:add|active:yes)\\b|fdenytsconnections",
              "way in made from a command line",
              Confidence.LOW,
              ORDINARY,
              "T1098/"),
          rule(
              List.of("/del"),
              "\\bnet1?(?:\\.exe)?[\"']?\\s{1,9}(?:group|localgroup)\\s[^\\n]{0,100}?"
                  + "exchange[^\\n]{0,100}?/del",
              EXCLUDED,
              Confidence.MEDIUM,
              "intruders took the administrator's account out of Exchange's groups so",
              "T1531/"),
          rule(
              List.of("/del"),
              "\\bnet1?(?:\\.exe)?[\"']?\\s{1,9}(?:group|localgroup)\\s[^\\n]{0,100}?"
                  + "admin[^\\n]{0,100}?/del",
              EXCLUDED,
              Confidence.LOW,
              ORDINARY,
              "T1531/"),
          rule(
              List.of("dontlog"),
              "\\bdontlog\\b[^\\n]{0,60}?\\btrue\\b",
              "web server's logging switched off from a command line",
              Confidence.MEDIUM,
              "requests leave no trace from then on",
              "T1562/002/"),
          rule(
              MODULE_WORDS,
              ADDS_MODULE + "(?![^\\n]{0,300}?\\\\program files)[^\\n]{0,300}?image\\b",
              MODULE_ADDED,
              Confidence.MEDIUM,
              "native modules see every request; this one is not of IIS, .NET or Exchange",
              "T1505/004/"),
          rule(
              MODULE_WORDS,
              ADDS_MODULE + "[^\\n]{0,300}?image\\b",
              MODULE_ADDED,
              Confidence.LOW,
              "native modules see every request; what watches servers installs some too",
              "T1505/004/"),
          new Rule(
              List.of("new-mailboxexportrequest"),
              EXPORT,
              null,
              HIDING,
              new Deed(
                  EXPORTED,
                  Confidence.MEDIUM,
                  "what is copied to where intruders hide things is about to be taken away",
                  Published.ATTACK + "T1114/002/")),
          new Rule(
              List.of("new-mailboxexportrequest"),
              EXPORT,
              null,
              null,
              new Deed(
                  EXPORTED,
                  Confidence.LOW,
                  "administrators copy mailboxes so too",
                  Published.ATTACK + "T1114/002/")),
          new Rule(
              FETCH_WORDS,
              FETCHES_TO_HIDING,
              null,
              null,
              new Deed(
                  FETCHED,
                  Confidence.MEDIUM,
                  "from an address without a name to where intruders hide things",
                  Published.ATTACK + "T1105/")),
          new Rule(
              FETCH_WORDS,
              FETCHES,
              null,
              null,
              new Deed(FETCHED, Confidence.LOW, ORDINARY, Published.ATTACK + "T1105/")),
          rule(
              List.of("wevtutil", "clear-eventlog"),
              "\\bwevtutil(?:\\.exe)?[\"']?\\s{1,9}(?:cl|clear-log)\\s|\\bclear-eventlog\\b",
              "event log cleared from a command line",
              Confidence.LOW,
              "administrators clear logs too; what was in it is gone",
              "T1070/001/"),
          rule(
              List.of("\\logfiles\\", "v15\\logging"),
              "\\b(?:del|erase|rd|rmdir|remove-item)\\s[^\\n]{0,300}?"
                  + "\\\\(?:logfiles\\\\(?:w3svc|httperr)|v15\\\\logging)",
              "logs of the web server or of Exchange deleted",
              Confidence.LOW,
              "housekeeping does so too",
              "T1070/004/"),
          rule(
              List.of("nltest", "adfind"),
              "\\bnltest(?:\\.exe)?[\"']?\\s{1,9}/(?:domain_trusts|dclist|dsgetdc)|\\badfind\\b",
              EXPLORED,
              Confidence.LOW,
              ORDINARY,
              "T1482/"),
          rule(
              List.of("group"),
              "\\bnet1?(?:\\.exe)?[\"']?\\s{1,9}group\\s(?![^\\n]{0,200}?/del)[^\\n]{0,60}?"
                  + "(?:admins|exchange)",
              EXPLORED,
              Confidence.LOW,
              ORDINARY,
              "T1482/"));

  private Commands() {}

  private static Rule rule(
      List<String> words,
      String pattern,
      String title,
      Confidence confidence,
      String reason,
      String technique) {
    Deed deed = new Deed(title, confidence, reason, Published.ATTACK + technique);
    return new Rule(words, pattern(pattern), null, null, deed);
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
  }

  /**
   * What the command line does, each deed once and the surest reason for it. A search for a word is
   * not its use: what is named in searches alone is told as that.
   *
   * @param program the path of the program that was started; empty if it is not known
   */
  static List<Deed> deeds(String command, String program) {
    String text =
        command.length() > MAX_CHARACTERS ? command.substring(0, MAX_CHARACTERS) : command;
    List<Deed> all = fitting(text);
    if (all.isEmpty()) {
      return all;
    }
    String acts = Searches.genuine(program) ? Searches.without(text) : text;
    List<Deed> deeds = acts.equals(text) ? all : fitting(acts);
    boolean named = all.stream().anyMatch(deed -> deed.confidence() != Confidence.LOW);
    return deeds.isEmpty() && named ? List.of(LOOKED_FOR) : deeds;
  }

  private static List<Deed> fitting(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<Deed> deeds = new ArrayList<>();
    for (Rule rule : RULES) {
      if (rule.fits(text, lower)
          && deeds.stream().noneMatch(deed -> deed.title().equals(rule.deed().title()))) {
        deeds.add(rule.deed());
      }
    }
    return deeds;
  }
}

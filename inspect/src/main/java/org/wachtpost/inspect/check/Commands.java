package org.wachtpost.inspect.check;

import java.util.ArrayList;
import java.util.List;
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

  /** The command line has the pattern, and somewhere a place of these if any are given. */
  private record Rule(Pattern pattern, @Nullable Pattern place, Deed deed) {
    boolean fits(String command) {
      return pattern.matcher(command).find() && (place == null || place.matcher(command).find());
    }
  }

  private static final String PACKING = "mail or dumps packed";
  private static final String PACKED =
      "\\b(?:7z[ar]?|rar|winrar|makecab|compress-archive)(?:\\.exe)?\\b[^\\n]{0,1000}?"
          + "\\.(?:pst|ost|edb|dit|dmp)\\b";

  /** Where intruders put what they want to fetch, and few others anything. */
  private static final Pattern HIDING =
      Pattern.compile(
          "\\\\(?:programdata\\\\(?!microsoft\\\\)|windows\\\\temp|users\\\\public|perflogs|inetpub"
              + "|httpproxy|aspnet_client|\\$recycle)",
          Pattern.CASE_INSENSITIVE);

  private static final List<Rule> RULES =
      List.of(
          rule(
              "powercat|nishang|mimikatz|invoke-powershelltcp|sekurlsa::|lsadump::|privilege::debug"
                  + "|secretsdump|nanodump|pypykatz|lazagne",
              "passwords dumped or tool run",
              Confidence.HIGH,
              "the command line names the tool",
              "T1003/001/"),
          rule(
              "comsvcs[^\\n]{0,1000}?(?:minidump|#\\+?0{0,9}24\\b)"
                  + "|rundll32[^\\n]{0,1000}?,\\s{0,9}minidump\\b|out-minidump|minidumpwritedump"
                  + "|procdump[^\\n]{0,200}?\\blsass|-m[amp]\\s{1,9}[\"']?lsass"
                  + "|\\blsass[^\\n*?]{0,200}?\\.dmp\\b",
              "passwords dumped or tool run",
              Confidence.HIGH,
              "it writes the memory of lsass, which holds passwords, to a file",
              "T1003/001/"),
          rule(
              "procdump",
              "passwords dumped or tool run",
              Confidence.LOW,
              "of what it took the memory is not said; support asks for dumps too",
              "T1003/001/"),
          rule(
              "\\breg(?:\\.exe)?[\"']?\\s{1,9}(?:save|export)\\s{1,9}[\"']?"
                  + "(?:hklm|hkey_local_machine)\\\\(?:sam|security)\\b",
              "passwords copied from the registry",
              Confidence.HIGH,
              "the hives hold the passwords of the server's accounts",
              "T1003/002/"),
          rule(
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
              "\\bntds\\.dit\\b",
              "the domain's password store reached for",
              Confidence.LOW,
              "it is checked, and excluded from scans, by its name",
              "T1003/003/"),
          new Rule(
              Pattern.compile(PACKED, Pattern.CASE_INSENSITIVE),
              HIDING,
              new Deed(
                  PACKING,
                  Confidence.MEDIUM,
                  "what is packed where intruders hide things is about to be taken away",
                  Published.ATTACK + "T1560/001/")),
          rule(
              PACKED,
              PACKING,
              Confidence.LOW,
              "administrators pack the mail of who has left, and dumps for support",
              "T1560/001/"),
          rule(
              "echo \\[S\\]\\s{0,9}&\\s{0,9}(?:cd|chdir|pwd)\\s{0,9}&\\s{0,9}echo \\[E\\]",
              "command of a web shell's client",
              Confidence.HIGH,
              "the marks between which a web shell's client looks for the answer",
              "T1505/003/"),
          rule(
              "\\bplink\\b[^\\n]{0,300}?\\s-R\\s|\\s-R\\s[^\\n]{0,100}?:3389\\b|\\bngrok\\b"
                  + "|\\bfrpc\\b|\\bchisel\\b",
              "remote desktop led out through a tunnel",
              Confidence.HIGH,
              "whoever is at its other end can log in from outside",
              "T1572/"),
          rule(
              "\\bvssadmin(?:\\.exe)?[\"']?\\s{1,9}delete\\s{1,9}shadows(?![^\\n]{0,200}/oldest)"
                  + "|\\bshadowcopy\\s{1,9}delete\\b|\\bwbadmin\\b[^\\n]{0,60}?\\bdelete\\b"
                  + "(?![^\\n]{0,200}-(?:keepversions:[1-9]|deleteoldest))"
                  + "|\\bbcdedit\\b[^\\n]{0,100}?recoveryenabled[\"']?\\s{1,9}no\\b",
              "recovery made impossible",
              Confidence.MEDIUM,
              "whoever encrypts a server does this before",
              "T1490/"),
          rule(
              "\\bdelete\\s{1,9}shadows\\b[^\\n]{0,200}/oldest"
                  + "|\\bwbadmin\\b[^\\n]{0,260}?-(?:keepversions:[1-9]|deleteoldest)",
              "old backups or shadow copies deleted",
              Confidence.LOW,
              "what is scheduled to make room does so",
              "T1490/"),
          rule(
              "set-mppreference\\b[^\\n]{0,300}?-disable\\w{3,40}\\s{1,9}(?:\\$?true|1)\\b",
              "Defender weakened from a command line",
              Confidence.LOW, // as the event that says so, 5001
              "administrators do so too",
              "T1562/001/"),
          rule(
              "\\bnet1?(?:\\.exe)?[\"']?\\s{1,9}(?:user|localgroup|group)\\s[^\\n]{0,100}?"
                  + "/(?:add|active:yes)\\b|fdenytsconnections",
              "way in made from a command line",
              Confidence.LOW,
              "ordinary in an administrator's hands",
              "T1098/"),
          rule(
              "\\bnltest(?:\\.exe)?[\"']?\\s{1,9}/(?:domain_trusts|dclist|dsgetdc)|\\badfind\\b"
                  + "|\\bnet1?(?:\\.exe)?[\"']?\\s{1,9}group\\s[^\\n]{0,60}?(?:admins|exchange)",
              "the domain explored",
              Confidence.LOW,
              "ordinary in an administrator's hands",
              "T1482/"));

  private Commands() {}

  private static Rule rule(
      String pattern, String title, Confidence confidence, String reason, String technique) {
    return new Rule(
        Pattern.compile(pattern, Pattern.CASE_INSENSITIVE),
        null,
        new Deed(title, confidence, reason, Published.ATTACK + technique));
  }

  /** What the command line does, each deed once and the surest reason for it. */
  static List<Deed> deeds(String command) {
    String text =
        command.length() > MAX_CHARACTERS ? command.substring(0, MAX_CHARACTERS) : command;
    List<Deed> deeds = new ArrayList<>();
    for (Rule rule : RULES) {
      boolean told = deeds.stream().anyMatch(deed -> deed.title().equals(rule.deed().title()));
      if (!told && rule.fits(text)) {
        deeds.add(rule.deed());
      }
    }
    return deeds;
  }
}

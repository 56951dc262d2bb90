package org.wachtpost.inspect.check;

import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.artefact.EcpCommand;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;
import org.wachtpost.inspect.rules.Rules;

/** I08 and I20: what a management cmdlet means, wherever it was logged. Any thread. */
final class CmdletRules {
  private static final Pattern SCRIPT_FILE =
      Pattern.compile(
          "\\.(aspx|ashx|asmx|asp|cer|soap|svc)['\"\\s;,)&]|\\.(aspx|ashx|asmx|asp)$",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FILE_PARAMETER =
      Pattern.compile(
          "-?(FilePath|RequestFile|OutputFile|FileName|FilePathName)[\\s:=]+['\"]?"
              + "([^'\";]{1,400})",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ADDRESS_PARAMETER =
      Pattern.compile(
          "-?(ExternalUrl|InternalUrl)[\\s:=]+('(?:[^']|'')*'?|\"[^\"]*\"?|\\S+)",
          Pattern.CASE_INSENSITIVE);

  /** Where intruders put what they want to fetch, and shares that are not the organisation's. */
  private static final Pattern HIDDEN =
      Pattern.compile(
          "\\\\(?:programdata|windows\\\\temp|users\\\\public|perflogs|inetpub|httpproxy"
              + "|aspnet_client|\\$recycle\\.bin)\\\\"
              + "|\\\\\\\\(?!10\\.|127\\.|192\\.168\\.|172\\.(?:1[6-9]|2\\d|3[01])\\.|169\\.254\\.)"
              + "\\d{1,3}(?:\\.\\d{1,3}){3}\\\\",
          Pattern.CASE_INSENSITIVE);

  private static final String[] THEFT = {
    "inboxrule",
    "transportrule",
    "forward",
    "mailboxpermission",
    "mailboxfolderpermission",
    "exportrequest",
    "search-mailbox"
  };

  private final Rules rules;
  private final FindingSink sink;

  CmdletRules(Rules rules, FindingSink sink) {
    this.rules = rules;
    this.sink = sink;
  }

  /** One run of a cmdlet. */
  record Run(
      String cmdlet,
      String parameters,
      String user,
      String application,
      boolean succeeded,
      @Nullable Instant time,
      Source source,
      String client) {}

  /** Reports what is worth it about a run. */
  void review(Run run) {
    String lower = run.cmdlet().toLowerCase(Locale.ROOT);
    if ((lower.startsWith("set-") || lower.startsWith("new-"))
        && lower.endsWith("virtualdirectory")) {
      addresses(run);
    }
    String parameters = run.parameters().toLowerCase(Locale.ROOT);
    // The word is in every name the pattern knows: most runs need not be searched for them.
    Matcher file = FILE_PARAMETER.matcher(parameters.contains("file") ? run.parameters() : "");
    while (file.find()) {
      String path = file.group(2).strip();
      if (SCRIPT_FILE.matcher(path + " ").find()) {
        scriptWritten(run, path);
      }
    }
    for (Rules.Cmdlet listed : rules.cmdlets()) {
      boolean matches =
          listed.name().equalsIgnoreCase(run.cmdlet())
              && (listed.parameter().isEmpty()
                  || parameters.contains(listed.parameter().toLowerCase(Locale.ROOT)));
      if (matches) {
        listed(run, listed);
        return;
      }
    }
  }

  private void addresses(Run run) {
    Matcher matcher = ADDRESS_PARAMETER.matcher(run.parameters());
    boolean found = false;
    while (matcher.find()) {
      String address = matcher.group(2);
      String markup = EcpCommand.markup(address);
      if (markup != null || EcpCommand.oddHost(address.replace("'", "").replace("\"", ""))) {
        found = true;
        written(run, address, markup != null);
      }
    }
    if (!found && EcpCommand.markup(run.parameters()) != null) {
      written(run, run.parameters(), true);
    }
  }

  private void written(Run run, String address, boolean markup) {
    sink.report(
        sighting(
                CheckId.I08, run, Stage.WRITTEN, "web shell put into a virtual directory's address")
            .because(
                markup ? Confidence.HIGH : Confidence.MEDIUM,
                markup ? "an address never holds markup" : "a host of so few letters is made up")
            .decisive(markup && run.succeeded())
            .see(Published.VOLEXITY)
            .detail("address", address));
  }

  private void scriptWritten(Run run, String path) {
    sink.report(
        sighting(
                CheckId.I08,
                run,
                run.succeeded() ? Stage.WRITTEN : Stage.ATTEMPTED,
                "cmdlet writes a file that the web server would run")
            .because(Confidence.HIGH, "no administrator writes " + run.cmdlet() + " to a page")
            .decisive(run.succeeded())
            .see(Published.PROXYSHELL)
            .detail("chain", "ProxyShell")
            .detail("file", path));
  }

  private void listed(Run run, Rules.Cmdlet listed) {
    boolean theft = false;
    for (String part : THEFT) {
      theft |=
          listed.name().toLowerCase(Locale.ROOT).contains(part)
              || listed.parameter().toLowerCase(Locale.ROOT).contains(part);
    }
    sink.report(
        sighting(theft ? CheckId.I20 : CheckId.I08, run, Stage.AFTER, "cmdlet to review")
            .because(confidence(run, listed), listed.reason())
            .see(Published.ATTACK + "T1098/"));
  }

  private static Confidence confidence(Run run, Rules.Cmdlet listed) {
    // What an administrator runs by hand cannot be told from an intruder by the cmdlet alone.
    if (listed.name().equals("New-MailboxExportRequest")
        && HIDDEN.matcher(run.parameters()).find()) {
      return Confidence.MEDIUM;
    }
    boolean bySystem =
        run.user().endsWith("$")
            || run.user().toLowerCase(Locale.ROOT).contains("nt authority\\system");
    return bySystem && listed.confidence().equals("high") ? Confidence.HIGH : Confidence.LOW;
  }

  private static Sighting sighting(CheckId check, Run run, Stage stage, String title) {
    return new Sighting(check, stage, title, run.source())
        .at(run.time())
        .detail("cmdlet", run.cmdlet())
        .detail("parameters", run.parameters())
        .detail("user", run.user())
        .detail("application", run.application())
        .detail("result", run.succeeded() ? "succeeded" : "failed")
        .detail("client", run.client())
        .sameAs(run.cmdlet() + " " + run.parameters());
  }
}

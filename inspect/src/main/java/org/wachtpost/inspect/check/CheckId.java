package org.wachtpost.inspect.check;

/** The checks, by the identifiers that reports use. */
public enum CheckId {
  I01("build and security update", "ExSetup.exe, a list of updates or an Exchange log"),
  I02(
      "mitigations and Microsoft's own tools",
      "web.config, msert.log, EOMTSummary.txt or Logging\\MitigationService"),
  I03("requests sent on as the server (HttpProxy)", "Logging\\HttpProxy logs"),
  I04("exploit addresses in requests", "HttpProxy or IIS logs"),
  I05("virtual directories changed (ECP)", "Logging\\ECP\\Server logs"),
  I06("file written through the address book download", "Logging\\OABGeneratorLog logs"),
  I07("errors that exploitation leaves", "Application.evtx"),
  I08("management cmdlets", "MSExchange Management.evtx or Rps_Cmdlet logs"),
  I09("virtual directory settings", "a dump of OAB, OWA, ECP or EWS virtual directories"),
  I10("pages that do not belong", "web folders of Exchange or inetpub"),
  I11(
      "pages changed in place",
      "pages of Exchange and a baseline of hashes of its build (--baseline)"),
  I12("web shells by content", "web folders or any pages"),
  I13("compiled pages", "Temporary ASP.NET Files"),
  I14("use of pages that do not belong", "IIS logs"),
  I15("published indicators", "any logs or files"),
  I16("programs and files from the web server's processes", "Security, Sysmon or Defender events"),
  I17("persistence", "tasks, applicationHost.config, Security or System events"),
  I18("dumps and archives", "temp, ProgramData, public and web folders"),
  I19("gaps, cleared and rolled logs", "any logs"),
  I20("forwarding, rules, exports and permissions", "cmdlet logs or events");

  private final String title;
  private final String needs;

  CheckId(String title, String needs) {
    this.title = title;
    this.needs = needs;
  }

  /** What it looks for. */
  public String title() {
    return title;
  }

  /** The evidence it needs, in words for "could not look: needs …; the evidence has none". */
  public String needs() {
    return needs;
  }
}

package org.wachtpost.inspect.generator;

/** The row logs of the server, each with its own place. */
enum Stream {
  IIS_FRONT("", ""),
  IIS_BACK("", ""),
  ECP_SERVER("", ""),
  AUTODISCOVER("Autodiscover", "/autodiscover"),
  EAS("Eas", "/Microsoft-Server-ActiveSync"),
  ECP("Ecp", "/ecp"),
  EWS("Ews", "/EWS"),
  MAPI("Mapi", "/mapi"),
  OAB("Oab", "/OAB"),
  OWA("Owa", "/owa"),
  OWA_CALENDAR("OwaCalendar", "/owa/calendar"),
  POWERSHELL("PowerShell", "/PowerShell"),
  RPC_HTTP("RpcHttp", "/rpc");

  /** Folder under {@code Logging\HttpProxy}, or empty. */
  final String folder;

  /** The virtual directory, or empty. */
  final String path;

  Stream(String folder, String path) {
    this.folder = folder;
    this.path = path;
  }

  boolean isProxy() {
    return !folder.isEmpty();
  }
}

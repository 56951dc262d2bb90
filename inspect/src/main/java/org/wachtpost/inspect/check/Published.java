package org.wachtpost.inspect.check;

/** Where the things looked for are described. */
final class Published {
  static final String PROXYLOGON_LOGS =
      "https://github.com/microsoft/CSS-Exchange/blob/main/Security/src/Test-ProxyLogon.ps1";
  static final String HAFNIUM =
      "https://www.microsoft.com/security/blog/2021/03/02/hafnium-targeting-exchange-servers/";
  static final String VOLEXITY =
      "https://www.volexity.com/blog/2021/03/02/"
          + "active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/";
  static final String FIREEYE =
      "https://www.fireeye.com/blog/threat-research/2021/03/"
          + "detection-response-to-exploitation-of-microsoft-exchange-zero-day-vulnerabilities.html";
  static final String CISA = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-062a";
  static final String NMAP = "https://nmap.org/nsedoc/scripts/http-vuln-cve2021-26855.html";
  static final String PROXYSHELL =
      "https://www.zerodayinitiative.com/blog/2021/8/17/"
          + "from-pwn2own-2021-a-new-attack-surface-on-microsoft-exchange-proxyshell";
  static final String PROXYNOTSHELL =
      "https://msrc.microsoft.com/blog/2022/09/"
          + "customer-guidance-for-reported-zero-day-vulnerabilities-in-microsoft-exchange-server/";
  static final String OWASSRF =
      "https://www.crowdstrike.com/blog/" + "owassrf-exploit-analysis-and-recommendations/";
  static final String BUILDS =
      "https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates";
  static final String SIGMA_RESET =
      "https://github.com/SigmaHQ/sigma/blob/master/rules-emerging-threats/2021/Exploits/"
          + "CVE-2021-26858/web_cve_2021_26858_iis_rce.yml";
  static final String SHELLS = "https://github.com/nsacyber/Mitigating-Web-Shells";
  static final String IIS_MODULES =
      "https://www.microsoft.com/security/blog/2022/07/26/"
          + "malicious-iis-extensions-quietly-open-persistent-backdoors-into-servers/";
  static final String ATTACK = "https://attack.mitre.org/techniques/";

  private Published() {}
}

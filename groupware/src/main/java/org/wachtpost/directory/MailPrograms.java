package org.wachtpost.directory;

import java.util.ArrayList;
import java.util.List;
import org.wachtpost.directory.DomainZone.ZoneRecord;

/**
 * What mail programs are told, so that a person has to enter only address and password.
 *
 * @param imaps port of IMAP over TLS; 0 where there is none, as with the others
 * @param imap port of IMAP with STARTTLS
 * @param submissions port of submission over TLS
 * @param submission port of submission with STARTTLS
 */
public record MailPrograms(int imaps, int imap, int submissions, int submission) {

  /** Where a mail program looks for {@link #settings}: the host's first label, and the path. */
  public static final String HOST_PREFIX = "autoconfig.";

  public static final String PATH = "/mail/config-v1.1.xml";

  /** The second place that it looks at, on the host that is called as the domain is. */
  public static final String WELL_KNOWN_PATH = "/.well-known/autoconfig" + PATH;

  /**
   * SRV records; TLS from the start comes before STARTTLS (RFC 6186 §3.3, RFC 8314 §5.1).
   *
   * @param host name of this server, lower-case A-labels
   */
  List<ZoneRecord> records(String domain, String host) {
    List<ZoneRecord> records = new ArrayList<>();
    add(records, "_imaps._tcp." + domain, 0, imaps, host);
    add(records, "_imap._tcp." + domain, 10, imap, host);
    add(records, "_submissions._tcp." + domain, 0, submissions, host);
    add(records, "_submission._tcp." + domain, 10, submission, host);
    return records;
  }

  private static void add(
      List<ZoneRecord> records, String name, int priority, int port, String host) {
    if (port != 0) {
      String data = priority + " 1 " + port + " " + host + ".";
      records.add(
          new ZoneRecord(name, "SRV", data, null, "Mail programs look here for the server."));
    }
  }

  /**
   * The settings in the form that Thunderbird, Evolution, KMail and others fetch (config-v1.1.xml),
   * lines that end in LF.
   *
   * @param domain lower-case A-labels
   * @param hostname name of this server as the settings have it
   * @throws DirectoryException if it is no name of a host
   */
  public String settings(String domain, String hostname) {
    String host = DomainZone.host(hostname);
    StringBuilder xml = new StringBuilder(2048);
    xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<clientConfig version=\"1.1\">\n");
    xml.append("  <emailProvider id=\"").append(domain).append("\">\n");
    for (String element : List.of("domain", "displayName", "displayShortName")) {
      xml.append("    <").append(element).append('>').append(domain);
      xml.append("</").append(element).append(">\n");
    }
    append(xml, "incomingServer type=\"imap\"", host, imaps, "SSL");
    append(xml, "incomingServer type=\"imap\"", host, imap, "STARTTLS");
    append(xml, "outgoingServer type=\"smtp\"", host, submissions, "SSL");
    append(xml, "outgoingServer type=\"smtp\"", host, submission, "STARTTLS");
    return xml.append("  </emailProvider>\n</clientConfig>\n").toString();
  }

  private static void append(
      StringBuilder xml, String element, String host, int port, String socketType) {
    if (port != 0) {
      xml.append("    <").append(element).append(">\n");
      xml.append("      <hostname>").append(host).append("</hostname>\n");
      xml.append("      <port>").append(port).append("</port>\n");
      xml.append("      <socketType>").append(socketType).append("</socketType>\n");
      xml.append("      <authentication>password-cleartext</authentication>\n");
      xml.append("      <username>%EMAILADDRESS%</username>\n");
      xml.append("    </").append(element, 0, element.indexOf(' ')).append(">\n");
    }
  }
}

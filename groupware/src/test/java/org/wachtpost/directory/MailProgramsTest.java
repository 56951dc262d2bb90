package org.wachtpost.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MailProgramsTest {
  @Test
  void settingsAreInTheFormThatMailProgramsFetch() {
    assertThat(new MailPrograms(993, 0, 0, 587).settings("example.test", "Mail.example.test"))
        .isEqualTo(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <clientConfig version="1.1">
              <emailProvider id="example.test">
                <domain>example.test</domain>
                <displayName>example.test</displayName>
                <displayShortName>example.test</displayShortName>
                <incomingServer type="imap">
                  <hostname>mail.example.test</hostname>
                  <port>993</port>
                  <socketType>SSL</socketType>
                  <authentication>password-cleartext</authentication>
                  <username>%EMAILADDRESS%</username>
                </incomingServer>
                <outgoingServer type="smtp">
                  <hostname>mail.example.test</hostname>
                  <port>587</port>
                  <socketType>STARTTLS</socketType>
                  <authentication>password-cleartext</authentication>
                  <username>%EMAILADDRESS%</username>
                </outgoingServer>
              </emailProvider>
            </clientConfig>
            """);
  }

  /** Who takes the first that it can use is led to TLS from the start. */
  @Test
  void tlsFromTheStartComesFirst() {
    assertThat(new MailPrograms(993, 143, 465, 587).settings("example.test", "mail.example.test"))
        .containsSubsequence("imap", "<port>993<", ">SSL<", "imap", "<port>143<", ">STARTTLS<")
        .containsSubsequence("smtp", "<port>465<", ">SSL<", "smtp", "<port>587<", ">STARTTLS<");
  }

  @Test
  void aHostThatIsNoneIsRefused() {
    MailPrograms programs = new MailPrograms(993, 143, 465, 587);
    assertThatThrownBy(() -> programs.settings("example.test", "a<b"))
        .isInstanceOf(DirectoryException.class);
  }
}

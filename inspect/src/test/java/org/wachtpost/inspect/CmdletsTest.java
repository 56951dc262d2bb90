package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wachtpost.inspect.model.Confidence;

/** What remote PowerShell was asked to run, one row at a time. */
class CmdletsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "New-MailboxExportRequest!-FilePath \\\\nas\\left\\ann.pst!I20!LOW",
        "New-MailboxExportRequest!-FilePath \\\\10.0.0.9\\left\\ann.pst!I20!LOW",
        "New-MailboxExportRequest!-FilePath \\\\localhost\\c$\\ProgramData\\a.pst!I20!MEDIUM",
        "New-MailboxExportRequest!-FilePath \\\\198.51.100.7\\share\\a.pst!I20!MEDIUM",
        "New-InboxRule!-ForwardAsAttachmentTo a@b.test!I20!LOW",
        "Set-InboxRule!-RedirectTo a@b.test!I20!LOW",
        "Set-Mailbox!-ForwardingAddress a!I20!LOW",
        "Remove-OabVirtualDirectory!-Force!I08!LOW",
        "New-OabVirtualDirectory!-Path c:\\x!I08!LOW"
      })
  void whatIsToBeReviewedIsTold(String cmdlet, String parameters, String check, Confidence sure)
      throws Exception {
    Path log = folder.resolve("V15/Logging/CmdletInfra/Powershell-Proxy/Cmdlet/Rps_Cmdlet_1.LOG");
    Files.createDirectories(log.getParent());
    Files.writeString(
        log,
        "#Software: Microsoft Exchange Server\r\n#Log-type: Rps Cmdlet Logs\r\n"
            + "#Fields: DateTime,AuthenticatedUser,Cmdlet,Parameters,ExecutionResult\r\n"
            + "2021-08-01T01:00:00.000Z,EXAMPLE\\carol,"
            + cmdlet
            + ",\""
            + parameters
            + "\",Success\r\n");
    assertThat(
            Inspection.run(
                    InspectOptions.of(List.of(folder), Instant.parse("2026-01-01T00:00:00Z")),
                    ProgressListener.NONE)
                .findings())
        .singleElement()
        .matches(one -> one.check().equals(check) && one.confidence() == sure);
  }
}

package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.evidence.Evidence;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.EvidenceLimits;

/** A look for words saves most files' texts and changes nothing that they are taken for. */
class ClassifierTest {
  private static final int FILES = 4000;
  private static final long SEED = 20260101;

  private static final List<String> NAMES =
      List.of(
          "a.js",
          "a.log",
          "a.txt",
          "a.xml",
          "a.config",
          "web.config",
          "a",
          "applicationHost.config",
          "a.compiled",
          "a.wer",
          "msert.log",
          "EOMTSummary.txt",
          "CmdletInfra.log",
          "V15/Logging/HttpProxy/owa/a.log",
          "V15/Logging/MitigationService/a.log",
          "V15/Logging/OABGeneratorLog/a.log",
          "inetpub/logs/LogFiles/W3SVC1/u_ex.log");

  /** All that a text is known by, with what it needs beside it, and ordinary words. */
  private static final List<String> PIECES =
      List.of(
          "#Software: Microsoft Internet Information Services 10.0\n",
          "#Software: Microsoft Exchange Server\n",
          "#Log-type: HttpProxy Logs\n",
          "#Log-type: ECP Server Log\n",
          "#Log-Type: POP3 Log\n",
          "#Fields: date time cs-uri-stem\n",
          "#Fields: DateTime,a\n",
          "AnchorMailbox,RoutingHint\n",
          "\"TimeStamp\", ServerName, EventId, EventData\n",
          "Cmdlet,Parameters,ExecutionResult\n",
          ",Cmdlet,",
          "ExecutionResult",
          "Offline Address Book generation",
          "dateTime,sessionId,seqNumber,\n",
          "<system.applicationHost>",
          "http://schemas.microsoft.com/windows/2004/02/mit/task",
          "Microsoft Safety Scanner",
          "ExternalUrl : \nInternalUrl : ",
          "OfflineAddressBooks",
          "<configuration>",
          "runat=\"server\"",
          "<%",
          "Security Update for Exchange Server",
          "KB5000871",
          " Directory of C:\\root\n",
          "function a(b) { return b; }\n",
          "element.className = 'date';\n",
          "\n",
          "\u00ef\u00bb\u00bf",
          "\u00e9");

  @TempDir Path folder;

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int pieces = random.nextInt(5); pieces >= 0; pieces--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  @Test
  void wordsThatAreNotThereTellNothing() throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < FILES; i++) {
      Path file = folder.resolve("f" + i).resolve(NAMES.get(random.nextInt(NAMES.size())));
      Files.createDirectories(file.getParent());
      Files.write(file, text(random).getBytes(StandardCharsets.ISO_8859_1));
    }
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    int passedOver = 0;
    try (Evidence evidence =
        Evidence.open(List.of(folder), EvidenceLimits.STANDARD, files -> files)) {
      assertThat(evidence.files()).hasSize(FILES);
      for (EvidenceFile file : evidence.files()) {
        byte[] head = file.head(Opening.HEAD_BYTES);
        boolean code = random.nextBoolean();
        Classifier.Claimed known = Classifier.byText(file, head, Classifier.lower(head), code);
        kinds.add(known.kind());
        if (!Classifier.mayTell(head)) {
          passedOver++;
          assertThat(Classifier.byText(file, head, "", code))
              .as("seed %d, %s", SEED, file.path())
              .isEqualTo(known);
        }
      }
    }
    assertThat(passedOver).isGreaterThan(FILES / 20);
    assertThat(kinds).hasSizeGreaterThan(15);
  }
}

package org.wachtpost.inspect.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.evidence.Evidence;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.EvidenceLimits;

/** A log is what it is by itself, whatever log came before it. */
class LastLogTest {
  private static final String HEAD = "#Software: Microsoft Exchange Server\r\n";
  private static final String PROXY =
      HEAD
          + "#Version: 15.01.2106.002\r\n#Log-type: HttpProxy Logs\r\n"
          + "#Date: 2021-03-03T06:00:05.760Z\r\n#Fields: DateTime,RequestId,AnchorMailbox\r\n";
  private static final String ROW = "2021-03-03T06:00:05.760Z,r,Sid~S-1-5\r\n";

  private static final List<String> CONTENTS =
      List.of(
          PROXY + ROW,
          PROXY.replace("06:00:05.760", "07:11:12.013") + ROW,
          PROXY,
          PROXY + "#Fields: date time cs-uri-stem\r\n2021-03-03 06:00:05 /owa/\r\n",
          PROXY.replace("#Fields", "#fIELDS") + ROW,
          PROXY.replace("HttpProxy", "HttpPrsxy") + ROW,
          HEAD + "#Log-type: Log 1\r\n#Fields: DateTime\r\n" + ROW,
          HEAD + "#Log-type: Log 2\r\n#Fields: DateTime\r\n" + ROW,
          HEAD + "#Date: 2021-03-03T06:00:05.760Z\r\nanchormailbox,routinghint\r\n",
          HEAD + "#Date: 2021-03-03T06:00:05.760Z\r\ncmdlet,parameters,executionresult\r\n",
          "\u00ef\u00bb\u00bf" + PROXY + ROW,
          "#",
          "",
          "MZ" + PROXY);
  private static final List<String> NAMES =
      List.of(
          "HttpProxy_2021030306-1.LOG",
          "HttpProxy_2021030307-1.LOG",
          "HttpProxy_2021030308-10.LOG",
          "Activity_2021030306-1.LOG",
          "Cmdlet_2021030306-1.LOG",
          "lsass_2021030306-1.LOG",
          "HttpProxy_2021030309-1.txt");
  private static final List<String> FOLDERS =
      List.of("Logging/HttpProxy/Owa", "Logging/HttpProxy/Ecp", "Logging/Oab", "LogFiles/W3SVC1");

  @TempDir Path folder;

  @Test
  void everyLogIsWhatItIsByItself() throws IOException {
    long seed = Long.getLong("wachtpost.seed", new Random().nextLong());
    System.out.println("LastLogTest seed " + seed + " (-Dwachtpost.seed=...)");
    Random random = new Random(seed);
    int number = 0;
    for (String in : FOLDERS) {
      for (String name : NAMES) {
        for (String content : CONTENTS) {
          Path place = folder.resolve((number++ % CONTENTS.size()) + "/C/Exchange/V15/" + in);
          Files.createDirectories(place);
          Files.write(place.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    }
    try (Evidence evidence =
        Evidence.open(List.of(folder), EvidenceLimits.STANDARD, files -> files)) {
      List<EvidenceFile> files = new ArrayList<>(evidence.files());
      LastLog last = new LastLog();
      for (int round = 0; round < 20; round++) {
        for (EvidenceFile file : files) {
          try (Opening one = new Opening(file);
              Opening other = new Opening(file)) {
            assertThat(last.classify(one)).as("%s", file).isEqualTo(Classifier.classify(other));
          }
        }
        Collections.shuffle(files, random);
      }
    }
  }
}

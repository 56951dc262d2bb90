package org.wachtpost.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wachtpost.inspect.model.InspectReport;
import org.wachtpost.inspect.model.Verdict;

/** What cannot be opened is said by name, with what to do about it. */
class ContainerNotesTest {
  @TempDir Path folder;

  private void file(String name, int offset, String octets) throws Exception {
    byte[] bytes = new byte[4_096];
    byte[] mark = octets.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(mark, 0, bytes, offset, mark.length);
    Files.write(folder.resolve(name), bytes);
  }

  private InspectReport inspect(Path path) throws Exception {
    return Inspection.run(
        InspectOptions.of(List.of(path), Instant.parse("2026-01-01T00:00:00Z")),
        ProgressListener.NONE);
  }

  @Test
  void archivesAreToBeUnpacked() throws Exception {
    file("triage.7z", 0, "7z\u00bc\u00af'\u001c");
    file("logs.rar", 0, "Rar!\u001a\u0007\u0001\0");
    file("logs.tar", 257, "ustar\00000");
    InspectReport report = inspect(folder);
    assertThat(report.coverage().notes())
        .contains(
            "not opened, 7z archive, unpack it and give the folder: " + folder.resolve("triage.7z"),
            "not opened, rar archive, unpack it and give the folder: " + folder.resolve("logs.rar"),
            "not opened, tar archive, unpack it and give the folder: "
                + folder.resolve("logs.tar"));
    assertThat(report.verdict()).isEqualTo(Verdict.CANNOT_TELL);
  }

  @Test
  void diskImagesAreToBeMounted() throws Exception {
    file("disk.vhdx", 0, "vhdxfile");
    file("disk.E01", 0, "EVF\t\r\n\u00ff\0");
    file("disk.dd", 512, "EFI PART");
    file("volume.dd", 3, "NTFS    ");
    assertThat(inspect(folder).coverage().notes())
        .contains(
            "not opened, VHDX disk image, mount it read-only and give the root of the drive: "
                + folder.resolve("disk.vhdx"),
            "not opened, EWF (E01) disk image, mount it read-only and give the root of the drive: "
                + folder.resolve("disk.E01"),
            "not opened, raw disk image, mount it read-only and give the root of the drive: "
                + folder.resolve("disk.dd")
                + ", "
                + folder.resolve("volume.dd"));
  }

  /** Whoever gives the image itself reads first what to do with it. */
  @Test
  void anImageAloneIsTheFirstThingSaid() throws Exception {
    byte[] disk = new byte[1_024];
    disk[450] = 7;
    disk[510] = 0x55;
    disk[511] = (byte) 0xaa;
    Files.write(folder.resolve("ex01.dd"), disk);
    file("part.ad1", 0, "ADSEGMENTEDFILE\0");
    InspectReport report = inspect(folder);
    assertThat(report.reason())
        .startsWith("The evidence holds no web log")
        .contains(
            " Not opened, raw disk image, mount it read-only and give the root of the drive: "
                + folder.resolve("ex01.dd")
                + ".")
        .contains(" Not opened, AD1 image");
  }

  @Test
  void whatIsPackedTwiceIsSeenToo() throws Exception {
    byte[] tar = new byte[1_024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar);
    }
    Path file = folder.resolve("logs.tar.gz");
    Files.write(file, packed.toByteArray());
    assertThat(inspect(file).coverage().notes())
        .anyMatch(note -> note.startsWith("not opened, tar archive") && note.contains("logs.tar"));
  }

  @Test
  void manyAreCounted() throws Exception {
    for (int i = 0; i < 8; i++) {
      file("triage" + i + ".7z", 0, "7z\u00bc\u00af'\u001c");
    }
    assertThat(inspect(folder).coverage().notes())
        .anyMatch(note -> note.startsWith("not opened, 7z") && note.endsWith(" and 3 more"));
  }

  @Test
  void textThatOnlyBeginsAlikeIsNoContainer() throws Exception {
    Files.writeString(folder.resolve("notes.txt"), "BZhang wrote this.\n");
    assertThat(inspect(folder).coverage().notes()).noneMatch(note -> note.startsWith("not opened"));
  }
}

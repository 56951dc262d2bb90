package org.wachtpost.inspect.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Files that hold other files and are not opened here. What is in them was not seen, and somebody
 * must hear that: a copy of a server often comes as one such file.
 */
record Container(String title, Way way, List<Mark> marks) {
  private static final int MAX_NAMED = 5;

  private static final List<Container> KNOWN =
      List.of(
          new Container("7z archive", Way.UNPACK, List.of(new Mark(0, "7z\u00bc\u00af'\u001c"))),
          new Container("rar archive", Way.UNPACK, List.of(new Mark(0, "Rar!\u001a\u0007"))),
          new Container("tar archive", Way.UNPACK, List.of(new Mark(257, "ustar"))),
          new Container("xz archive", Way.UNPACK, List.of(new Mark(0, "\u00fd7zXZ\0"))),
          new Container(
              "bzip2 archive", Way.UNPACK, List.of(new Mark(0, "BZh"), new Mark(4, "1AY&SY"))),
          new Container("zstd archive", Way.UNPACK, List.of(new Mark(0, "(\u00b5/\u00fd"))),
          new Container("WIM image", Way.UNPACK, List.of(new Mark(0, "MSWIM\0\0\0"))),
          new Container("VHDX disk image", Way.MOUNT, List.of(new Mark(0, "vhdxfile"))),
          new Container("VHD disk image", Way.MOUNT, List.of(new Mark(0, "conectix"))),
          new Container("VMDK disk image", Way.MOUNT, List.of(new Mark(0, "KDMV"))),
          new Container("QCOW disk image", Way.MOUNT, List.of(new Mark(0, "QFI\u00fb"))),
          new Container(
              "EWF (E01) disk image", Way.MOUNT, List.of(new Mark(0, "EVF\t\r\n\u00ff\0"))),
          new Container(
              "EWF (Ex01) disk image", Way.MOUNT, List.of(new Mark(0, "EVF2\r\n\u0081\0"))),
          new Container("raw disk image", Way.MOUNT, List.of(new Mark(3, "NTFS    "))),
          new Container("raw disk image", Way.MOUNT, List.of(new Mark(512, "EFI PART"))),
          new Container("raw disk image", Way.MOUNT, List.of(new Mark(4096, "EFI PART"))),
          // A master boot record whose first partition is of type 7, which NTFS has.
          new Container(
              "raw disk image",
              Way.MOUNT,
              List.of(new Mark(450, "\u0007"), new Mark(510, "U\u00aa"))),
          new Container("EWF (L01) image", Way.MOUNT, List.of(new Mark(0, "LVF\t\r\n\u00ff\0"))),
          new Container("AD1 image", Way.MOUNT, List.of(new Mark(0, "ADSEGMENTEDFILE"))));

  /** How to get at what is in it. */
  enum Way {
    UNPACK("unpack it and give the folder"),
    MOUNT("mount it read-only and give the root of the drive");

    private final String words;

    Way(String words) {
      this.words = words;
    }
  }

  /** Octets that are at a place, written as the characters of ISO 8859-1. */
  record Mark(int offset, String octets) {
    boolean isIn(byte[] head) {
      byte[] wanted = octets.getBytes(StandardCharsets.ISO_8859_1);
      int end = offset + wanted.length;
      return head.length >= end && Arrays.equals(head, offset, end, wanted, 0, wanted.length);
    }
  }

  /** The container that begins with these bytes. */
  static Optional<Container> of(byte[] head) {
    return KNOWN.stream()
        .filter(container -> container.marks.stream().allMatch(mark -> mark.isIn(head)))
        .findFirst();
  }

  /** What it is, and how to get at what is in it. */
  String words() {
    return title + ", " + way.words;
  }

  /** The containers met of one kind. */
  static final class Met {
    private final List<String> names = new ArrayList<>();
    private long count;

    void add(String path) {
      count++;
      if (names.size() < MAX_NAMED) {
        names.add(path);
      }
    }

    String note(String words) {
      return "not opened, "
          + words
          + ": "
          + String.join(", ", names)
          + (count > names.size() ? " and " + (count - names.size()) + " more" : "");
    }
  }
}

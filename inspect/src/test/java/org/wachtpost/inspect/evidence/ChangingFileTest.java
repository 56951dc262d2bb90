package org.wachtpost.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence that somebody works on while it is read. */
class ChangingFileTest {
  @TempDir Path folder;

  private DiskFile file(String content, long listed) throws Exception {
    Path file = Files.writeString(folder.resolve("a.log"), content);
    return new DiskFile(file, "a.log", WindowsPath.of("a.log"), listed, null);
  }

  /** The rest was taken for read, and the report said nothing. */
  @Test
  void aFileThatBecameShorterIsReadAndToldOf() throws Exception {
    byte[] bytes = new byte[16];
    try (InputStream stream = file("0123456789", 20).open()) {
      assertThat(stream.readNBytes(bytes, 0, 10)).isEqualTo(10);
      assertThatThrownBy(stream::read)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("became shorter while it was read: 10 of 20 bytes");
    }
  }

  @Test
  void aFileThatGrewIsReadToItsEnd() throws Exception {
    try (InputStream stream = file("0123456789", 5).open()) {
      assertThat(stream.readAllBytes()).hasSize(10);
    }
  }
}

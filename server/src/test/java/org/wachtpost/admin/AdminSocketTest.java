package org.wachtpost.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The admin socket, in directories with short and with long names. */
class AdminSocketTest {
  @TempDir Path directory;

  /** Says back what it is asked, and who asked. */
  private record Echo(String caller) implements Admin {
    @Override
    public JsonNode call(ObjectNode request, byte[] attachment, Consumer<JsonNode> items) {
      items.accept(Frames.JSON.createObjectNode().put("caller", caller));
      return request;
    }

    @Override
    public boolean isLive() {
      return true;
    }

    @Override
    public void close() {}
  }

  private static void converse(Path place) throws IOException {
    try (AdminSocket _ = AdminSocket.open(place, Echo::new);
        Admin client = AdminSocket.connect(place).orElseThrow()) {
      ObjectNode request = Frames.JSON.createObjectNode();
      request.put("operation", "echo");
      List<JsonNode> items = new ArrayList<>();
      assertThat(client.call(request, new byte[0], items::add)).isEqualTo(request);
      // The kernel says who asks.
      assertThat(items)
          .singleElement()
          .satisfies(item ->
              assertThat(item.path("caller").asString())
                  .isEqualTo(Files.getOwner(place).getName()));
      Path socket = SocketPlace.find(place);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
    }
    assertThat(place).isEmptyDirectory();
    assertThat(AdminSocket.connect(place)).isEmpty();
  }

  @Test
  void aShortPathHoldsTheSocketItself() throws IOException {
    converse(directory);
  }

  @Test
  void aPathTooLongForASocketNamesAPrivateDirectory() throws IOException {
    Path deep = Files.createDirectories(directory.resolve("long".repeat(30)).resolve("x"));
    converse(deep);
    // What a server that was killed has left is cleared away by the next.
    Path left = SocketPlace.make(deep);
    Files.createFile(left);
    Path parent = left.getParent();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)))
        .isEqualTo("rwx------");
    assertThat(AdminSocket.connect(deep)).isEmpty();
    converse(deep);
    assertThat(parent).doesNotExist();
  }
}

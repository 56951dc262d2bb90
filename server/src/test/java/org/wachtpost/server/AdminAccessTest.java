package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.wachtpost.admin.Admin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Isolated // sets a property of the system
class AdminAccessTest {
  @TempDir Path directory;

  /** Who gives a command while no server runs could set {@code user.name} to another's. */
  @Test
  void theSystemSaysWhoseProcessItIs() throws Exception {
    String real = Files.getOwner(directory).getName();
    String before = Objects.requireNonNull(System.setProperty("user.name", "carol"));
    try (Admin admin = AdminAccess.open(directory)) {
      call(admin, request("domain-add").put("name", "example.test"));
    } finally {
      System.setProperty("user.name", before);
    }
    try (Admin admin = AdminAccess.open(directory)) {
      List<JsonNode> events =
          call(admin, request("watch-events").put("since", "2000-01-01T00:00:00Z"));
      assertThat(events)
          .anyMatch(event -> event.toString().contains("\"cli:" + real + "\""))
          .noneMatch(event -> event.toString().contains("carol"));
    }
  }

  private static ObjectNode request(String operation) {
    return JsonNodeFactory.instance.objectNode().put("op", operation);
  }

  private static List<JsonNode> call(Admin admin, ObjectNode request) {
    List<JsonNode> items = new ArrayList<>();
    admin.call(request, new byte[0], items::add);
    return items;
  }
}

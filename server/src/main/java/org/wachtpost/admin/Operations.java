package org.wachtpost.admin;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The table of operations by name. Rooms add theirs; the admin session looks them up here. */
public final class Operations {
  private final Map<String, Operation> byName = new TreeMap<>();

  /** One operation. */
  @FunctionalInterface
  public interface Operation {
    /**
     * Carries it out.
     *
     * @throws AdminException if it fails, with a sentence for people
     */
    JsonNode run(Arguments arguments, byte[] attachment, Consumer<JsonNode> items);
  }

  /** Adds an operation. */
  public Operations add(String name, Operation operation) {
    if (byName.put(name, operation) != null) {
      throw new IllegalArgumentException("operation " + name + " is there already");
    }
    return this;
  }

  /**
   * Carries out a request.
   *
   * @param caller name of the system's user who asks
   */
  JsonNode run(ObjectNode request, String caller, byte[] attachment, Consumer<JsonNode> items) {
    String name = request.path("op").asString("");
    Operation operation = byName.get(name);
    if (operation == null) {
      throw new AdminException("this server knows no operation " + name);
    }
    return operation.run(new Arguments(request, caller), attachment, items);
  }
}

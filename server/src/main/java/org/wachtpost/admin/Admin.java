package org.wachtpost.admin;

import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Carries out operations: on the running server or on a stopped store. One thread at a time. */
public interface Admin extends AutoCloseable {
  /**
   * Carries out a request.
   *
   * @param attachment bytes that go with it, empty for most
   * @param items takes each item of a long answer
   * @return the result
   * @throws AdminException if it fails, with a sentence that says why
   */
  JsonNode call(ObjectNode request, byte[] attachment, Consumer<JsonNode> items);

  /** Whether this talks to a running server. */
  boolean isLive();

  @Override
  void close();
}

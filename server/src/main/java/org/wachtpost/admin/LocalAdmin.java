package org.wachtpost.admin;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.wachtpost.directory.DirectoryException;
import org.wachtpost.store.StoreException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Carries out operations in this process. */
public final class LocalAdmin implements Admin {
  private static final Logger LOG = LoggerFactory.getLogger(LocalAdmin.class);

  private final Operations operations;
  private final boolean live;
  private final String caller;
  private final Runnable whenClosed;

  /**
   * @param live whether a server runs in this process
   * @param caller name of the system's user who asks
   */
  public LocalAdmin(Operations operations, boolean live, String caller, Runnable whenClosed) {
    this.caller = caller;
    this.operations = operations;
    this.live = live;
    this.whenClosed = whenClosed;
  }

  @Override
  public JsonNode call(ObjectNode request, byte[] attachment, Consumer<JsonNode> items) {
    try {
      return operations.run(request, caller, attachment, items);
    } catch (DirectoryException e) {
      throw new AdminException(String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      LOG.error("operation {} failed", request.path("op").asString(""), e);
      throw new AdminException("the store says: " + e.getMessage());
    } catch (AdminException e) {
      throw e;
    } catch (RuntimeException e) {
      // Whoever asks gets an answer, and goes on; what is wrong is in the log.
      LOG.error("operation {} failed", request.path("op").asString(""), e);
      throw new AdminException("a defect in the server, see its log: " + e);
    }
  }

  @Override
  public boolean isLive() {
    return live;
  }

  @Override
  public void close() {
    whenClosed.run();
  }
}

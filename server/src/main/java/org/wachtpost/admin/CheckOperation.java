package org.wachtpost.admin;

import java.util.List;
import org.wachtpost.store.Store;
import org.wachtpost.store.check.AccountChecker;
import org.wachtpost.store.check.Problem;
import org.wachtpost.store.check.StoreCheck;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks the store. */
public final class CheckOperation {
  private final Store store;
  private final List<AccountChecker> checkers;

  public CheckOperation(Store store, List<AccountChecker> checkers) {
    this.store = store;
    this.checkers = List.copyOf(checkers);
  }

  /** Adds this operation to the table. */
  public void addTo(Operations operations) {
    operations.add("check", (a, b, i) -> check());
  }

  private JsonNode check() {
    StoreCheck.Report report = StoreCheck.run(store, checkers, account -> {});
    ObjectNode json =
        Frames.JSON
            .createObjectNode()
            .put("healthy", report.isHealthy())
            .put("accounts", report.accounts())
            .put("keys", report.entries())
            .put("blobs", report.blobs())
            .put("blob_bytes", report.blobBytes());
    ArrayNode problems = json.putArray("problems");
    for (Problem problem : report.problems()) {
      problems.add(problem.toString());
    }
    return json;
  }
}

package org.wachtpost.importer;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.wachtpost.admin.Admin;
import org.wachtpost.admin.AdminException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Imports a source into an account and counts. */
public final class ImportRun {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte[] NOTHING = {};

  private final Admin admin;
  private final String address;
  private final String mailbox;
  private final Progress progress;
  private final Map<String, Long> imports = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private long added;
  private long passedOver;
  private long bytes;

  /** Told how far the import is. */
  @FunctionalInterface
  public interface Progress {
    void at(long messages, long bytes);
  }

  /** What became of it. */
  public record Outcome(long added, long passedOver, List<String> failures) {}

  public ImportRun(Admin admin, String address, String mailbox, Progress progress) {
    this.admin = admin;
    this.address = address;
    this.mailbox = mailbox;
    this.progress = progress;
  }

  /** Imports everything; a message that is refused is counted and the rest goes on. */
  public Outcome run(ImportSource source) throws IOException {
    begin("");
    source.read(this::take, failures::add);
    for (long number : imports.values()) {
      ObjectNode end = JSON.createObjectNode().put("op", "import-end").put("import", number);
      end.put("detail", added + " messages added");
      admin.call(end, NOTHING, item -> {});
    }
    return new Outcome(added, passedOver, failures);
  }

  private void take(ImportMessage message) {
    long number = begin(message.mailbox());
    ObjectNode request = JSON.createObjectNode().put("op", "import-message").put("import", number);
    Instant date = message.date();
    if (date != null) {
      request.put("date", date.toString());
    }
    ArrayNode flags = request.putArray("flags");
    message.flags().forEach(flags::add);
    try {
      boolean isNew = admin.call(request, message.content(), item -> {}).path("added").asBoolean();
      if (isNew) {
        added++;
      } else {
        passedOver++;
      }
    } catch (AdminException e) {
      failures.add(message.place() + ": " + e.getMessage());
    }
    bytes += message.content().length;
    progress.at(added + passedOver + failures.size(), bytes);
  }

  private long begin(String below) {
    Long there = imports.get(below);
    if (there != null) {
      return there;
    }
    String name = below.isEmpty() ? mailbox : below(below);
    ObjectNode request =
        JSON.createObjectNode()
            .put("op", "import-begin")
            .put("address", address)
            .put("mailbox", name);
    long number = admin.call(request, NOTHING, item -> {}).path("import").asLong();
    imports.put(below, number);
    return number;
  }

  /** Folders of a Maildir stand beside the inbox, and below any other mailbox. */
  private String below(String folder) {
    return mailbox.equalsIgnoreCase("INBOX") ? folder : mailbox + "/" + folder;
  }
}

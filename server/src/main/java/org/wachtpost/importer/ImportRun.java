package org.wachtpost.importer;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.wachtpost.admin.Admin;
import org.wachtpost.admin.AdminException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Imports a source into an account and counts. */
public final class ImportRun {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte[] NOTHING = {};

  /** Messages sent together. */
  static final int BATCH_MESSAGES = 64;

  /** Bytes sent together; a larger message is sent alone. */
  private static final int BATCH_BYTES = 1024 * 1024;

  private final Admin admin;
  private final String address;
  private final String mailbox;
  private final Progress progress;
  private final Map<String, Long> imports = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private final List<ImportMessage> batch = new ArrayList<>();
  private int batchBytes;
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
    try {
      source.read(this::take, failures::add);
    } finally {
      send(); // what was read before the source failed comes in
    }
    for (long number : imports.values()) {
      ObjectNode end = JSON.createObjectNode().put("op", "import-end").put("import", number);
      end.put("detail", added + " messages added");
      admin.call(end, NOTHING, item -> {});
    }
    return new Outcome(added, passedOver, failures);
  }

  private void take(ImportMessage message) {
    boolean elsewhere = !batch.isEmpty() && !batch.getFirst().mailbox().equals(message.mailbox());
    if (elsewhere
        || batch.size() == BATCH_MESSAGES
        || batchBytes + message.content().length > BATCH_BYTES) {
      send();
    }
    batch.add(message);
    batchBytes += message.content().length;
  }

  /** Sends the messages that wait, which go to one mailbox. */
  private void send() {
    if (batch.isEmpty()) {
      return;
    }
    try {
      long number = begin(batch.getFirst().mailbox());
      JsonNode results = admin.call(request(number), contents(), item -> {}).path("results");
      for (int i = 0; i < batch.size(); i++) {
        count(batch.get(i), results.path(i));
      }
    } catch (AdminException e) {
      batch.forEach(message -> failures.add(message.place() + ": " + e.getMessage()));
    }
    bytes += batchBytes;
    batch.clear();
    batchBytes = 0;
    progress.at(added + passedOver + failures.size(), bytes);
  }

  private ObjectNode request(long number) {
    ObjectNode request = JSON.createObjectNode().put("op", "import-messages").put("import", number);
    ArrayNode messages = request.putArray("messages");
    for (ImportMessage message : batch) {
      ObjectNode one = messages.addObject().put("size", message.content().length);
      Instant date = message.date();
      if (date != null) {
        one.put("date", date.toString());
      }
      ArrayNode flags = one.putArray("flags");
      message.flags().forEach(flags::add);
    }
    return request;
  }

  private byte[] contents() {
    byte[] contents = new byte[batchBytes];
    int at = 0;
    for (ImportMessage message : batch) {
      byte[] content = message.content();
      System.arraycopy(content, 0, contents, at, content.length);
      at += content.length;
    }
    return contents;
  }

  private void count(ImportMessage message, JsonNode result) {
    if (result.has("error")) {
      failures.add(message.place() + ": " + result.path("error").asString(""));
    } else if (result.path("added").asBoolean()) {
      added++;
    } else {
      passedOver++;
    }
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

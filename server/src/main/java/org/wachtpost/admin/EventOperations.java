package org.wachtpost.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Authentication;
import org.wachtpost.access.AccessEvent.Change;
import org.wachtpost.access.AccessEvent.Connected;
import org.wachtpost.access.AccessEvent.Counts;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.access.AccessEvent.Refused;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.directory.MailAddress;
import org.wachtpost.store.Store;
import org.wachtpost.watch.event.EventReader;
import org.wachtpost.watch.event.HeadSigner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and checks the access log. */
public final class EventOperations {
  /** Name of the file of signed heads in the data directory. */
  public static final String HEADS_FILE = "access-log-heads.txt";

  private final Store store;
  private final Path heads;

  public EventOperations(Store store, Path directory) {
    this.store = store;
    this.heads = directory.resolve(HEADS_FILE);
  }

  /** Adds these operations to the table. */
  public void addTo(Operations operations) {
    operations
        .add("watch-events", (a, b, items) -> events(a, items))
        .add("watch-verify", (a, b, items) -> verify(a));
  }

  private JsonNode events(Arguments arguments, Consumer<JsonNode> items) {
    Instant since = Instant.parse(arguments.text("since"));
    String account = arguments.optionalText("account").map(EventOperations::plain).orElse(null);
    long[] count = {0};
    new EventReader(store)
        .read(
            since,
            event -> {
              if (account == null || concerns(event, account)) {
                count[0]++;
                items.accept(json(event));
              }
            });
    return Frames.JSON.createObjectNode().put("events", count[0]);
  }

  /** An address as events have it; what is none, as it is. */
  private static String plain(String account) {
    return MailAddress.parse(account).map(MailAddress::toString).orElse(account);
  }

  private JsonNode verify(Arguments arguments) {
    Path copy = arguments.optionalText("heads").map(Path::of).orElse(null);
    EventReader reader = new EventReader(store);
    List<String> problems = new ArrayList<>(reader.verify());
    try {
      HeadSigner signer = HeadSigner.open(store, heads);
      problems.addAll(reader.verifyHeads(heads, signer));
      if (copy != null) {
        if (!Files.exists(copy)) {
          throw new AdminException("there is no file " + copy);
        }
        problems.addAll(reader.verifyHeads(copy, signer));
      }
    } catch (IOException e) {
      throw new AdminException("the signed heads cannot be read: " + e.getMessage());
    }
    ObjectNode json = Frames.JSON.createObjectNode().put("whole", problems.isEmpty());
    ArrayNode list = json.putArray("problems");
    problems.forEach(list::add);
    return json;
  }

  private static boolean concerns(AccessEvent event, String account) {
    return switch (event) {
      case Connected e -> false;
      case Refused e -> false;
      case Authentication e ->
          account.equalsIgnoreCase(e.account())
              || account.equals(plain(e.login()))
              || e.authorization() != null && account.equals(plain(e.authorization()));
      case SessionEnd e -> account.equalsIgnoreCase(e.account());
      case Change e -> account.equalsIgnoreCase(e.account()) || account.equalsIgnoreCase(e.actor());
      case Offence e -> account.equalsIgnoreCase(e.account());
    };
  }

  private static ObjectNode json(AccessEvent event) {
    Origin origin = event.origin();
    InetAddress remote = origin.remote();
    ObjectNode json =
        Frames.JSON
            .createObjectNode()
            .put("time", event.time().toString())
            .put("event", name(event))
            .put("protocol", origin.protocol())
            .put("remote", remote == null ? null : remote.getHostAddress())
            .put("session", origin.session());
    switch (event) {
      case Connected e -> json.put("port", origin.localPort()).put("implicit_tls", e.implicitTls());
      case Refused e -> json.put("port", origin.localPort()).put("reason", e.reason());
      case Authentication e -> authentication(json, e);
      case SessionEnd e -> sessionEnd(json, e);
      case Change e ->
          json.put("actor", e.actor())
              .put("account", e.account())
              .put("what", e.what())
              .put("detail", e.detail());
      case Offence e ->
          json.put("account", e.account()).put("what", e.what()).put("detail", e.detail());
    }
    return json;
  }

  private static void authentication(ObjectNode json, Authentication e) {
    json.put("login", e.login())
        .put("authorization", e.authorization())
        .put("account", e.account())
        .put("mechanism", e.mechanism())
        .put("scope", e.scope())
        .put("success", e.success())
        .put("reason", e.reason())
        .put("credential", e.credential())
        .put("tls", e.tls())
        .put("client", e.client());
  }

  private static void sessionEnd(ObjectNode json, SessionEnd e) {
    Counts counts = e.counts();
    json.put("account", e.account())
        .put("client", e.client())
        .put("how", e.how())
        .put("commands", counts.commands())
        .put("failed", counts.failed())
        .put("messages_read", counts.messagesRead())
        .put("exported", counts.exported())
        .put("bytes_in", counts.bytesIn())
        .put("bytes_out", counts.bytesOut())
        .put("deleted", counts.deleted())
        .put("appended", counts.appended())
        .put("submitted", counts.submitted());
  }

  private static String name(AccessEvent event) {
    return switch (event) {
      case Connected e -> "connected";
      case Refused e -> "refused";
      case Authentication e -> "authentication";
      case SessionEnd e -> "session-end";
      case Change e -> "change";
      case Offence e -> "offence";
    };
  }
}

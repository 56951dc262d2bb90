package org.wachtpost.admin;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.wachtpost.directory.Directory;
import org.wachtpost.directory.Domain;
import org.wachtpost.directory.DomainKey;
import org.wachtpost.directory.DomainKeys;
import org.wachtpost.directory.DomainZone;
import org.wachtpost.directory.DomainZone.ZoneRecord;
import org.wachtpost.directory.MailAddress;
import org.wachtpost.directory.MailPrograms;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Domains, their DKIM keys and the DNS records that they need. */
public final class DomainOperations {
  private final Directory directory;
  private final DomainKeys keys;
  private final String hostname;
  private final Supplier<Optional<byte[]>> serverKey;
  private final DomainZone.Sts sts;
  private final MailPrograms programs;

  /**
   * @param hostname name of this server
   * @param serverKey SubjectPublicKeyInfo of the server's certificate in DER, if there is one
   * @param sts how this server does MTA-STS
   * @param programs what mail programs are told
   */
  public DomainOperations(
      Directory directory,
      DomainKeys keys,
      String hostname,
      Supplier<Optional<byte[]>> serverKey,
      DomainZone.Sts sts,
      MailPrograms programs) {
    this.directory = directory;
    this.keys = keys;
    this.hostname = hostname;
    this.serverKey = serverKey;
    this.sts = sts;
    this.programs = programs;
  }

  /** Adds these operations to the table. */
  public void addTo(Operations operations) {
    operations
        .add("domain-add", (a, b, i) -> add(a))
        .add("domain-list", (a, b, i) -> list())
        .add("domain-remove", (a, b, i) -> remove(a))
        .add("domain-catch-all", (a, b, i) -> setCatchAll(a))
        .add("domain-default", (a, b, i) -> setDefault(a))
        .add("domain-rotate-keys", (a, b, i) -> rotateKeys(a))
        .add("domain-dns", (a, b, i) -> dns(a));
  }

  private JsonNode add(Arguments arguments) {
    Domain domain = directory.addDomain(arguments.actor(), arguments.text("name"));
    keys.ensure(arguments.actor(), domain.name());
    return json(domain);
  }

  private JsonNode list() {
    ArrayNode list = Frames.JSON.createArrayNode();
    directory.domains().forEach(domain -> list.add(json(domain)));
    return list;
  }

  private JsonNode remove(Arguments arguments) {
    Domain domain = domain(arguments);
    directory.removeDomain(arguments.actor(), domain.name());
    keys.forget(arguments.actor(), domain.name());
    return Frames.JSON.createObjectNode();
  }

  private JsonNode setCatchAll(Arguments arguments) {
    directory.setCatchAll(
        arguments.actor(), arguments.text("name"), arguments.textOrNull("target"));
    return Frames.JSON.createObjectNode();
  }

  private JsonNode setDefault(Arguments arguments) {
    directory.setDefaultDomain(arguments.actor(), arguments.text("name"));
    return Frames.JSON.createObjectNode();
  }

  private JsonNode rotateKeys(Arguments arguments) {
    Boolean now = arguments.flagOrNull("now");
    DomainKeys.Rotation rotation =
        keys.rotate(arguments.actor(), domain(arguments).name(), Boolean.TRUE.equals(now));
    boolean activated =
        switch (rotation.step()) {
          case PREPARED -> false;
          case ACTIVATED -> true;
        };
    ObjectNode json =
        Frames.JSON
            .createObjectNode()
            .put("activated", activated)
            .put("overlap_days", DomainKeys.OVERLAP.toDays())
            .put("retirement_days", DomainKeys.RETIREMENT.toDays());
    json.set("keys", json(rotation.keys()));
    return json;
  }

  private JsonNode dns(Arguments arguments) {
    Domain domain = domain(arguments);
    List<DomainKey> published = keys.keys(domain.name());
    DomainZone zone =
        DomainZone.of(domain.name(), hostname, published, serverKey.get(), sts, programs);
    ObjectNode json =
        Frames.JSON
            .createObjectNode()
            .put("domain", zone.domain())
            .put("hostname", zone.hostname())
            .put("zone", zone.text());
    ArrayNode records = json.putArray("records");
    zone.records().forEach(record -> records.add(json(record)));
    json.put("mta_sts_policy", zone.policy());
    ZoneRecord tlsa = zone.tlsa();
    json.set("tlsa", tlsa == null ? null : json(tlsa));
    json.set("keys", json(published));
    return json;
  }

  private Domain domain(Arguments arguments) {
    String name = arguments.text("name");
    Optional<String> normal = MailAddress.normalDomain(name);
    return directory.domains().stream()
        .filter(domain -> normal.filter(domain.name()::equals).isPresent())
        .findFirst()
        .orElseThrow(() -> new AdminException("no domain " + name + " here"));
  }

  private ObjectNode json(Domain domain) {
    return Frames.JSON
        .createObjectNode()
        .put("name", domain.name())
        .put("unicode", domain.unicodeName())
        .put("catch_all", domain.catchAllTarget().map(Object::toString).orElse(null))
        .put("default", directory.defaultDomain().filter(domain.name()::equals).isPresent());
  }

  private static ObjectNode json(ZoneRecord record) {
    return Frames.JSON
        .createObjectNode()
        .put("name", record.name())
        .put("ttl", DomainZone.TTL_SECONDS)
        .put("type", record.type())
        .put("data", record.data())
        .put("text", record.text())
        .put("purpose", record.purpose());
  }

  private static ArrayNode json(List<DomainKey> keys) {
    ArrayNode list = Frames.JSON.createArrayNode();
    for (DomainKey key : keys) {
      list.addObject()
          .put("selector", key.selector())
          .put("algorithm", key.algorithm().word())
          .put("state", key.state().word())
          .put("made", key.made().toString())
          .put("since", key.since().toString())
          .put("record_name", key.recordName())
          .put("record_text", key.recordText());
    }
    return list;
  }
}

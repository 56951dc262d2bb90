package org.wachtpost.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.wachtpost.changelog.Accounts;
import org.wachtpost.directory.Directory;
import org.wachtpost.directory.DirectoryException;
import org.wachtpost.directory.DomainKeys;
import org.wachtpost.directory.DomainZone;
import org.wachtpost.directory.MailPrograms;
import org.wachtpost.store.memory.MemoryStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class DomainOperationsTest {
  private final MemoryStore store = new MemoryStore();
  private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-23T08:00:00Z"));
  private final Accounts accounts = new Accounts(store, clock, new Random(1));
  private final DomainKeys keys = new DomainKeys(accounts, clock, new SecureRandom(), event -> {});
  private final Operations operations = new Operations();

  DomainOperationsTest() {
    Directory directory = new Directory(accounts, clock, new SecureRandom(), event -> {});
    new DomainOperations(
            directory,
            keys,
            "mail.example.test",
            () -> Optional.of(new byte[] {1, 2, 3}),
            DomainZone.Sts.STANDARD,
            new MailPrograms(993, 143, 465, 587))
        .addTo(operations);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private JsonNode run(String operation, String name) {
    return run(Frames.JSON.createObjectNode().put("op", operation).put("name", name));
  }

  private JsonNode run(ObjectNode request) {
    return operations.run(request, "root", new byte[0], item -> {});
  }

  private static List<String> values(JsonNode list, String name) {
    List<String> values = new ArrayList<>();
    list.forEach(each -> values.add(each.path(name).asString()));
    return values;
  }

  @Test
  void aDomainHasKeysFromTheStartAndLosesThemWithItself() {
    run("domain-add", "Example.TEST");
    JsonNode dns = run("domain-dns", "example.test.");
    assertThat(values(dns.path("keys"), "state")).containsExactly("active", "active");
    assertThat(values(dns.path("records"), "type"))
        .containsExactly(
            "MX", "TXT", "TXT", "TXT", "TXT", "TXT", "TXT", "TXT", "SRV", "SRV", "SRV", "SRV");
    assertThat(dns.path("zone").asString()).contains("r20261123._domainkey.example.test. 3600 IN");
    assertThat(dns.path("tlsa").path("name").asString()).isEqualTo("_25._tcp.mail.example.test");
    assertThat(dns.path("mta_sts_policy").asString()).startsWith("version: STSv1\n");
    run("domain-remove", "EXAMPLE.test");
    assertThat(keys.keys("example.test")).isEmpty();
  }

  @Test
  void rotationGoesInTwoStepsUnlessItMustBeNow() {
    run("domain-add", "example.test");
    JsonNode first = run("domain-rotate-keys", "example.test");
    assertThat(first.path("activated").asBoolean()).isFalse();
    assertThat(values(first.path("keys"), "state"))
        .containsExactly("active", "next", "active", "next");
    JsonNode second = run("domain-rotate-keys", "example.test");
    assertThat(second.path("activated").asBoolean()).isTrue();
    assertThat(values(second.path("keys"), "state"))
        .containsExactly("retiring", "active", "retiring", "active");
    JsonNode now =
        run(
            Frames.JSON
                .createObjectNode()
                .put("op", "domain-rotate-keys")
                .put("name", "example.test")
                .put("now", true));
    assertThat(values(now.path("keys"), "state"))
        .containsExactly("retiring", "retiring", "active", "retiring", "retiring", "active");
    assertThat(values(run("domain-dns", "example.test").path("keys"), "state")).hasSize(6);
  }

  @Test
  void answersHoldNoPrivateKey() {
    run("domain-add", "example.test");
    String answers =
        run("domain-rotate-keys", "example.test").toString()
            + run("domain-dns", "example.test")
            + run("domain-list", "");
    keys.signingKeys("example.test")
        .forEach(key -> {
          byte[] secret = key.privateKey().getEncoded();
          String base64 = java.util.Base64.getEncoder().encodeToString(secret);
          assertThat(answers).doesNotContain(base64.substring(base64.length() - 30));
        });
  }

  @Test
  void strangeDomainsAreRefused() {
    for (String name : List.of("elsewhere.test", "", "a b", "x\ny.test")) {
      for (String operation : List.of("domain-dns", "domain-rotate-keys", "domain-remove")) {
        assertThatThrownBy(() -> run(operation, name))
            .as(operation + " " + name)
            .isInstanceOf(AdminException.class);
      }
    }
    assertThatThrownBy(() -> run("domain-add", "not a name"))
        .isInstanceOf(DirectoryException.class);
  }
}

package org.wachtpost.inspect;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Finding;
import org.wachtpost.inspect.model.Incident;
import org.wachtpost.inspect.model.Stage;

/**
 * Joins findings into incidents: by request, canary, client, the page concerned, and the second in
 * which the control panel wrote what a forged request asked for.
 */
final class Incidents {
  /** Sentences of a story; the rest stands in the findings. */
  static final int MAX_STORY = 40;

  /** What an administrator may have done too is told with a break-in only if it came soon after. */
  private static final Duration SOON = Duration.ofDays(7);

  /** What one peer asks for within about so long is one story. */
  private static final Duration NEAR = Duration.ofMinutes(10);

  /** The names that exploits ask for. */
  private static final Pattern MADE_UP =
      Pattern.compile("/(?:ecp|owa/auth)/[a-z0-9]{1,30}\\.(?:js|css|png|gif|svg|ico)");

  private final List<Finding> findings;
  private final int[] parent;
  private final Map<String, Integer> owners = new HashMap<>();

  /** One of the findings that follow from nothing known, if there is one. */
  private @Nullable Integer unexplained;

  private Incidents(List<Finding> findings) {
    this.findings = findings;
    this.parent = new int[findings.size()];
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
    }
  }

  /** Joins findings that are in order of time. */
  static List<Incident> join(List<Finding> findings) {
    return new Incidents(findings).join();
  }

  private List<Incident> join() {
    for (int i = 0; i < findings.size(); i++) {
      for (String key : keys(findings.get(i))) {
        Integer owner = owners.putIfAbsent(key, i);
        if (owner != null) {
          parent[root(i)] = root(owner);
        }
      }
    }
    for (List<Integer> group : groups().values()) {
      follow(group);
    }
    Map<Integer, List<Integer>> groups = groups();
    List<List<Integer>> telling = new ArrayList<>();
    for (List<Integer> group : groups.values()) {
      if (group.stream().anyMatch(i -> findings.get(i).confidence() != Confidence.LOW)) {
        telling.add(group);
      }
    }
    telling.sort((one, other) -> Finding.BY_TIME.compare(first(one), first(other)));
    List<Incident> incidents = new ArrayList<>();
    for (List<Integer> group : telling) {
      incidents.add(incident(incidents.size() + 1, group));
    }
    return incidents;
  }

  private Map<Integer, List<Integer>> groups() {
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < findings.size(); i++) {
      if (findings.get(i).stage() != Stage.EXPOSED) {
        groups.computeIfAbsent(root(i), _ -> new ArrayList<>()).add(i);
      }
    }
    return groups;
  }

  /**
   * What was done on the server names no client: it follows from the last break-in before it, or,
   * if none is known, from the last use of a page of the intruder's. Only what goes through the
   * front door (a session, a write) begins a story of its own. What follows from nothing that is
   * known is one story too: nothing tells its parts apart.
   */
  private void follow(List<Integer> group) {
    boolean after = group.stream().anyMatch(i -> findings.get(i).stage().reaches(Stage.WRITTEN));
    if (!after || group.stream().anyMatch(this::entry)) {
      return;
    }
    Instant first = first(group);
    boolean low = group.stream().allMatch(i -> findings.get(i).confidence() == Confidence.LOW);
    boolean named = group.stream().anyMatch(i -> findings.get(i).detail("client") != null);
    @Nullable Integer last = lastBefore(first, this::entry);
    if (last == null && !named) {
      last = lastBefore(first, this::use);
    }
    if (last == null && !named) {
      int own = root(group.getFirst());
      last = lastBefore(first, i -> decided(i) && root(i) != own);
    }
    if (last != null && low) {
      Instant time = Objects.requireNonNull(findings.get(last).time());
      last = first == null || time.plus(SOON).isBefore(first) ? null : last;
    }
    if (last == null && !low && !named) {
      last = unexplained == null ? group.getFirst() : unexplained;
      unexplained = last;
    }
    if (last == null && group.stream().allMatch(i -> findings.get(i).check().equals("I19"))) {
      last = undated();
    }
    if (last != null) {
      parent[root(group.getFirst())] = root(last);
    }
  }

  /** What proves an intruder without a time, where nothing with a time does: logs were cleared. */
  private @Nullable Integer undated() {
    @Nullable Integer proof = null;
    for (int i = 0; i < findings.size(); i++) {
      if (entry(i) || use(i)) {
        return null;
      }
      Finding finding = findings.get(i);
      if (proof == null
          && finding.decisive()
          && finding.time() == null
          && finding.stage().reaches(Stage.WRITTEN)) {
        proof = i;
      }
    }
    return proof;
  }

  private @Nullable Integer lastBefore(@Nullable Instant first, IntPredicate wanted) {
    @Nullable Integer last = null;
    for (int i = 0; i < findings.size(); i++) {
      Instant time = findings.get(i).time();
      if (wanted.test(i) && time != null && (first == null || !time.isAfter(first))) {
        last = first == null && last != null ? last : i;
      }
    }
    return last;
  }

  /** Whether a client used what an intruder had put there. */
  private boolean use(int index) {
    Finding finding = findings.get(index);
    return finding.stage() == Stage.SHELL_USED
        && finding.detail("client") != null
        && finding.confidence() != Confidence.LOW;
  }

  /** Whether it proves a break-in by itself, whoever did it. */
  private boolean decided(int index) {
    Finding finding = findings.get(index);
    return finding.decisive() && finding.stage() == Stage.WRITTEN;
  }

  private boolean entry(int index) {
    Finding finding = findings.get(index);
    boolean front =
        switch (finding.stage()) {
          case SESSION_GRANTED, WRITTEN -> true;
          case EXPOSED, PROBED, ATTEMPTED, SHELL_ON_DISK, SHELL_USED, AFTER -> false;
        };
    return front
        && finding.detail("client") != null
        && finding.confidence() != Confidence.LOW
        && List.of("I03", "I04", "I05", "I06", "I08").contains(finding.check());
  }

  private int root(int index) {
    int at = index;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /**
   * Where somebody made up for whom he asks, another each time: the peer tells that it is one. What
   * came through a proxy that does not say for whom it asks is one story if it came at one time.
   */
  private static void peers(List<String> keys, Finding finding, Set<String> silent) {
    Map<String, String> details = finding.details();
    String path = details.getOrDefault("path", "").toLowerCase(Locale.ROOT);
    Set<String> seen = new LinkedHashSet<>();
    for (Instant time : new Instant[] {finding.time(), finding.lastTime()}) {
      if (time != null) {
        long window = Math.floorDiv(time.getEpochSecond(), NEAR.toSeconds());
        seen.add(" about " + window);
        seen.add(" about " + (window + 1));
      }
    }
    String peers = details.getOrDefault("peers", details.getOrDefault("peer", ""));
    for (String peer : peers.split(" ")) {
      if (!peer.isEmpty()) {
        seen.forEach(when -> keys.add("peer " + peer + when));
        add(keys, "peer " + peer + " asked ", path.isEmpty() ? null : path);
      }
    }
    for (String proxy : silent) {
      seen.forEach(when -> keys.add("peer " + proxy + when));
    }
    // The organisation's own proxy asks for everybody: a name that one made up is hardly another's.
    if (details.containsKey("proxy") && MADE_UP.matcher(path).matches()) {
      seen.forEach(when -> keys.add("made up " + path + when));
    }
  }

  private static List<String> keys(Finding finding) {
    List<String> keys = new ArrayList<>();
    if (finding.stage() == Stage.EXPOSED) {
      return keys;
    }
    String clients =
        finding.details().getOrDefault("clients", finding.details().getOrDefault("client", ""));
    List<String> proxies = List.of(finding.details().getOrDefault("proxy", "").split(" "));
    Set<String> silent = new LinkedHashSet<>();
    for (String client : clients.split(" ")) {
      if (client.isEmpty() || client.startsWith("127.") || client.equals("::1")) {
        continue;
      }
      if (proxies.contains(client)) {
        silent.add(client);
      } else {
        keys.add("client " + client);
      }
    }
    peers(keys, finding, silent);
    add(keys, "canary ", finding.detail("canary"));
    add(keys, "request ", finding.detail("requestId"));
    add(keys, "task ", taskName(finding));
    String account = finding.detail("account");
    add(keys, "account ", account == null ? null : account.toLowerCase(Locale.ROOT));
    if (finding.stage().reaches(Stage.WRITTEN)) {
      page(keys, finding);
      seconds(keys, finding);
    }
    return keys;
  }

  /**
   * The task as the scheduler names it, from its file or from the event of its making: the file's
   * date is what its maker wrote there, and may lie before the break-in.
   */
  private static @Nullable String taskName(Finding finding) {
    boolean made = finding.title().matches("scheduled task (made|removed).*");
    String task = finding.detail(made ? "what" : "task");
    if (task == null) {
      return null;
    }
    String plain = task.toLowerCase(Locale.ROOT).replace('/', '\\');
    int folder = plain.lastIndexOf("\\system32\\tasks\\");
    return folder < 0 ? plain : plain.substring(folder + "\\system32\\tasks".length());
  }

  private static void add(List<String> keys, String kind, @Nullable String value) {
    if (value != null) {
      keys.add(kind + value);
    }
  }

  /** The name of the page concerned joins its writing, its lying there and its use. */
  private static void page(List<String> keys, Finding finding) {
    for (String name : new String[] {"file", "path", "page"}) {
      String value = finding.detail(name);
      if (value == null || finding.check().equals("I03")) {
        continue;
      }
      String plain = value.toLowerCase(Locale.ROOT).replace('\\', '/');
      String leaf = plain.substring(plain.lastIndexOf('/') + 1);
      if (leaf.matches(".+\\.(aspx|ashx|asmx|asp|cer|soap|svc)")) {
        keys.add("page " + leaf);
      }
    }
  }

  private static void seconds(List<String> keys, Finding finding) {
    boolean front = finding.check().equals("I03");
    boolean inside =
        finding.check().equals("I05")
            || finding.check().equals("I08")
            || finding.check().equals("I04") && finding.detail("client") == null;
    for (Instant time : new Instant[] {finding.time(), finding.lastTime()}) {
      if (time == null) {
        continue;
      }
      long second = time.getEpochSecond();
      if (inside) {
        keys.add("second " + second);
      } else if (front) {
        for (long near = second - 1; near <= second + 1; near++) {
          keys.add("second " + near);
        }
      }
    }
  }

  /** When a story began; dates that the intruder could write count only if there is no other. */
  private @Nullable Instant first(List<Integer> group) {
    Instant first = null;
    Instant claimed = null;
    for (int i : group) {
      Finding finding = findings.get(i);
      Instant time = finding.time();
      if (time == null) {
        continue;
      }
      if (finding.detail("task") != null) {
        claimed = claimed == null || time.isBefore(claimed) ? time : claimed;
      } else {
        first = first == null || time.isBefore(first) ? time : first;
      }
    }
    return first == null ? claimed : first;
  }

  private Incident incident(int number, List<Integer> group) {
    Stage furthest = Stage.EXPOSED;
    Instant last = null;
    Set<String> clients = new LinkedHashSet<>();
    List<String> story = new ArrayList<>();
    for (int i : group) {
      Finding finding = findings.get(i);
      if (finding.confidence() != Confidence.LOW && finding.stage().reaches(furthest)) {
        furthest = finding.stage();
      }
      Instant time = finding.lastTime() != null ? finding.lastTime() : finding.time();
      if (time != null && (last == null || time.isAfter(last))) {
        last = time;
      }
      String all =
          finding.details().getOrDefault("clients", finding.details().getOrDefault("client", ""));
      for (String client : all.split(" ")) {
        if (!client.isEmpty() && clients.size() < 100) {
          clients.add(client);
        }
      }
    }
    List<Integer> told = told(group);
    for (int at = 0; at < told.size(); at++) {
      Finding finding = findings.get(told.get(at));
      StringBuilder also = new StringBuilder();
      while (at + 1 < told.size() && findings.get(told.get(at + 1)).isSameEvent(finding)) {
        also.append("; ").append(findings.get(told.get(++at)).title());
      }
      story.add(sentence(finding, also.toString()));
    }
    if (told.size() < group.size()) {
      story.add("and " + (group.size() - told.size()) + " more: see the findings");
    }
    return new Incident(
        number, furthest, first(group), last, new ArrayList<>(clients), story, group);
  }

  /** What a story tells if it cannot tell all: what is not sure is left out first. */
  private List<Integer> told(List<Integer> group) {
    if (group.size() <= MAX_STORY) {
      return group;
    }
    List<Integer> sure =
        group.stream().filter(i -> findings.get(i).confidence() != Confidence.LOW).toList();
    return sure.subList(0, Math.min(sure.size(), MAX_STORY));
  }

  /** What a finding says, and what else of the same event was found. */
  private static String sentence(Finding finding, String also) {
    StringBuilder text = new StringBuilder();
    Instant time = finding.time();
    text.append(time == null ? "(no time)" : time.toString()).append(' ');
    String client = finding.client();
    if (client != null) {
      text.append(client).append(": ");
    }
    text.append(finding.title()).append(also);
    String object = finding.object();
    if (object != null) {
      text.append(": ").append(object);
    }
    text.append(finding.times());
    text.append(" [")
        .append(finding.check())
        .append(", ")
        .append(finding.stage().word())
        .append(']');
    return text.toString();
  }
}

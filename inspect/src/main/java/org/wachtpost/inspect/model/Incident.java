package org.wachtpost.inspect.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Findings that belong together: one actor's story.
 *
 * @param number counted from 1, by first time
 * @param stage the furthest stage in it
 * @param first when it began (UTC), null if no finding has a time
 * @param last when it ended
 * @param clients the client addresses, by first appearance
 * @param story one sentence per step, in order of time
 * @param findings indexes into the report's findings
 */
public record Incident(
    int number,
    Stage stage,
    @Nullable Instant first,
    @Nullable Instant last,
    List<String> clients,
    List<String> story,
    List<Integer> findings) {
  public Incident {
    clients = List.copyOf(clients);
    story = List.copyOf(story);
    findings = List.copyOf(findings);
  }
}

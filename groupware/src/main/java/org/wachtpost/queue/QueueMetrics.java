package org.wachtpost.queue;

import java.util.Map;

/**
 * What the queue has done since the server started.
 *
 * @param attempts of a message's recipients at one destination
 * @param delivered recipients that were taken
 * @param deferred recipients that have to wait, each time anew
 * @param failed recipients that were given up
 * @param destinations how each does that is worth remembering, by its name or route
 */
public record QueueMetrics(
    long attempts,
    long delivered,
    long deferred,
    long failed,
    Map<String, DestinationState> destinations) {
  public QueueMetrics {
    destinations = Map.copyOf(destinations);
  }
}

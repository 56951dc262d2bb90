package org.wachtpost.delivery;

/**
 * How mail is delivered.
 *
 * @param host this server's name in trace fields
 * @param hops Received fields at which a message counts as running in a circle (RFC 5321 §6.3)
 * @param parallel accounts of one message that are written at a time
 */
public record DeliverySettings(String host, int hops, int parallel) {
  public static DeliverySettings of(String host) {
    return new DeliverySettings(host, 100, 16);
  }
}

package org.wachtpost.inspect.evtx;

/**
 * One value of an event.
 *
 * @param name the {@code Name} of a Data element, the name of an element or attribute of UserData,
 *     or empty (classic events)
 * @param value its text; hostile
 */
public record EventDatum(String name, String value) {}

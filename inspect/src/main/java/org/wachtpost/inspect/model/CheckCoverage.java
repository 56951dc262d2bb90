package org.wachtpost.inspect.model;

/**
 * Whether a check could look.
 *
 * @param check the check's identifier
 * @param title what it looks for
 * @param looked true if it had evidence to look at
 * @param reason what it looked at, or why it could not look
 */
public record CheckCoverage(String check, String title, boolean looked, String reason) {}

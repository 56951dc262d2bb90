package org.wachtpost.inspect.model;

/**
 * A place in the evidence that could not be read.
 *
 * @param path the file
 * @param place "line 12", "offset 4096", "whole file"
 * @param what what is wrong with it
 */
public record Damage(String path, String place, String what) {}

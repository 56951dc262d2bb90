package org.wachtpost.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A table of the settings file; remembers which keys were asked for, so that others are errors. */
final class Table {
  private final String path;
  private final @Nullable JsonNode node;
  private final Set<String> known = new TreeSet<>();

  Table(String path, @Nullable JsonNode node) {
    this.path = path;
    this.node = node;
    if (node != null && !node.isObject()) {
      throw new ConfigException(path + " is not a table");
    }
  }

  Table table(String key) {
    return new Table(name(key), get(key));
  }

  /** The tables of an array of tables. */
  List<Table> tables(String key) {
    JsonNode value = get(key);
    List<Table> tables = new ArrayList<>();
    if (value != null) {
      if (!value.isArray()) {
        throw new ConfigException(name(key) + " is not an array of tables");
      }
      for (JsonNode each : value) {
        tables.add(new Table(name(key), each));
      }
    }
    return tables;
  }

  String text(String key, String otherwise) {
    String value = optionalText(key);
    return value == null ? otherwise : value;
  }

  @Nullable String optionalText(String key) {
    JsonNode value = get(key);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw new ConfigException(name(key) + " is not a text");
    }
    return value.stringValue();
  }

  List<String> texts(String key, List<String> otherwise) {
    JsonNode value = get(key);
    if (value == null) {
      return otherwise;
    }
    List<String> texts = new ArrayList<>();
    if (!value.isArray()) {
      throw new ConfigException(name(key) + " is not an array of texts");
    }
    for (JsonNode each : value) {
      if (!each.isString()) {
        throw new ConfigException(name(key) + " is not an array of texts");
      }
      texts.add(each.stringValue());
    }
    return texts;
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw new ConfigException(name(key) + " is neither true nor false");
    }
    return value.booleanValue();
  }

  long number(String key, long otherwise, long least, long most) {
    JsonNode value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new ConfigException(name(key) + " is not a whole number");
    }
    long number = value.longValue();
    if (number < least || number > most) {
      throw new ConfigException(
          name(key) + " is " + number + ", allowed are " + least + " to " + most);
    }
    return number;
  }

  /** Throws if the file has a key here that nobody asked for. */
  void requireNoOther() {
    if (node == null) {
      return;
    }
    Collection<String> names = node.propertyNames();
    for (String each : names) {
      if (!known.contains(each)) {
        throw new ConfigException("unknown key " + name(each) + "; known here: " + known);
      }
    }
  }

  private @Nullable JsonNode get(String key) {
    known.add(key);
    return node == null ? null : node.get(key);
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}

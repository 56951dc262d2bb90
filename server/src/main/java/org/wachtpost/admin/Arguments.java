package org.wachtpost.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The arguments of a request. */
public final class Arguments {
  private final ObjectNode request;

  Arguments(ObjectNode request) {
    this.request = request;
  }

  /** A text that must be there. */
  public String text(String name) {
    return optionalText(name).orElseThrow(() -> new AdminException("the request lacks " + name));
  }

  public Optional<String> optionalText(String name) {
    JsonNode value = request.get(name);
    return value == null || !value.isString() ? Optional.empty() : Optional.of(value.stringValue());
  }

  /** A text or null. */
  public @Nullable String textOrNull(String name) {
    return optionalText(name).orElse(null);
  }

  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    JsonNode value = request.get(name);
    if (value != null) {
      for (JsonNode each : value) {
        texts.add(each.asString());
      }
    }
    return texts;
  }

  /** The objects of an array; empty if there is none. */
  public List<Arguments> objects(String name) {
    List<Arguments> objects = new ArrayList<>();
    JsonNode value = request.get(name);
    if (value != null) {
      for (JsonNode each : value) {
        if (!(each instanceof ObjectNode object)) {
          throw new AdminException(name + " must be objects");
        }
        objects.add(new Arguments(object));
      }
    }
    return objects;
  }

  public @Nullable Long numberOrNull(String name) {
    JsonNode value = request.get(name);
    return value == null || !value.isIntegralNumber() ? null : value.longValue();
  }

  public @Nullable Boolean flagOrNull(String name) {
    JsonNode value = request.get(name);
    return value == null || !value.isBoolean() ? null : value.booleanValue();
  }
}

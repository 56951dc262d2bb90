package org.wachtpost.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.directory.Directory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The arguments of a request. */
public final class Arguments {
  private final ObjectNode request;
  private final String caller;

  /**
   * @param caller name of the system's user whose command it is
   */
  Arguments(ObjectNode request, String caller) {
    this.request = request;
    this.caller = caller;
  }

  /** Who is said to have done it, in the access log. */
  public Directory.Actor actor() {
    return new Directory.Actor("cli:" + caller, new Origin("cli", null, 0, 0, "admin"));
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
        objects.add(new Arguments(object, caller));
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

package org.wachtpost.inspect.evtx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the templates of a file have their fields. Each chunk has its templates anew, mostly those
 * of the chunk before: then they are compared, which is less work than parsing. One thread.
 */
final class KnownTemplates {
  /** Bytes of templates remembered at most; servers write a few hundred of some 2,000 bytes. */
  private static final int MAX_REMEMBERED_BYTES = 1 << 20;

  private static final int IDENTIFIER = 4;
  private static final int NAME_HASH = 4;

  /**
   * A template that was parsed.
   *
   * @param content its bytes, from its header on
   * @param names where in them the offsets of its names stand, and what these are
   */
  private record Known(byte[] content, List<Name> names, TemplateFields fields) {}

  /**
   * A name in a template.
   *
   * @param place of its offset, in bytes from the start of the template
   * @param inline the name itself follows, and is not given by the offset of another place
   */
  private record Name(int place, boolean inline, String text) {}

  private final Map<Long, Known> known = new HashMap<>();
  private int rememberedBytes;

  /**
   * Where the template has its fields, or null if it has not the usual shape.
   *
   * @param level how deep in elements and templates it stands
   * @throws BinXmlException if it cannot be read
   */
  @Nullable TemplateFields fields(Chunk chunk, int definition, int level) throws BinXmlException {
    Optional<TemplateFields> met = chunk.fields.get(definition);
    if (met == null) {
      met = Optional.ofNullable(find(chunk, definition, level));
      chunk.fields.put(definition, met);
    }
    return met.orElse(null);
  }

  private @Nullable TemplateFields find(Chunk chunk, int definition, int level)
      throws BinXmlException {
    Long identifier = chunk.i64(definition + IDENTIFIER);
    Known candidate = known.get(identifier);
    if (candidate != null && isAt(candidate, chunk, definition)) {
      return candidate.fields;
    }
    Template template = BinXmlParser.template(chunk, definition, level);
    TemplateFields fields = TemplateFields.of(template);
    int size = BinXmlParser.templateSize(chunk, definition);
    boolean room = size <= MAX_REMEMBERED_BYTES - rememberedBytes;
    if (fields != null && !template.names().isEmpty() && room) {
      List<Name> names = new ArrayList<>();
      for (int at : template.names()) {
        int offset = chunk.i32(at);
        names.add(new Name(at - definition, offset == at + 4, chunk.name(offset)));
      }
      rememberedBytes += size;
      known.put(identifier, new Known(chunk.copy(definition, size), names, fields));
    }
    return fields;
  }

  /**
   * Whether the same template stands at an offset: byte for byte, but for where its names are, and
   * with the same names.
   */
  private static boolean isAt(Known candidate, Chunk chunk, int definition) throws BinXmlException {
    byte[] content = candidate.content;
    if (definition < Chunk.HEADER_SIZE || definition > Chunk.SIZE - content.length) {
      return false;
    }
    int same = IDENTIFIER; // before it stands the offset of another template
    for (Name name : candidate.names) {
      int offset = chunk.i32(definition + name.place);
      boolean inline = offset == definition + name.place + 4;
      if (!chunk.same(definition + same, content, same, name.place) || inline != name.inline) {
        return false;
      }
      same = name.place + 4;
      if (inline) {
        same += NAME_HASH; // before the hash stands the offset of another name
      } else if (!chunk.isNameAt(offset) || !chunk.name(offset).equals(name.text)) {
        return false;
      }
    }
    return chunk.same(definition + same, content, same, content.length);
  }
}

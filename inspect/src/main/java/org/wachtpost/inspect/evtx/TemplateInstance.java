package org.wachtpost.inspect.evtx;

import org.jspecify.annotations.Nullable;

/**
 * The one template instance ([MS-EVEN6] §2.2.12) that a record or an embedded value is, as Windows
 * writes them: which template, and where in the chunk each of its values lies.
 *
 * <p>Says what {@link BinXmlParser} says of the same bytes, or nothing; no object is made for a
 * token or a value.
 */
final class TemplateInstance {
  /** Token, a byte that is always 1, identifier and offset of the template. */
  private static final int HEADER_SIZE = 10;

  private static final int TYPE_SHIFT = 48;
  private static final int OFFSET_SHIFT = 24;
  private static final int FIELD = 0xFF_FFFF;

  /** Where in the chunk the definition of the template stands. */
  final int definition;

  /** Type, offset and length of each value. */
  private final long[] values;

  private TemplateInstance(int definition, long[] values) {
    this.definition = definition;
    this.values = values;
  }

  /**
   * The instance that the bytes are; null if they are anything else, or more than that.
   *
   * @param embedded in a value, which may hold several fragments
   * @throws BinXmlException if it does not end in the chunk
   */
  static @Nullable TemplateInstance of(Chunk chunk, int from, int end, boolean embedded)
      throws BinXmlException {
    int at = from;
    if (at < end && chunk.u8(at) == BinXmlParser.FRAGMENT_HEADER) {
      at += BinXmlParser.FRAGMENT_HEADER_SIZE;
    }
    if (at > end - HEADER_SIZE || chunk.u8(at) != BinXmlParser.TEMPLATE_INSTANCE) {
      return null;
    }
    int definition = chunk.size32(at + 6);
    at += HEADER_SIZE;
    if (definition == at) {
      at += BinXmlParser.templateSize(chunk, definition);
    }
    if (at > end - 4) {
      return null;
    }
    int count = chunk.size32(at);
    at += 4;
    int value = at + 4 * count;
    if (value > end) {
      return null;
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      int descriptor = chunk.i32(at + 4 * i);
      int length = descriptor & 0xFFFF;
      values[i] =
          value + length <= end
              ? packed(descriptor >>> 16 & 0xFF, value, length)
              : packed(Value.CUT_OFF, end, 0);
      value += length;
    }
    return BinXmlParser.endsAt(chunk, Math.min(value, end), end, embedded)
        ? new TemplateInstance(definition, values)
        : null;
  }

  private static long packed(int type, int offset, int length) {
    return (long) type << TYPE_SHIFT | (long) offset << OFFSET_SHIFT | length;
  }

  int size() {
    return values.length;
  }

  int type(int index) {
    return (int) (values[index] >> TYPE_SHIFT);
  }

  int offset(int index) {
    return (int) (values[index] >> OFFSET_SHIFT) & FIELD;
  }

  int length(int index) {
    return (int) values[index] & FIELD;
  }

  boolean isArray(int index) {
    int type = type(index);
    return type != Value.CUT_OFF && (type & Value.ARRAY) != 0;
  }

  Value get(int index) {
    return new Value(type(index), offset(index), length(index));
  }
}

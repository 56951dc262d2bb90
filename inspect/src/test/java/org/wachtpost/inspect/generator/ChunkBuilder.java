package org.wachtpost.inspect.generator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * One chunk of an event log while it is being filled. What {@link #begin} and {@link #commit}
 * enclose is there wholly or not at all.
 */
final class ChunkBuilder {
  private static final int SLACK =
      1 << 20; // a record that does not fit is written, then taken back
  private static final int STRING_BUCKETS = 64;
  private static final int TEMPLATE_BUCKETS = 32;

  private final ByteBuffer out =
      ByteBuffer.allocate(EvtxWriter.CHUNK_SIZE + SLACK).order(ByteOrder.LITTLE_ENDIAN);
  private Map<String, Integer> names = new HashMap<>();
  private Map<BinXmlPart.Element, Integer> templates = new HashMap<>();
  private final int[] stringTable = new int[STRING_BUCKETS];
  private final int[] templateTable = new int[TEMPLATE_BUCKETS];
  private int start;
  private Map<String, Integer> newNames = new HashMap<>();
  private Map<BinXmlPart.Element, Integer> newTemplates = new HashMap<>();

  ChunkBuilder() {
    out.position(EvtxWriter.CHUNK_HEADER_SIZE);
  }

  int position() {
    return out.position();
  }

  void begin() {
    start = out.position();
    newNames = new HashMap<>();
    newTemplates = new HashMap<>();
  }

  boolean commit() {
    if (out.position() > EvtxWriter.CHUNK_SIZE) {
      java.util.Arrays.fill(out.array(), start, out.position(), (byte) 0);
      out.position(start);
      return false;
    }
    names.putAll(newNames);
    templates.putAll(newTemplates);
    newNames.forEach((name, offset) -> {
      int bucket = hash(name) % STRING_BUCKETS;
      out.putInt(offset, stringTable[bucket]);
      stringTable[bucket] = offset;
    });
    newTemplates.forEach((template, offset) -> {
      int bucket = Integer.remainderUnsigned(out.getInt(offset + 4), TEMPLATE_BUCKETS);
      out.putInt(offset, templateTable[bucket]);
      templateTable[bucket] = offset;
    });
    return true;
  }

  void putByte(int value) {
    out.put((byte) value);
  }

  void putInt(int value) {
    out.putInt(value);
  }

  void putLong(long value) {
    out.putLong(value);
  }

  void patchInt(int offset, int value) {
    out.putInt(offset, value);
  }

  byte[] finish(long firstId, long lastId, int lastOffset) {
    int free = out.position();
    ByteBuffer header = out.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    header.position(0);
    header.putLong(0x006B6E6843666C45L); // "ElfChnk\0"
    header.putLong(firstId).putLong(lastId).putLong(firstId).putLong(lastId);
    header.putInt(128).putInt(lastOffset).putInt(free);
    header.putInt(crc(EvtxWriter.CHUNK_HEADER_SIZE, free));
    for (int i = 0; i < STRING_BUCKETS; i++) {
      header.putInt(128 + 4 * i, stringTable[i]);
    }
    for (int i = 0; i < TEMPLATE_BUCKETS; i++) {
      header.putInt(384 + 4 * i, templateTable[i]);
    }
    CRC32 crc = new CRC32();
    crc.update(out.array(), 0, 120);
    crc.update(out.array(), 128, EvtxWriter.CHUNK_HEADER_SIZE - 128);
    header.putInt(124, (int) crc.getValue());
    return java.util.Arrays.copyOf(out.array(), EvtxWriter.CHUNK_SIZE);
  }

  /** A fragment header and a template instance or a bare element. */
  void fragment(EvtxValue.Fragment fragment) {
    out.put(new byte[] {0x0F, 1, 1, 0});
    if (!fragment.asTemplate()) {
      element(fragment.template(), false);
      return;
    }
    out.put((byte) 0x0C).put((byte) 1);
    UUID id = identifier(fragment.template());
    byte[] guid = EvtxValue.guidBytes(id);
    out.putInt(ByteBuffer.wrap(guid).order(ByteOrder.LITTLE_ENDIAN).getInt());
    Integer known = offset(fragment.template(), templates, newTemplates);
    if (known == null) {
      out.putInt(out.position() + 4);
      definition(fragment.template(), guid);
    } else {
      out.putInt(known);
    }
    values(fragment.values());
  }

  private void definition(BinXmlPart.Element template, byte[] guid) {
    int at = out.position();
    newTemplates.put(template, at);
    out.putInt(0).put(guid).putInt(0);
    out.put(new byte[] {0x0F, 1, 1, 0});
    element(template, true);
    out.put((byte) 0);
    out.putInt(at + 20, out.position() - at - 24);
  }

  private void values(List<EvtxValue> values) {
    out.putInt(values.size());
    int descriptor = out.position();
    out.position(descriptor + 4 * values.size());
    for (EvtxValue value : values) {
      int from = out.position();
      int type =
          switch (value) {
            case EvtxValue.Plain(int plainType, byte[] bytes) -> {
              out.put(bytes);
              yield plainType;
            }
            case EvtxValue.Embedded(List<EvtxValue.Fragment> fragments) -> {
              for (EvtxValue.Fragment fragment : fragments) {
                fragment(fragment);
                out.put((byte) 0);
              }
              yield 0x21;
            }
          };
      out.putShort(descriptor, (short) (out.position() - from));
      out.put(descriptor + 2, (byte) type);
      out.put(descriptor + 3, (byte) 0);
      descriptor += 4;
    }
  }

  private void element(BinXmlPart.Element element, boolean inTemplate) {
    boolean hasAttributes = !element.attributes().isEmpty();
    out.put((byte) (hasAttributes ? 0x41 : 0x01));
    if (inTemplate) {
      out.putShort((short) -1);
    }
    int size = out.position();
    out.putInt(0);
    name(element.name());
    if (hasAttributes) {
      int listSize = out.position();
      out.putInt(0);
      for (int i = 0; i < element.attributes().size(); i++) {
        BinXmlPart.Attribute attribute = element.attributes().get(i);
        out.put((byte) (i + 1 < element.attributes().size() ? 0x46 : 0x06));
        name(attribute.name());
        attribute.value().forEach(part -> content(part, inTemplate));
      }
      out.putInt(listSize, out.position() - listSize - 4);
    }
    if (element.content().isEmpty()) {
      out.put((byte) 0x03);
    } else {
      out.put((byte) 0x02);
      element.content().forEach(part -> content(part, inTemplate));
      out.put((byte) 0x04);
    }
    out.putInt(size, out.position() - size - 4);
  }

  private void content(BinXmlPart part, boolean inTemplate) {
    switch (part) {
      case BinXmlPart.Element element -> element(element, inTemplate);
      case BinXmlPart.Text(String text) -> {
        out.put((byte) 0x05).put((byte) 0x01);
        counted(text);
      }
      case BinXmlPart.CData(String text) -> {
        out.put((byte) 0x07);
        counted(text);
      }
      case BinXmlPart.CharRef(int value) -> out.put((byte) 0x08).putShort((short) value);
      case BinXmlPart.EntityRef(String name) -> {
        out.put((byte) 0x09);
        name(name);
      }
      case BinXmlPart.Instruction(String target, String text) -> {
        out.put((byte) 0x0A);
        name(target);
        out.put((byte) 0x0B);
        counted(text);
      }
      case BinXmlPart.Hole(int index, int type, boolean optional) ->
          out.put((byte) (optional ? 0x0E : 0x0D)).putShort((short) index).put((byte) type);
    }
  }

  private void counted(String text) {
    out.putShort((short) text.length());
    out.put(text.getBytes(StandardCharsets.UTF_16LE));
  }

  private void name(String name) {
    Integer known = offset(name, names, newNames);
    if (known != null) {
      out.putInt(known);
      return;
    }
    int at = out.position() + 4;
    out.putInt(at);
    newNames.put(name, at);
    out.putInt(0).putShort((short) hash(name)).putShort((short) name.length());
    out.put(name.getBytes(StandardCharsets.UTF_16LE)).putShort((short) 0);
  }

  private static <K> Integer offset(K key, Map<K, Integer> old, Map<K, Integer> fresh) {
    Integer known = old.get(key);
    return known != null ? known : fresh.get(key);
  }

  private static UUID identifier(BinXmlPart.Element template) {
    return UUID.nameUUIDFromBytes(template.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static int hash(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = hash * 65_599 + name.charAt(i);
    }
    return hash & 0xFFFF;
  }

  private int crc(int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(out.array(), from, to - from);
    return (int) crc.getValue();
  }
}

package org.wachtpost.inspect.evtx;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The data of a record of the usual shape, each made text when it is asked for: checks look at few.
 * One thread.
 */
final class LateData extends AbstractList<EventDatum> implements RandomAccess {
  /** Type of what is no item: the value is that of the template. */
  private static final int NO_ITEM = -2;

  private static final Value NONE = new Value(NO_ITEM, 0, 0);

  private final Chunk chunk;
  private final TemplateInstance values;

  /** Elements of the template; if there are arrays, one for each item. */
  private final List<TemplateFields.Datum> data;

  /** What each of these has instead of its value, if there are arrays. */
  private final List<Value> items;

  private LateData(
      Chunk chunk, TemplateInstance values, List<TemplateFields.Datum> data, List<Value> items) {
    this.chunk = chunk;
    this.values = values;
    this.data = data;
    this.items = items;
  }

  /** The data of an instance whose values were looked at: each has a text, and is no array. */
  static LateData of(Chunk chunk, TemplateInstance values, List<TemplateFields.Datum> data) {
    return new LateData(chunk, values, data, List.of());
  }

  /**
   * The same, of which some are arrays: these repeat the element that they stand in, and an empty
   * one leaves an empty element.
   *
   * @throws BinXmlException if an array ends inside an item
   */
  static LateData repeated(
      Chunk chunk, TemplateInstance values, List<TemplateFields.Datum> elements)
      throws BinXmlException {
    List<TemplateFields.Datum> data = new ArrayList<>();
    List<Value> items = new ArrayList<>();
    for (TemplateFields.Datum datum : elements) {
      int hole = datum.value().hole;
      if (hole < 0 || !values.isArray(hole)) {
        data.add(datum);
        items.add(NONE);
        continue;
      }
      List<Value> array = ValueText.items(chunk, values.get(hole));
      items.addAll(
          array.isEmpty() ? List.of(new Value(Value.NULL, values.offset(hole), 0)) : array);
      while (data.size() < items.size()) {
        data.add(datum);
      }
    }
    return new LateData(chunk, values, data, items);
  }

  @Override
  public int size() {
    return data.size();
  }

  @Override
  public EventDatum get(int index) {
    return new EventDatum(data.get(index).name(), value(index));
  }

  /** The first value of that name, or the empty string. */
  String value(String name) {
    for (int i = 0; i < data.size(); i++) {
      if (data.get(i).name().equals(name)) {
        return value(i);
      }
    }
    return "";
  }

  /** The value at a place, or the empty string. */
  String value(int index) {
    if (index >= data.size()) {
      return "";
    }
    Value item = items.isEmpty() ? NONE : items.get(index);
    try {
      return item.type() == NO_ITEM
          ? data.get(index).value().text(chunk, values)
          : Field.text(chunk, item);
    } catch (BinXmlException e) {
      throw new IllegalStateException("a value without a text", e); // TemplateFields saw to it
    }
  }
}

package org.wachtpost.admin;

/**
 * Writes Prometheus' text form. Names and labels are this program's own words: nothing from the
 * network belongs in one, as each new one costs the reader memory for ever.
 */
final class MetricsText {
  private final StringBuilder text = new StringBuilder(2048);

  /** A metric with one sample. */
  void gauge(String name, String help, long value) {
    family(name, "gauge", help);
    sample(name, value);
  }

  /** The head of a metric, before its samples. */
  void family(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  void sample(String name, long value) {
    text.append(name).append(' ').append(value).append('\n');
  }

  void sample(String name, String label, String labelValue, long value) {
    text.append(name).append('{').append(label).append("=\"").append(labelValue).append("\"} ");
    text.append(value).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

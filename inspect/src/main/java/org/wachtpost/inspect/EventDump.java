package org.wachtpost.inspect;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.wachtpost.inspect.evtx.EvtxConsumer;
import org.wachtpost.inspect.evtx.EvtxReader;
import org.wachtpost.inspect.evtx.EvtxRecord;
import org.wachtpost.inspect.evtx.EvtxSummary;
import org.wachtpost.inspect.evtx.EvtxXml;

/**
 * {@code wachtpost inspect --dump-events FILE}: every record of one event log as XML, for who wants
 * to read it or to compare it with another program. One record is held at a time.
 */
final class EventDump {
  static final String OPTION = "--dump-events";

  private EventDump() {}

  /**
   * Writes one XML document in UTF-8, whatever the locale: a comment before each event says its
   * number, its offset in the file and how it was come by. Damage goes to {@code err}.
   *
   * @return 0, or {@link InspectCommand#FAILED} if there is no record and something is wrong, or
   *     not all could be written
   * @throws IOException if the file cannot be read
   */
  static int run(Path file, PrintStream out, PrintStream err) throws IOException {
    Printer printer = new Printer(out, err);
    EvtxSummary summary;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      printer.print("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n");
      summary = EvtxReader.read(channel, printer);
    }
    printer.print("</Events>\n");
    if (out.checkError()) {
      err.println("wachtpost inspect: not all events could be written");
      return InspectCommand.FAILED;
    }
    return summary.records() == 0 && summary.damaged() > 0 ? InspectCommand.FAILED : 0;
  }

  private static final class Printer implements EvtxConsumer {
    private final PrintStream out;
    private final PrintStream err;

    Printer(PrintStream out, PrintStream err) {
      this.out = out;
      this.err = err;
    }

    @Override
    public void record(EvtxRecord record) {
      String integrity =
          switch (record.integrity()) {
            case INTACT -> "intact";
            case PARTIAL -> "partial";
            case RECOVERED -> "recovered";
          };
      print(
          "<!-- record "
              + Long.toUnsignedString(record.recordId())
              + " offset "
              + record.offset()
              + " "
              + integrity
              + " -->\n"
              + EvtxXml.fragment(record.root()));
    }

    @Override
    public void damage(long offset, String what) {
      err.println("offset " + offset + ": " + what);
    }

    private void print(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.write(bytes, 0, bytes.length);
    }
  }
}

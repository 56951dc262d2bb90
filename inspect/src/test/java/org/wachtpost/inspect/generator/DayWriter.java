package org.wachtpost.inspect.generator;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The row logs of one day: IIS a file a day, HttpProxy a file an hour. Not thread-safe. */
final class DayWriter implements AutoCloseable {
  static final String EXCHANGE = "C/Program Files/Microsoft/Exchange Server/V15";
  static final String IIS_FIELDS =
      "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
          + " cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
  private static final int FLUSH_BYTES = 1 << 20;
  private static final String BOM = "\uFEFF";

  private final Plan plan;
  private final Planting planting;
  private final LocalDate day;
  private final Map<Stream, Open> open = new EnumMap<>(Stream.class);

  DayWriter(Plan plan, Planting planting, LocalDate day) {
    this.plan = plan;
    this.planting = planting;
    this.day = day;
  }

  private static final class Open implements AutoCloseable {
    final ByteText text = new ByteText();
    final List<Planting.Row> planted;
    int nextPlanted;
    int hour = -1;
    OutputStream out = OutputStream.nullOutputStream();

    Open(List<Planting.Row> planted) {
      this.planted = planted;
    }

    void flush() throws IOException {
      out.write(text.array(), 0, text.size());
      text.clear();
    }

    @Override
    public void close() throws IOException {
      try (OutputStream last = out) {
        last.write(text.array(), 0, text.size());
      }
    }
  }

  /** Where the next row of a log goes; the rows planted before that time are in it. */
  ByteText at(Stream stream, int milliseconds) throws IOException {
    Open file = file(stream);
    while (file.nextPlanted < file.planted.size()) {
      Planting.Row row = file.planted.get(file.nextPlanted);
      int when = (int) (row.time().toEpochMilli() - startMillis());
      if (when > milliseconds) {
        break;
      }
      roll(stream, file, when);
      file.text.add(row.line()).add("\r\n");
      file.nextPlanted++;
    }
    roll(stream, file, milliseconds);
    if (file.text.size() > FLUSH_BYTES) {
      file.flush();
    }
    return file.text;
  }

  @Override
  public void close() throws IOException {
    for (Stream stream : Stream.values()) {
      if (open.containsKey(stream) || !planting.rows(day, stream).isEmpty()) {
        int last = file(stream).planted.isEmpty() ? -1 : 86_399_999;
        if (last >= 0) {
          drain(stream);
        }
        file(stream).close();
      }
    }
  }

  private void drain(Stream stream) throws IOException {
    Open file = file(stream);
    while (file.nextPlanted < file.planted.size()) {
      Planting.Row row = file.planted.get(file.nextPlanted);
      at(stream, (int) (row.time().toEpochMilli() - startMillis()));
    }
  }

  private long startMillis() {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  private Open file(Stream stream) {
    return open.computeIfAbsent(stream, s -> new Open(planting.rows(day, s)));
  }

  private void roll(Stream stream, Open file, int milliseconds) throws IOException {
    int hour = stream.isProxy() ? milliseconds / 3_600_000 : 0;
    if (hour == file.hour) {
      return;
    }
    file.flush();
    file.out.close();
    file.hour = hour;
    if (kept(stream)) {
      Path path = plan.tree().resolve(path(stream, hour));
      Files.createDirectories(path.getParent());
      file.out = Files.newOutputStream(path);
      header(stream, file.text, milliseconds);
    } else {
      file.out = OutputStream.nullOutputStream();
    }
  }

  /** Whether this day's file is still on the server. */
  boolean kept(Stream stream) {
    if (stream == Stream.IIS_FRONT || stream == Stream.IIS_BACK) {
      return planting.iisGapFrom == null
          || day.isBefore(planting.iisGapFrom)
          || day.isAfter(planting.iisGapTo);
    }
    LocalDate from =
        planting.exchangeLogsFrom != null ? planting.exchangeLogsFrom : plan.firstExchangeLog();
    return !day.isBefore(from);
  }

  private String path(Stream stream, int hour) {
    String date = day.toString().replace("-", "");
    return switch (stream) {
      case IIS_FRONT -> "C/inetpub/logs/LogFiles/W3SVC1/u_ex" + date.substring(2) + ".log";
      case IIS_BACK -> "C/inetpub/logs/LogFiles/W3SVC2/u_ex" + date.substring(2) + ".log";
      case ECP_SERVER -> EXCHANGE + "/Logging/ECP/Server/ECPServer" + date + "-1.LOG";
      default ->
          EXCHANGE
              + "/Logging/HttpProxy/"
              + stream.folder
              + "/HttpProxy_"
              + date
              + String.format(java.util.Locale.ROOT, "%02d", hour)
              + "-1.LOG";
    };
  }

  private void header(Stream stream, ByteText text, int milliseconds) {
    Instant time = Instant.ofEpochMilli(startMillis() + milliseconds);
    if (stream == Stream.IIS_FRONT || stream == Stream.IIS_BACK) {
      text.add(
          "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: ");
      text.add(day.toString()).add(' ').timeOfDay(milliseconds, false).add("\r\n");
      text.add(IIS_FIELDS).add("\r\n");
      return;
    }
    String fields =
        stream == Stream.ECP_SERVER
            ? "TimeStamp,ServerName,EventId,EventData"
            : String.join(",", ProxyRow.COLUMNS);
    String type = stream == Stream.ECP_SERVER ? "ECP Server Log" : "HttpProxy Logs";
    text.add((BOM + "#Software: Microsoft Exchange Server\r\n").getBytes(StandardCharsets.UTF_8));
    text.add("#Version: " + cumulativeUpdate() + "\r\n#Log-type: " + type + "\r\n#Date: ");
    text.add(ProxyRow.TIME.format(time)).add("\r\n#Fields: ").add(fields).add("\r\n");
    if (stream.isProxy() && day.getDayOfMonth() % 4 == 0) {
      text.add(fields).add("\r\n"); // some servers repeat the names as an ordinary row
    }
  }

  /** The build of the cumulative update: log headers do not show the security update. */
  private String cumulativeUpdate() {
    return planting.build;
  }
}

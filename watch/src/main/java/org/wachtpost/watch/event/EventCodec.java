package org.wachtpost.watch.event;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.wachtpost.access.AccessEvent;
import org.wachtpost.access.AccessEvent.Authentication;
import org.wachtpost.access.AccessEvent.Change;
import org.wachtpost.access.AccessEvent.Connected;
import org.wachtpost.access.AccessEvent.Counts;
import org.wachtpost.access.AccessEvent.Offence;
import org.wachtpost.access.AccessEvent.Origin;
import org.wachtpost.access.AccessEvent.Refused;
import org.wachtpost.access.AccessEvent.SessionEnd;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/** Events as stored records. Texts longer than {@link #TEXT_CHARACTERS} are cut when written. */
final class EventCodec {
  /** Longest text of an event that is kept, characters. */
  static final int TEXT_CHARACTERS = 1_000;

  /**
   * Layout 2 added the scope of a log-in and what a session exported; layout 3 whom a log-in asked
   * to act as.
   */
  private static final int LAYOUT = 3;

  private static final int CONNECTED = 1;
  private static final int REFUSED = 2;
  private static final int AUTHENTICATION = 3;
  private static final int SESSION_END = 4;
  private static final int CHANGE = 5;
  private static final int OFFENCE = 6;

  private EventCodec() {}

  static byte[] write(AccessEvent event) {
    RecordWriter out = new RecordWriter(LAYOUT);
    switch (event) {
      case Connected e -> head(out, CONNECTED, e).flag(e.implicitTls());
      case Refused e -> head(out, REFUSED, e).text(cut(e.reason()));
      case Authentication e -> writeAuthentication(head(out, AUTHENTICATION, e), e);
      case SessionEnd e -> writeSessionEnd(head(out, SESSION_END, e), e);
      case Change e ->
          head(out, CHANGE, e)
              .text(cut(e.actor()))
              .optionalText(cutOptional(e.account()))
              .text(cut(e.what()))
              .text(cut(e.detail()));
      case Offence e ->
          head(out, OFFENCE, e)
              .optionalText(cutOptional(e.account()))
              .text(cut(e.what()))
              .text(cut(e.detail()));
    }
    return out.toBytes();
  }

  static AccessEvent read(byte[] bytes) {
    RecordReader in = new RecordReader(bytes, LAYOUT);
    int type = in.integer();
    long seconds = in.number();
    Instant time = Instant.ofEpochSecond(seconds, in.number());
    Origin origin = readOrigin(in);
    return switch (type) {
      case CONNECTED -> new Connected(time, origin, in.flag());
      case REFUSED -> new Refused(time, origin, in.text());
      case AUTHENTICATION ->
          new Authentication(
              time,
              origin,
              in.text(),
              in.version() < 3 ? null : in.optionalText(),
              in.optionalText(),
              in.text(),
              in.version() < 2 ? null : in.optionalText(),
              in.flag(),
              in.optionalText(),
              in.optionalText(),
              in.optionalText(),
              in.optionalText());
      case SESSION_END ->
          new SessionEnd(
              time, origin, in.optionalText(), in.optionalText(), readCounts(in), in.text());
      case CHANGE -> new Change(time, origin, in.text(), in.optionalText(), in.text(), in.text());
      case OFFENCE -> new Offence(time, origin, in.optionalText(), in.text(), in.text());
      default -> throw new StoreException.Corrupt("access event of type " + type, null);
    };
  }

  private static RecordWriter head(RecordWriter out, int type, AccessEvent event) {
    Origin origin = event.origin();
    InetAddress remote = origin.remote();
    Instant time = event.time();
    return out.number(type)
        .number(time.getEpochSecond())
        .number(time.getNano())
        .text(cut(origin.protocol()))
        .bytes(remote == null ? new byte[0] : remote.getAddress())
        .number(origin.remotePort())
        .number(origin.localPort())
        .text(cut(origin.session()));
  }

  private static Origin readOrigin(RecordReader in) {
    String protocol = in.text();
    byte[] address = in.bytes();
    try {
      InetAddress remote = address.length == 0 ? null : InetAddress.getByAddress(address);
      return new Origin(protocol, remote, in.integer(), in.integer(), in.text());
    } catch (UnknownHostException e) {
      throw new StoreException.Corrupt("address of " + address.length + " bytes", e);
    }
  }

  private static void writeAuthentication(RecordWriter out, Authentication event) {
    out.text(cut(event.login()))
        .optionalText(cutOptional(event.authorization()))
        .optionalText(cutOptional(event.account()))
        .text(cut(event.mechanism()))
        .optionalText(cutOptional(event.scope()))
        .flag(event.success())
        .optionalText(cutOptional(event.reason()))
        .optionalText(cutOptional(event.credential()))
        .optionalText(cutOptional(event.tls()))
        .optionalText(cutOptional(event.client()));
  }

  private static void writeSessionEnd(RecordWriter out, SessionEnd event) {
    Counts counts = event.counts();
    out.optionalText(cutOptional(event.account()))
        .optionalText(cutOptional(event.client()))
        .number(counts.commands())
        .number(counts.failed())
        .number(counts.messagesRead())
        .number(counts.bytesIn())
        .number(counts.bytesOut())
        .number(counts.deleted())
        .number(counts.appended())
        .number(counts.submitted())
        .number(counts.exported())
        .text(cut(event.how()));
  }

  private static Counts readCounts(RecordReader in) {
    return new Counts(
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.version() < 2 ? 0 : in.number());
  }

  private static String cut(String text) {
    return text.length() <= TEXT_CHARACTERS ? text : text.substring(0, TEXT_CHARACTERS - 1) + "…";
  }

  private static @Nullable String cutOptional(@Nullable String text) {
    return text == null ? null : cut(text);
  }
}

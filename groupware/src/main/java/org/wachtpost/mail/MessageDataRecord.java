package org.wachtpost.mail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.BodyPart.Disposition;
import org.wachtpost.mail.BodyPart.Parameter;
import org.wachtpost.mail.Envelope.Address;
import org.wachtpost.mail.MessageData.HeaderField;
import org.wachtpost.store.StoreException;
import org.wachtpost.store.key.RecordReader;
import org.wachtpost.store.key.RecordWriter;

/**
 * What ingest computed, as it is stored: the message's data and its places in the thread index.
 *
 * @param threadHashes see {@link ThreadIndex}
 */
record MessageDataRecord(List<Long> threadHashes, MessageData data) {
  /** 2: addresses have a route. */
  private static final int LAYOUT = 2;

  private static final int LAYOUT_WITHOUT_ROUTES = 1;

  /** Only a broken record is deeper. */
  private static final int DEPTH = 2 * MessageParser.DEPTH + 2;

  static MessageDataRecord decode(byte[] bytes) {
    RecordReader in = new RecordReader(bytes, LAYOUT);
    List<Long> hashes = in.list(RecordReader::number);
    Envelope envelope = envelope(in);
    BodyPart structure = part(in, 0);
    Instant sent = in.flag() ? Instant.ofEpochSecond(in.signed()) : null;
    String baseSubject = in.text();
    List<HeaderField> fields = in.list(field -> new HeaderField(field.text(), field.text()));
    return new MessageDataRecord(
        hashes,
        new MessageData(
            envelope, structure, sent, baseSubject, fields, in.flag(), in.text(), in.flag()));
  }

  byte[] encode() {
    RecordWriter out = new RecordWriter(LAYOUT);
    out.list(threadHashes, RecordWriter::number);
    write(out, data.envelope());
    write(out, data.structure());
    Instant sent = data.sentDate();
    out.flag(sent != null);
    if (sent != null) {
      out.signed(sent.getEpochSecond());
    }
    out.text(data.baseSubject());
    out.list(data.fields(), (to, field) -> to.text(field.name()).text(field.raw()));
    return out.flag(data.fieldsComplete())
        .text(data.preview())
        .flag(data.hasAttachment())
        .toBytes();
  }

  private static void write(RecordWriter out, Envelope envelope) {
    out.optionalText(envelope.date()).optionalText(envelope.subject());
    for (List<Address> addresses : addressLists(envelope)) {
      out.list(
          addresses,
          (to, address) ->
              to.optionalText(address.name())
                  .optionalText(address.route())
                  .optionalText(address.mailbox())
                  .optionalText(address.host()));
    }
    out.optionalText(envelope.inReplyTo()).optionalText(envelope.messageId());
  }

  private static List<List<Address>> addressLists(Envelope envelope) {
    return List.of(
        envelope.from(),
        envelope.sender(),
        envelope.replyTo(),
        envelope.to(),
        envelope.cc(),
        envelope.bcc());
  }

  private static Envelope envelope(RecordReader in) {
    return new Envelope(
        in.optionalText(),
        in.optionalText(),
        addresses(in),
        addresses(in),
        addresses(in),
        addresses(in),
        addresses(in),
        addresses(in),
        in.optionalText(),
        in.optionalText());
  }

  private static List<Address> addresses(RecordReader in) {
    boolean routes = in.version() > LAYOUT_WITHOUT_ROUTES;
    return in.list(address ->
        new Address(
            address.optionalText(),
            routes ? address.optionalText() : null,
            address.optionalText(),
            address.optionalText()));
  }

  private static void write(RecordWriter out, BodyPart part) {
    out.text(part.type()).text(part.subtype());
    write(out, part.parameters());
    out.optionalText(part.id()).optionalText(part.description()).text(part.encoding());
    Disposition disposition = part.disposition();
    out.flag(disposition != null);
    if (disposition != null) {
      out.text(disposition.type());
      write(out, disposition.parameters());
    }
    out.list(part.languages(), RecordWriter::text);
    out.optionalText(part.location()).optionalText(part.md5());
    out.number(part.headerStart());
    out.number(part.bodyStart() - part.headerStart());
    out.number(part.end() - part.bodyStart());
    out.number(part.lines());
    out.list(part.children(), MessageDataRecord::write);
    Envelope envelope = part.envelope();
    out.flag(envelope != null);
    if (envelope != null) {
      write(out, envelope);
    }
  }

  private static void write(RecordWriter out, List<Parameter> parameters) {
    out.list(parameters, (to, parameter) -> to.text(parameter.name()).text(parameter.value()));
  }

  private static BodyPart part(RecordReader in, int depth) {
    if (depth > DEPTH) {
      throw new StoreException.Corrupt("body structure deeper than " + DEPTH, null);
    }
    String type = in.text();
    String subtype = in.text();
    List<Parameter> parameters = parameters(in);
    @Nullable String id = in.optionalText();
    @Nullable String description = in.optionalText();
    String encoding = in.text();
    Disposition disposition = in.flag() ? new Disposition(in.text(), parameters(in)) : null;
    List<String> languages = in.list(RecordReader::text);
    @Nullable String location = in.optionalText();
    @Nullable String md5 = in.optionalText();
    long headerStart = in.number();
    long bodyStart = headerStart + in.number();
    long end = bodyStart + in.number();
    long lines = in.number();
    List<BodyPart> children = new ArrayList<>(in.list(child -> part(child, depth + 1)));
    Envelope envelope = in.flag() ? envelope(in) : null;
    return new BodyPart(
        type,
        subtype,
        parameters,
        id,
        description,
        encoding,
        disposition,
        languages,
        location,
        md5,
        headerStart,
        bodyStart,
        end,
        lines,
        children,
        envelope);
  }

  private static List<Parameter> parameters(RecordReader in) {
    return in.list(parameter -> new Parameter(parameter.text(), parameter.text()));
  }
}

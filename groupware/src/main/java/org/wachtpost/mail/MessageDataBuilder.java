package org.wachtpost.mail;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wachtpost.mail.BodyPart.Disposition;
import org.wachtpost.mail.BodyPart.Parameter;
import org.wachtpost.mail.Envelope.Address;
import org.wachtpost.mail.HeaderBlock.Field;
import org.wachtpost.mail.MessageData.HeaderField;

/** Makes a message's data from its scanned parts, within a budget: it must fit a commit. */
final class MessageDataBuilder {
  /** Common header fields that are stored, characters; with more, the body is opened for them. */
  static final int FIELD_CHARACTERS = 96 * 1024;

  /** Envelopes and structure that are stored, characters; what is beyond is left out. */
  static final int TEXT_CHARACTERS = 128 * 1024;

  private final PartScan root;
  private int budget = TEXT_CHARACTERS;

  MessageDataBuilder(PartScan root) {
    this.root = root;
  }

  MessageParser.Parsed build() {
    Envelope envelope = envelope(root);
    List<HeaderField> fields = new ArrayList<>();
    boolean complete = commonFields(fields);
    BodyPart structure = part(root);
    String date = root.field("Date");
    String subject = root.field("Subject");
    MessageData data =
        new MessageData(
            envelope,
            structure,
            date == null ? null : DateParser.parse(date),
            subject == null ? "" : BaseSubject.of(subject),
            fields,
            complete,
            preview(),
            hasAttachment(root, false));
    return new MessageParser.Parsed(data, messageIds());
  }

  private boolean commonFields(List<HeaderField> fields) {
    int room = FIELD_CHARACTERS;
    for (Field field : root.fields) {
      if (CommonFields.NAMES.contains(field.name())) {
        room -= field.raw().length();
        if (room < 0) {
          return false;
        }
        fields.add(new HeaderField(field.name(), field.raw()));
      }
    }
    return root.header.isComplete();
  }

  // ---- envelope

  private Envelope envelope(PartScan part) {
    List<Address> from = addresses(part, "From");
    List<Address> sender = addresses(part, "Sender");
    List<Address> replyTo = addresses(part, "Reply-To");
    return new Envelope(
        kept(part.field("Date")),
        kept(part.field("Subject")),
        from,
        sender.isEmpty() ? from : sender, // RFC 9051 §7.5.2
        replyTo.isEmpty() ? from : replyTo,
        addresses(part, "To"),
        addresses(part, "Cc"),
        addresses(part, "Bcc"),
        kept(part.field("In-Reply-To")),
        kept(part.field("Message-ID")));
  }

  private List<Address> addresses(PartScan part, String name) {
    List<Address> kept = new ArrayList<>();
    // RFC 5322 §3.6 allows each once; where there are several, all of them were meant
    for (Field field : part.fields) {
      if (field.name().equalsIgnoreCase(name)) {
        for (Address address : AddressParser.parse(field.body())) {
          if (!spend(length(address.name()) + length(address.mailbox()) + length(address.host()))) {
            return kept;
          }
          kept.add(address);
        }
      }
    }
    return kept;
  }

  private static int length(@Nullable String text) {
    return text == null ? 1 : text.length() + 1;
  }

  /** True if that many characters are left to store. */
  private boolean spend(int characters) {
    if (characters > budget) {
      return false;
    }
    budget -= characters;
    return true;
  }

  /** The text, or as much of it as can be stored. */
  private @Nullable String kept(@Nullable String text) {
    return text == null || spend(text.length()) ? text : null;
  }

  // ---- structure

  private BodyPart part(PartScan scan) {
    List<BodyPart> children = new ArrayList<>();
    for (PartScan child : scan.children) {
      children.add(part(child));
    }
    if (children.isEmpty() && (scan.isMultipart() || scan.isMessage())) {
      children.add(plain(scan));
    }
    Envelope envelope = null;
    if (scan.isMessage()) {
      envelope =
          envelope(scan.children.isEmpty() ? new PartScan(null, 0) : scan.children.getFirst());
    }
    String type = keptOr(scan.type, "text");
    return new BodyPart(
        type,
        type.equals(scan.type) ? keptOr(scan.subtype, "plain") : "plain",
        parameters(scan.parameters),
        kept(scan.field("Content-ID")),
        kept(scan.field("Content-Description")),
        keptOr(scan.encoding, "7bit"),
        disposition(scan.disposition),
        languages(scan),
        kept(scan.field("Content-Location")),
        kept(scan.field("Content-MD5")),
        scan.headerStart,
        scan.bodyStart,
        scan.end,
        scan.lines,
        children,
        envelope);
  }

  /** The whole body as one part of plain text. */
  private static BodyPart plain(PartScan scan) {
    return new BodyPart(
        "text",
        "plain",
        List.of(),
        null,
        null,
        "7bit",
        null,
        List.of(),
        null,
        null,
        scan.bodyStart,
        scan.bodyStart,
        scan.end,
        scan.lines,
        List.of(),
        null);
  }

  private String keptOr(String text, String otherwise) {
    return spend(text.length()) ? text : otherwise;
  }

  private List<Parameter> parameters(List<Parameter> all) {
    List<Parameter> kept = new ArrayList<>(all.size());
    for (Parameter parameter : all) {
      if (spend(parameter.name().length() + parameter.value().length() + 2)) {
        kept.add(parameter);
      }
    }
    return kept;
  }

  private @Nullable Disposition disposition(@Nullable Disposition all) {
    return all == null || !spend(all.type().length())
        ? null
        : new Disposition(all.type(), parameters(all.parameters()));
  }

  // RFC 3282 §2
  private List<String> languages(PartScan scan) {
    String body = kept(scan.field("Content-Language"));
    if (body == null) {
      return List.of();
    }
    List<String> languages = new ArrayList<>();
    for (String language : body.split(",")) {
      if (!language.isBlank()) {
        languages.add(language.strip());
      }
    }
    return languages;
  }

  // ---- preview, attachments, ids

  private String preview() {
    PartScan html = null;
    List<PartScan> todo = new ArrayList<>(List.of(root));
    while (!todo.isEmpty()) {
      PartScan part = todo.removeLast();
      if (part.captures && !isAttachment(part)) {
        if (part.subtype.equalsIgnoreCase("plain")) {
          String text = preview(part, false);
          if (!text.isEmpty()) {
            return text;
          }
        } else if (html == null && part.subtype.equalsIgnoreCase("html")) {
          html = part;
        }
      }
      todo.addAll(part.children.reversed());
    }
    return html == null ? "" : preview(html, true);
  }

  private static String preview(PartScan part, boolean html) {
    return Preview.of(part.captured(), part.encoding, part.parameter("charset"), html);
  }

  private static boolean isAttachment(PartScan part) {
    Disposition disposition = part.disposition;
    return disposition != null && disposition.type().equalsIgnoreCase("attachment");
  }

  private static boolean hasAttachment(PartScan part, boolean related) {
    if (isAttachment(part)) {
      return true;
    }
    if (part.isMultipart()) {
      boolean inRelated = part.subtype.equalsIgnoreCase("related");
      return part.children.stream().anyMatch(child -> hasAttachment(child, inRelated));
    }
    return switch (part.type.toLowerCase(Locale.ROOT)) {
      case "text" -> part.disposition != null && isNamed(part);
      case "message" -> part.isMessage() && part.parent != null;
      default -> !(related && part.field("Content-ID") != null) && !isSignature(part);
    };
  }

  private static boolean isNamed(PartScan part) {
    Disposition disposition = part.disposition;
    return disposition != null
        && disposition.parameters().stream().anyMatch(it -> it.name().startsWith("filename"));
  }

  private static boolean isSignature(PartScan part) {
    return part.subtype.toLowerCase(Locale.ROOT).endsWith("-signature");
  }

  private List<String> messageIds() {
    Set<String> ids = new LinkedHashSet<>();
    addIds(ids, root.field("Message-ID"));
    addIds(ids, root.field("In-Reply-To"));
    List<String> references = new ArrayList<>();
    addIds(references, root.field("References"));
    Collections.reverse(references);
    ids.addAll(references);
    return List.copyOf(ids);
  }

  /** The ids in angle brackets (RFC 5322 §3.6.4). */
  private static void addIds(Collection<String> ids, @Nullable String body) {
    if (body == null) {
      return;
    }
    int start = body.indexOf('<');
    while (start >= 0) {
      int end = body.indexOf('>', start);
      if (end < 0) {
        return;
      }
      if (end - start > 1 && end - start < 1_000) {
        ids.add(body.substring(start + 1, end).strip());
      }
      start = body.indexOf('<', end);
    }
  }
}

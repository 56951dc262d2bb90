package org.wachtpost.imap;

import java.util.List;
import java.util.Optional;
import org.wachtpost.imap.wire.Section;
import org.wachtpost.mail.BodyPart;

/**
 * Where a section stands in its message.
 *
 * @param from offset of its first byte
 * @param end offset behind its last byte
 */
record Place(long from, long end) {

  /** The section's place; empty when there is no such part. For fields: the header they are in. */
  static Optional<Place> of(BodyPart root, Section section) {
    if (section.parts().isEmpty()) {
      return switch (section.kind()) {
        case ALL -> Optional.of(new Place(root.headerStart(), root.end()));
        case TEXT -> Optional.of(bodyOf(root));
        case HEADER, HEADER_FIELDS, HEADER_FIELDS_NOT, MIME -> Optional.of(headerOf(root));
      };
    }
    return part(root, section.parts())
        .flatMap(part ->
            switch (section.kind()) {
              case ALL -> Optional.of(bodyOf(part));
              // RFC 9051 §6.4.5.1: these are of the message in the part.
              case TEXT -> inner(part).map(Place::bodyOf);
              case HEADER, HEADER_FIELDS, HEADER_FIELDS_NOT -> inner(part).map(Place::headerOf);
              case MIME -> Optional.of(headerOf(part));
            });
  }

  /** The part with these numbers. */
  static Optional<BodyPart> part(BodyPart root, List<Integer> numbers) {
    BodyPart container = root;
    BodyPart found = null;
    for (int number : numbers) {
      if (found != null) {
        // Numbers within a message/rfc822 part count in the message that it holds.
        Optional<BodyPart> inner = inner(found);
        if (inner.isEmpty() && !found.isMultipart()) {
          return Optional.empty();
        }
        container = inner.orElse(found);
      }
      if (container.isMultipart() && !container.children().isEmpty()) {
        if (number > container.children().size()) {
          return Optional.empty();
        }
        found = container.children().get(number - 1);
      } else if (number == 1) {
        // RFC 9051 §6.4.5.1: a message that is no multipart has one part, its body.
        found = container;
      } else {
        return Optional.empty();
      }
    }
    return Optional.ofNullable(found);
  }

  private static Optional<BodyPart> inner(BodyPart part) {
    return part.isMessage() && !part.children().isEmpty()
        ? Optional.of(part.children().getFirst())
        : Optional.empty();
  }

  private static Place headerOf(BodyPart part) {
    return new Place(part.headerStart(), part.bodyStart());
  }

  private static Place bodyOf(BodyPart part) {
    return new Place(part.bodyStart(), part.end());
  }
}

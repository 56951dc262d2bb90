package org.wachtpost.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wachtpost.config.Config;
import org.wachtpost.directory.Role;
import org.wachtpost.directory.Scope;
import org.wachtpost.queue.QueueId;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Words of the command line as values. One that is no such value is wrong usage, not a failure:
 * nothing needs to be looked up to see that. Addresses, names and paths are what commands look up.
 */
final class Conversions {
  private Conversions() {}

  static void addTo(CommandLine commandLine) {
    commandLine.registerConverter(Instant.class, Conversions::time);
    commandLine.registerConverter(LocalDate.class, Conversions::day);
    commandLine.registerConverter(QueueId.class, Conversions::queueId);
    commandLine.registerConverter(Role.class, Conversions::role);
    commandLine.registerConverter(Scope.class, Conversions::scope);
  }

  /** A date (its start, UTC) or a time. */
  private static Instant time(String text) {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("not a date or time: " + text);
    }
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("not a day: " + text + "; write 2026-01-31");
    }
  }

  private static QueueId queueId(String text) {
    return QueueId.parse(text)
        .orElseThrow(
            () -> new TypeConversionException(text + " is no queue id; they look like Q0-42"));
  }

  private static Role role(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "user" -> Role.USER;
      case "administrator", "admin" -> Role.ADMINISTRATOR;
      default ->
          throw new TypeConversionException("no role " + text + "; there are user, administrator");
    };
  }

  private static Scope scope(String text) {
    return Stream.of(Scope.values())
        .filter(scope -> scope.word().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                Stream.of(Scope.values())
                    .map(Scope::word)
                    .collect(Collectors.joining(", ", "no scope " + text + "; there are ", ""))));
  }

  /** A number to which the standard numbers of ports are added. */
  static final class PortBase implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      int largest = Config.LARGEST_PORT_BASE;
      boolean number = text.matches("[0-9]{1,5}");
      if (!number || Integer.parseInt(text) > largest) {
        throw new TypeConversionException("the base of ports is 0 to " + largest + ", not " + text);
      }
      return Integer.parseInt(text);
    }
  }
}

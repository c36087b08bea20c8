package io.flotilla.deploy.shell;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Spans of time as people write them: {@code 100ms}, {@code 2s}, {@code 5m}, {@code 1h}. */
public final class Durations implements ITypeConverter<Duration> {
  /** What to write, for messages. */
  public static final String FORM = "a whole number and one of us, ms, s, m, h (as in 100ms)";

  private static final List<Unit> UNITS =
      List.of(
          new Unit("us", 1_000L),
          new Unit("ms", 1_000_000L),
          new Unit("s", 1_000_000_000L),
          new Unit("m", 60 * 1_000_000_000L),
          new Unit("h", 3_600 * 1_000_000_000L));

  private static final int DIGITS_MAX = 9;

  @Override
  public Duration convert(String text) {
    return parse(text)
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' is not a duration: " + FORM));
  }

  /** The span {@code text} names; empty if it names none. */
  public static Optional<Duration> parse(String text) {
    String trimmed = text.trim().toLowerCase(Locale.ROOT);
    int digits = 0;
    while (digits < trimmed.length() && isDigit(trimmed.charAt(digits))) {
      digits++;
    }
    if (digits == 0 || digits > DIGITS_MAX) {
      return Optional.empty();
    }
    long count = Long.parseLong(trimmed.substring(0, digits));
    String name = trimmed.substring(digits);
    return UNITS.stream()
        .filter(unit -> unit.name().equals(name))
        .findFirst()
        .filter(unit -> count <= Long.MAX_VALUE / unit.nanos())
        .map(unit -> Duration.ofNanos(count * unit.nanos()));
  }

  /** {@code nanos} in the unit that reads best. */
  public static String print(long nanos) {
    if (nanos < 1_000_000L) {
      return nanos / 1_000 + "us";
    }
    if (nanos < 10_000_000_000L) {
      return nanos / 1_000_000 + "ms";
    }
    return nanos / 1_000_000_000L + "s";
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private record Unit(String name, long nanos) {}
}

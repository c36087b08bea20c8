package io.flotilla.sim.history.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of one key as small numbers.
 *
 * <p>{@link #ABSENT} is no value; a positive number is a text kept whole; a negative one, -n, is
 * the first n characters of the longest text read so far. The last makes a key that only grows by
 * appends cost its final length instead of the sum of all its reads. Two numbers are equal exactly
 * if the texts are, once every line is in and {@link #settled} was asked.
 */
final class Values {
  static final int ABSENT = 0;

  /** Shorter reads are not worth comparing. */
  private static final int CHAIN_CHARS_MIN = 64;

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<String> texts = new ArrayList<>(List.of(""));
  private String longest = "";
  private int keptCharsMax;

  int written(Optional<String> value) {
    return value.isEmpty() ? ABSENT : kept(value.get());
  }

  int read(Optional<String> value) {
    if (value.isEmpty()) {
      return ABSENT;
    }
    String text = value.get();
    Integer known = numbers.get(text);
    if (known != null) {
      return known;
    }
    if (text.length() >= CHAIN_CHARS_MIN) {
      if (text.length() > longest.length() && text.startsWith(longest)) {
        longest = text;
      }
      if (longest.startsWith(text)) {
        return -text.length();
      }
    }
    return kept(text);
  }

  /** The final number for {@code number}: a text read before it was written has two until then. */
  int settled(int number) {
    if (number >= 0 || -number > keptCharsMax) {
      return number;
    }
    return numbers.getOrDefault(text(number), number);
  }

  String text(int number) {
    return number < 0 ? longest.substring(0, -number) : texts.get(number);
  }

  int length(int number) {
    return number < 0 ? -number : texts.get(number).length();
  }

  /** Whether the text of {@code whole} begins with that of {@code start}; neither may be absent. */
  boolean beginsWith(int whole, int start) {
    if (whole < 0 && start < 0) {
      return whole <= start;
    }
    return length(start) <= length(whole) && text(whole).startsWith(text(start));
  }

  Optional<String> value(int number) {
    return number == ABSENT ? Optional.empty() : Optional.of(text(number));
  }

  /** One more than the greatest number in use. */
  int count() {
    return texts.size();
  }

  private int kept(String text) {
    Integer known = numbers.putIfAbsent(text, texts.size());
    if (known != null) {
      return known;
    }
    texts.add(text);
    keptCharsMax = Math.max(keptCharsMax, text.length());
    return texts.size() - 1;
  }
}

package io.flotilla.bench.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The keys of a run: a few hot ones, the rest spread over all shards. Each key has one way of being
 * written, because a history can be judged quickly only then.
 */
final class Keys {
  /** How a key is written. */
  enum Style {
    REGISTER("r"),
    APPENDED("a"),
    COMPARED("c"),
    VERSIONED("v");

    private final String prefix;

    Style(String prefix) {
      this.prefix = prefix;
    }

    /** What all its keys start with, and no others. */
    String prefix() {
      return prefix + "-";
    }
  }

  /** A key and how it is written. */
  record Key(String name, Style style) {}

  private static final double HOT_SHARE = 0.4;

  private final List<Key> hot = new ArrayList<>();
  private final List<Key> all = new ArrayList<>();

  /**
   * @param coldPerStyle keys of each style besides the hot one
   */
  Keys(int coldPerStyle) {
    for (Style style : Style.values()) {
      hot.add(new Key(style.prefix + "-hot", style));
      for (int number = 1; number <= coldPerStyle; number++) {
        all.add(new Key(style.prefix + "-" + number, style));
      }
    }
    all.addAll(hot);
  }

  /** The names of all keys, in ascending order. */
  List<String> names() {
    return all.stream().map(Key::name).sorted().toList();
  }

  List<Key> all() {
    return all;
  }

  Key draw(RandomGenerator random) {
    List<Key> from = random.nextDouble() < HOT_SHARE ? hot : all;
    return from.get(random.nextInt(from.size()));
  }
}

package io.flotilla.bench.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is left out of a run that its seed would have in it: the same seed with the same drops is
 * the same run. Made by people, and by {@link Shrinker}.
 *
 * @param kinds faults that do not happen
 * @param clients how many lanes of clients there are at most
 * @param firstStrike faults that are done one by one happen from this number on
 * @param lastStrike and up to this one
 */
public record Drops(SortedSet<FaultKind> kinds, int clients, long firstStrike, long lastStrike) {
  /** Everything the seed says. */
  public static final Drops NONE = new Drops(new TreeSet<>(), Integer.MAX_VALUE, 1, Long.MAX_VALUE);

  public Drops {
    kinds = Collections.unmodifiableSortedSet(new TreeSet<>(kinds));
  }

  /** Whether faults of {@code kind} happen. */
  boolean has(FaultKind kind) {
    return !kinds.contains(kind);
  }

  /** Whether the fault with this number happens. */
  boolean hasStrike(long number) {
    return number >= firstStrike && number <= lastStrike;
  }

  Drops without(FaultKind kind) {
    SortedSet<FaultKind> more = new TreeSet<>(kinds);
    more.add(kind);
    return new Drops(more, clients, firstStrike, lastStrike);
  }

  Drops withClients(int most) {
    return new Drops(kinds, most, firstStrike, lastStrike);
  }

  Drops withStrikes(long first, long last) {
    return new Drops(kinds, clients, first, last);
  }

  /** Adds faults to leave out, by their names and separated by commas; empty if one is unknown. */
  public Optional<Drops> without(String names) {
    Drops drops = this;
    for (String name : names.split(",", -1)) {
      Optional<FaultKind> kind =
          List.of(FaultKind.values()).stream()
              .filter(each -> each.label().equals(name.strip()))
              .findFirst();
      if (kind.isEmpty()) {
        return Optional.empty();
      }
      drops = drops.without(kind.get());
    }
    return Optional.of(drops);
  }

  /** Leaves at most {@code most} lanes of clients. */
  public Drops clients(int most) {
    return withClients(most);
  }

  /** Leaves faults numbered {@code first} to {@code last}. */
  public Drops strikes(long first, long last) {
    return withStrikes(first, last);
  }

  /** The names of all faults there are. */
  public static String names() {
    return List.of(FaultKind.values()).stream()
        .map(FaultKind::label)
        .collect(Collectors.joining(", "));
  }

  /** As options of the command; empty if nothing is left out, else with a space in front. */
  String options() {
    List<String> options = new ArrayList<>();
    if (!kinds.isEmpty()) {
      options.add(
          " --without " + kinds.stream().map(FaultKind::label).collect(Collectors.joining(",")));
    }
    if (clients != Integer.MAX_VALUE) {
      options.add(" --clients " + clients);
    }
    if (firstStrike != 1 || lastStrike != Long.MAX_VALUE) {
      options.add(" --strikes " + firstStrike + "-" + lastStrike);
    }
    return String.join("", options);
  }
}

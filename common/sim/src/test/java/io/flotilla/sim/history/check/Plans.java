package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpKind;
import java.util.List;

/** Words for what clients do in a {@link Recording}. */
final class Plans {
  private Plans() {}

  /** The kinds named in {@code words}, one word a kind. */
  static List<OpKind> kinds(String words) {
    return List.of(words.split(" ")).stream().map(OpKind::valueOf).toList();
  }
}

package io.flotilla.bench.cluster;

/** One situation, brought about on purpose; what must hold in it is checked on the way. */
public interface Scenario {
  /** As users write it. */
  String name();

  /** What it shows, in a sentence. */
  String about();

  /** Plays it; throws if something does not hold. */
  void play(Scene scene);
}

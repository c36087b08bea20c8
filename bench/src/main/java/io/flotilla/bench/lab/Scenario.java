package io.flotilla.bench.lab;

/** One situation: stateless, the same story for the same options every time. */
public interface Scenario {
  /** What it is called on the command line. */
  String name();

  /** What it shows, in a sentence. */
  String claim();

  /** Plays it and tells {@code story} what happens. */
  void tell(Story story, LabOptions options);
}

package io.flotilla.bench.load;

import java.util.random.RandomGenerator;

/** Chooses the key of the next operation. Any thread, each with its own generator. */
interface KeyChooser {
  /** The number of a key that has been loaded or inserted. */
  long next(RandomGenerator random);

  /** The chooser of {@code workload} over {@code keys} loaded keys and what is inserted later. */
  static KeyChooser of(Workload workload, int keys, Inserts inserts) {
    return switch (workload.keys()) {
      case UNIFORM -> random -> random.nextInt(keys);
      case ZIPFIAN -> {
        Zipfian ranks = new Zipfian(keys);
        yield random -> Zipfian.scattered(ranks.next(random), keys);
      }
      case LATEST -> {
        Zipfian ages = new Zipfian(keys);
        yield random -> inserts.settled() - 1 - ages.next(random);
      }
    };
  }
}

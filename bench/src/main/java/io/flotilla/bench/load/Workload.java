package io.flotilla.bench.load;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** A named mix of operations and the way keys are chosen; A to F are those of YCSB. Immutable. */
public enum Workload {
  PUT(0, Step.UPDATE, Keys.UNIFORM),
  GET(100, Step.READ, Keys.UNIFORM),
  MIXED(50, Step.UPDATE, Keys.UNIFORM),
  A(50, Step.UPDATE, Keys.ZIPFIAN),
  B(95, Step.UPDATE, Keys.ZIPFIAN),
  C(100, Step.READ, Keys.ZIPFIAN),
  D(95, Step.INSERT, Keys.LATEST),
  E(95, Step.INSERT, Keys.ZIPFIAN),
  F(50, Step.READ_MODIFY_WRITE, Keys.ZIPFIAN);

  /** How the key of an operation is chosen. */
  enum Keys {
    UNIFORM,
    ZIPFIAN,
    LATEST
  }

  private final int readPercent;
  private final Step other;
  private final Keys keys;

  Workload(int readPercent, Step other, Keys keys) {
    this.readPercent = readPercent;
    this.other = other;
    this.keys = keys;
  }

  /**
   * The workload of this name as the command line spells it.
   *
   * @throws IllegalArgumentException naming the known ones, if there is none
   */
  public static Workload named(String word) {
    for (Workload workload : values()) {
      if (workload.word().equals(word)) {
        return workload;
      }
    }
    throw new IllegalArgumentException(
        "unknown workload '" + word + "': choose one of put, get, mixed, a, b, c, d, e, f");
  }

  /** The name as the command line spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  Keys keys() {
    return keys;
  }

  Step step(RandomGenerator random) {
    if (random.nextInt(100) < readPercent) {
      return this == E ? Step.SCAN : Step.READ;
    }
    return other;
  }
}

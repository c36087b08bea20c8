package io.flotilla.base;

/**
 * Where rooms report what they count; the server exports it, the simulator asserts on it.
 *
 * <p>Names follow Prometheus: {@code flotilla_<room>_<what>_<unit>}, base units. Any thread.
 */
public interface Meter {
  /** A meter that forgets. */
  Meter NONE =
      new Meter() {
        @Override
        public void count(String name, long increment) {}

        @Override
        public void gauge(String name, double value) {}

        @Override
        public void observe(String name, double value) {}
      };

  /** Adds to a counter. */
  void count(String name, long increment);

  /** Sets a value that goes up and down. */
  void gauge(String name, double value);

  /** Records one sample of a distribution. */
  void observe(String name, double value);
}

package io.flotilla.bench.load;

/** Hears how far a load is, about once a second, on the thread that runs it. */
public interface Progress {
  /** Tells nobody. */
  Progress NONE =
      new Progress() {
        @Override
        public void loading(long done, long keys) {}

        @Override
        public void running(double elapsedSeconds, double totalSeconds, long answers) {}
      };

  /** Keys are being loaded. */
  void loading(long done, long keys);

  /** The load runs; warm-up included in all three. */
  void running(double elapsedSeconds, double totalSeconds, long answers);
}

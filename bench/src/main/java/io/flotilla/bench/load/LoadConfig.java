package io.flotilla.bench.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One load: what is asked, by how many at once, for how long. Immutable, any thread.
 *
 * <p>Every value outside its bounds is an {@link IllegalArgumentException} with one line that names
 * the option.
 *
 * @param workload the mix
 * @param concurrency operations under way at one time, 1 to 16,384
 * @param seconds how long is measured, above 0, at most a day
 * @param warmupSeconds how long the same load runs before, 0 to a day
 * @param rate operations started a second, whether or not earlier ones were answered; 0 for a
 *     closed loop, in which each answer starts the next operation
 * @param keys how many keys are loaded before and used, 1 to 100 million
 * @param keyBytes length of a key
 * @param valueBytes length of a value
 * @param history where to record every operation, if wanted
 * @param timeout how long the client tries before an operation ends without an answer
 */
public record LoadConfig(
    Workload workload,
    int concurrency,
    double seconds,
    double warmupSeconds,
    double rate,
    int keys,
    int keyBytes,
    int valueBytes,
    Optional<Path> history,
    Duration timeout) {

  public static final double WARMUP_SECONDS_DEFAULT = 2;
  public static final int KEYS_DEFAULT = 100_000;
  public static final int KEY_BYTES_DEFAULT = 16;
  public static final int VALUE_BYTES_DEFAULT = 128;
  public static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);

  private static final int CONCURRENCY_MAX = 16_384;
  private static final double SECONDS_MAX = 86_400;
  private static final double RATE_MAX = 10_000_000;
  private static final int KEYS_MAX = 100_000_000;
  private static final int KEY_BYTES_MAX = 4 << 10;
  private static final int VALUE_BYTES_MAX = 1 << 20;

  /** Room for {@code client.counter}, which a history needs whole to tell values apart. */
  private static final int RECORDED_VALUE_BYTES_MIN = 20;

  public LoadConfig {
    require(1 <= concurrency && concurrency <= CONCURRENCY_MAX, "--concurrency must be 1 to 16384");
    require(0 < seconds && seconds <= SECONDS_MAX, "--seconds must be above 0, at most 86400");
    require(0 <= warmupSeconds && warmupSeconds <= SECONDS_MAX, "--warmup must be 0 to 86400");
    require(0 <= rate && rate <= RATE_MAX, "--rate must be above 0, at most 10000000 a second");
    require(1 <= keys && keys <= KEYS_MAX, "--keys must be 1 to 100000000");
    require(1 <= keyBytes && keyBytes <= KEY_BYTES_MAX, "--key-bytes must be 1 to 4096");
    require(
        Integer.toString(keys - 1).length() <= keyBytes,
        "--key-bytes " + keyBytes + " is too short to name " + keys + " keys");
    require(0 <= valueBytes && valueBytes <= VALUE_BYTES_MAX, "--value-bytes must be 0 to 1048576");
    require(
        history.isEmpty() || valueBytes >= RECORDED_VALUE_BYTES_MIN,
        "--history needs --value-bytes 20 or more, so that no two values are the same");
    require(!timeout.isNegative() && !timeout.isZero(), "--timeout must be above 0");
  }

  /** A closed loop with the defaults of the command line. */
  public static LoadConfig of(Workload workload, int concurrency, double seconds) {
    return new LoadConfig(
        workload,
        concurrency,
        seconds,
        WARMUP_SECONDS_DEFAULT,
        0,
        KEYS_DEFAULT,
        KEY_BYTES_DEFAULT,
        VALUE_BYTES_DEFAULT,
        Optional.empty(),
        TIMEOUT_DEFAULT);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}

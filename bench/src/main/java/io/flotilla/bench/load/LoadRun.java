package io.flotilla.bench.load;

import io.flotilla.client.FlotillaClient;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs one load: loads the keys, warms up, measures, waits for the last answers.
 *
 * <p>The calling thread keeps time; operations run on whatever thread brings their answers.
 */
public final class LoadRun {
  private static final long PARK_NANOS_MIN = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long PARK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final double NANOS_A_SECOND = 1e9;

  private final Target target;
  private final LoadConfig config;
  private final Recording recording;
  private final Progress progress;
  private long lastProgressNanos = System.nanoTime();

  private LoadRun(Target target, LoadConfig config, Recording recording, Progress progress) {
    this.target = target;
    this.config = config;
    this.recording = recording;
    this.progress = progress;
  }

  /**
   * Runs {@code config} against the cluster of {@code client}, which stays the caller's; its
   * deadline should be {@link LoadConfig#timeout}. Blocks for as long as the load takes.
   *
   * @throws io.flotilla.client.FlotillaException if the keys cannot be loaded
   * @throws IOException if the history cannot be written
   * @throws InterruptedException if the calling thread is interrupted; what is under way ends by
   *     itself, and the history holds what was answered before
   */
  public static LoadReport run(FlotillaClient client, LoadConfig config, Progress progress)
      throws IOException, InterruptedException {
    return run(new ClientTarget(client), config, progress);
  }

  static LoadReport run(Target target, LoadConfig config, Progress progress)
      throws IOException, InterruptedException {
    try (Recording recording =
        config.history().isPresent() ? Recording.into(config.history().get()) : Recording.off()) {
      LoadRun run = new LoadRun(target, config, recording, progress);
      run.load();
      return run.measure();
    }
  }

  private void load() throws InterruptedException {
    Preload preload = new Preload(target, config, recording, System::nanoTime);
    CompletableFuture<Void> loaded = preload.start();
    while (!loaded.isDone()) {
      park(PARK_NANOS_MAX);
      if (isProgressDue()) {
        progress.loading(preload.done(), config.keys());
      }
    }
    try {
      loaded.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
    progress.loading(config.keys(), config.keys());
  }

  private LoadReport measure() throws InterruptedException {
    long startNanos = System.nanoTime();
    long fromNanos = startNanos + nanos(config.warmupSeconds());
    long endNanos = fromNanos + nanos(config.seconds());
    Pace pace = new Pace(startNanos, endNanos, config.rate());
    Tally tally = new Tally(fromNanos, endNanos);
    Slots slots = new Slots(config, target, recording, pace, tally, System::nanoTime);
    for (long now = startNanos; !pace.isOver(now); now = System.nanoTime()) {
      slots.poke();
      park(Math.min(pauseNanos(pace, now), Math.max(endNanos - now, 1)));
      if (isProgressDue()) {
        progress.running(
            (System.nanoTime() - startNanos) / NANOS_A_SECOND,
            config.warmupSeconds() + config.seconds(),
            tally.answersInAll());
      }
    }
    drain(slots, endNanos + config.timeout().toNanos() + GRACE_NANOS);
    slots.abandon();
    return tally.report(config, pace.missed());
  }

  private long pauseNanos(Pace pace, long now) {
    return config.rate() == 0
        ? PARK_NANOS_MAX
        : Math.min(PARK_NANOS_MAX, Math.max(PARK_NANOS_MIN, pace.idleNanos(now)));
  }

  private void drain(Slots slots, long untilNanos) throws InterruptedException {
    while (!slots.isIdle() && System.nanoTime() < untilNanos) {
      park(PARK_NANOS_MAX);
    }
  }

  private boolean isProgressDue() {
    long now = System.nanoTime();
    if (now - lastProgressNanos < PROGRESS_NANOS) {
      return false;
    }
    lastProgressNanos = now;
    return true;
  }

  private static void park(long nanos) throws InterruptedException {
    LockSupport.parkNanos(nanos);
    if (Thread.interrupted()) {
      throw new InterruptedException("the load was interrupted");
    }
  }

  private static long nanos(double seconds) {
    return Math.round(seconds * NANOS_A_SECOND);
  }
}

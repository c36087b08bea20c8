package io.flotilla.deploy.data;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts the records of a file, many at a time. One thread.
 *
 * <p>Two records of one key are never in flight together: the later line must win, and a retry
 * could turn them around.
 */
final class Importer {
  private static final int IN_FLIGHT_MAX = 512;
  private static final long IN_FLIGHT_BYTES_MAX = 8 << 20;

  private final FlotillaClient client;
  private final String file;
  private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
  private final Map<ByteString, CompletableFuture<Void>> keys =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  private long bytesInFlight;
  private final AtomicLong imported = new AtomicLong();

  Importer(FlotillaClient client, String file) {
    this.client = client;
    this.file = file;
  }

  /** Imports all lines, or throws where it stopped and how many were imported before. */
  long run(LineReader lines, RecordFormat format, Watcher watcher) throws IOException {
    try {
      Optional<byte[]> line = lines.next();
      while (line.isPresent()) {
        send(lines.line(), format.read(line.get()));
        watcher.at(imported.get(), lines.bytes());
        line = lines.next();
      }
    } catch (BadRecord bad) {
      drain();
      throw CommandFailure.usage(
          "%s:%d: %s; %d records before it were imported, mend the line and import again",
          file, lines.line(), CommandFailure.reasonOf(bad), imported.get());
    }
    drain();
    return imported.get();
  }

  /** How many of the first records have been acknowledged. Any thread. */
  long imported() {
    return imported.get();
  }

  private void send(long line, ImportRecord found) {
    CompletableFuture<Void> before = keys.get(found.key());
    while (before != null && keys.get(found.key()) == before) {
      takeOldest();
    }
    while (inFlight.size() >= IN_FLIGHT_MAX || bytesInFlight > IN_FLIGHT_BYTES_MAX) {
      takeOldest();
    }
    CompletableFuture<Void> call = client.put(found.key(), found.value());
    inFlight.add(new Sent(line, found.key(), found.value().size(), call));
    bytesInFlight += found.value().size();
    keys.put(found.key(), call);
  }

  private void drain() {
    while (!inFlight.isEmpty()) {
      takeOldest();
    }
  }

  private void takeOldest() {
    Sent oldest = inFlight.remove();
    bytesInFlight -= oldest.bytes();
    try {
      oldest.call().join();
    } catch (CompletionException failure) {
      throw failed(oldest.line(), failure);
    }
    keys.remove(oldest.key(), oldest.call());
    imported.incrementAndGet();
  }

  /** Waits for what is under way, so that the count is true when it is said. */
  private CommandFailure failed(long line, CompletionException failure) {
    long others = 0;
    for (Sent sent : inFlight) {
      others += sent.call().handle((done, bad) -> bad == null).join() ? 1 : 0;
    }
    inFlight.clear();
    int exit =
        failure.getCause() instanceof FlotillaException known
            ? Exit.of(known.code())
            : Exit.UNKNOWN;
    return CommandFailure.of(
        exit,
        "%s:%d: not imported: %s; all %d records before it were, and %d after it",
        file,
        line,
        CommandFailure.reasonOf(failure),
        imported.get(),
        others);
  }

  private record Sent(long line, ByteString key, int bytes, CompletableFuture<Void> call) {}

  /** Hears how far it is. */
  interface Watcher {
    void at(long records, long bytes);
  }
}

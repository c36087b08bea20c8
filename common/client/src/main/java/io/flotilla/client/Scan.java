package io.flotilla.client;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.v1.KeyValue;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.ScanRequest;
import io.flotilla.v1.ScanResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One page of a scan: asks every owner for its shards, asks again for shards that moved away
 * meanwhile, and merges. Owned by the loop.
 *
 * <p>A group that had more rows than it sent is only known up to its last row, so the page ends at
 * the lowest such row: nothing between two pages is skipped. No more rows are held than the limit
 * and one answer.
 */
final class Scan {
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  /** What is asked for. */
  record Request(ByteString prefix, ByteString after, int limit, long deadlineNanos) {}

  /** What a scan works with. */
  record Surroundings(ClientSeams seams, ShardRouter router, MapWatch watch, Calls calls) {}

  private final Request request;
  private final Surroundings client;
  private final Backoff backoff;
  private final CompletableFuture<ScanPage> page;
  private final Consumer<Scan> onOver;
  private final TreeMap<ByteString, ScanPage.Row> rows = new TreeMap<>(ORDER);
  private final TreeSet<Integer> missing = new TreeSet<>();
  private Optional<ByteString> knownUpTo = Optional.empty();
  private int underWay;
  private int retries;
  private boolean isOver;

  /**
   * @param onOver hears once that the page is complete or has failed
   */
  Scan(
      Request request,
      Surroundings client,
      CompletableFuture<ScanPage> page,
      Consumer<Scan> onOver) {
    this.request = request;
    this.client = client;
    this.backoff = new Backoff(client.seams().random());
    this.page = page;
    this.onOver = onOver;
  }

  /** Begins as soon as there is a map. */
  void start() {
    if (client.router().map().isEmpty()) {
      later(this::start);
      return;
    }
    int shards = client.router().map().get().shardCount();
    for (int shard = 0; shard < shards; shard++) {
      missing.add(shard);
    }
    askOwners();
  }

  /** Ends the scan without a page. */
  void fail(FlotillaException failure) {
    if (!isOver) {
      isOver = true;
      onOver.accept(this);
      page.completeExceptionally(failure);
    }
  }

  /** The scan never begins. Any thread. */
  void refuse() {
    page.completeExceptionally(Calls.closed());
  }

  private void askOwners() {
    TreeMap<Integer, List<Integer>> byOwner = new TreeMap<>();
    for (int shard : missing) {
      int owner = client.router().ownerOf(shard);
      if (owner != 0) {
        byOwner.computeIfAbsent(owner, ignored -> new ArrayList<>()).add(shard);
      }
    }
    underWay = byOwner.size();
    byOwner.values().forEach(this::ask);
    if (byOwner.isEmpty()) {
      client.watch().refresh();
      later(this::askOwners);
    }
  }

  private void ask(List<Integer> shards) {
    if (isOver) {
      return;
    }
    Operation.Builder operation =
        Operation.newBuilder()
            .setScan(
                ScanRequest.newBuilder()
                    .setPrefix(request.prefix())
                    .setAfter(request.after())
                    .setLimit(request.limit())
                    .addAllShards(shards));
    client
        .calls()
        .submit(
            new PendingCall(
                operation,
                false,
                shards.get(0) * (KeySlot.SLOTS / client.router().map().orElseThrow().shardCount()),
                request.deadlineNanos(),
                new Part()));
  }

  private void take(ScanResponse response) {
    boolean isTruncated = response.getMore();
    Check.that(underWay > 0, "an answer too many");
    for (KeyValue row : response.getRowsList()) {
      if (knownUpTo.isEmpty() || ORDER.compare(row.getKey(), knownUpTo.get()) <= 0) {
        rows.put(
            row.getKey(),
            new ScanPage.Row(row.getKey(), new VersionedValue(row.getValue(), row.getVersion())));
      }
    }
    if (isTruncated && response.getRowsCount() > 0) {
      cutAfter(response.getRows(response.getRowsCount() - 1).getKey());
    }
    if (rows.size() > request.limit()) {
      cutAfter(rowAt(request.limit()));
    }
    if (!isTruncated || response.getRowsCount() > 0) {
      response.getCoveredList().forEach(missing::remove);
    }
    if (--underWay > 0) {
      return;
    }
    if (missing.isEmpty()) {
      finish();
    } else {
      client.watch().refresh();
      later(this::askOwners);
    }
  }

  /** Nothing is known of what lies beyond {@code key}, or it is for another page. */
  private void cutAfter(ByteString key) {
    if (knownUpTo.isEmpty() || ORDER.compare(key, knownUpTo.get()) < 0) {
      knownUpTo = Optional.of(key);
    }
    rows.tailMap(knownUpTo.get(), false).clear();
  }

  /** The key of the row number {@code count} from the first. */
  private ByteString rowAt(int count) {
    int beyond = rows.size() - count;
    Iterator<ByteString> descending = rows.descendingKeySet().iterator();
    while (beyond-- > 0) {
      descending.next();
    }
    return descending.next();
  }

  private void finish() {
    isOver = true;
    onOver.accept(this);
    page.complete(new ScanPage(List.copyOf(rows.values()), knownUpTo));
  }

  private void later(Runnable step) {
    long left = request.deadlineNanos() - client.seams().loop().nanoTime();
    if (left <= 0) {
      fail(
          new FlotillaException(
              FlotillaException.Code.UNAVAILABLE, "not all shards were reached in time"));
    } else {
      long pause = Math.min(left, backoff.nanosAfter(retries++));
      client.seams().loop().schedule(pause, () -> unlessOver(step));
    }
  }

  private void unlessOver(Runnable step) {
    if (!isOver) {
      step.run();
    }
  }

  /** The answer of one owner. */
  private final class Part implements PendingCall.Completion {
    @Override
    public void answered(Outcome outcome) {
      if (!isOver) {
        take(outcome.getScan());
      }
    }

    @Override
    public void failed(FlotillaException failure) {
      fail(failure);
    }
  }
}

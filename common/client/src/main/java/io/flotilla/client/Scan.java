package io.flotilla.client;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.v1.KeyValue;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.ScanRequest;
import io.flotilla.v1.ScanResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * One page of a scan: asks every owner for its shards, asks again for shards that moved away
 * meanwhile, and merges. Owned by the loop.
 *
 * <p>A group that had more rows than the limit is only known up to its last row, so the page ends
 * at the lowest such row: nothing between two pages is skipped.
 */
final class Scan {
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();
  private static final long RETRY_NANOS = 10_000_000;

  /** What is asked for. */
  record Request(ByteString prefix, ByteString after, int limit, long deadlineNanos) {}

  /** What a scan works with. */
  record Surroundings(
      EventLoop loop, ShardRouter router, MapWatch watch, Calls calls, LongSupplier callIds) {}

  private final Request request;
  private final Surroundings client;
  private final CompletableFuture<ScanPage> page;
  private final TreeMap<ByteString, ScanPage.Row> rows = new TreeMap<>(ORDER);
  private final TreeSet<Integer> missing = new TreeSet<>();
  private Optional<ByteString> knownUpTo = Optional.empty();
  private int underWay;

  Scan(Request request, Surroundings client, CompletableFuture<ScanPage> page) {
    this.request = request;
    this.client = client;
    this.page = page;
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
      later(this::askOwners);
    }
  }

  private void ask(List<Integer> shards) {
    Operation operation =
        Operation.newBuilder()
            .setScan(
                ScanRequest.newBuilder()
                    .setPrefix(request.prefix())
                    .setAfter(request.after())
                    .setLimit(request.limit())
                    .addAllShards(shards))
            .build();
    client
        .calls()
        .submit(
            new PendingCall(
                client.callIds().getAsLong(),
                operation,
                false,
                shards.get(0) * (KeySlot.SLOTS / client.router().map().orElseThrow().shardCount()),
                request.deadlineNanos(),
                new Part()));
  }

  private void take(ScanResponse response) {
    for (KeyValue row : response.getRowsList()) {
      rows.put(
          row.getKey(),
          new ScanPage.Row(row.getKey(), new VersionedValue(row.getValue(), row.getVersion())));
    }
    if (response.getMore() && response.getRowsCount() > 0) {
      ByteString last = response.getRows(response.getRowsCount() - 1).getKey();
      if (knownUpTo.isEmpty() || ORDER.compare(last, knownUpTo.get()) < 0) {
        knownUpTo = Optional.of(last);
      }
    }
    response.getCoveredList().forEach(missing::remove);
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

  private void finish() {
    List<ScanPage.Row> merged = new ArrayList<>();
    boolean isCut = false;
    for (ScanPage.Row row : rows.values()) {
      boolean isBeyond = knownUpTo.isPresent() && ORDER.compare(row.key(), knownUpTo.get()) > 0;
      if (merged.size() == request.limit() || isBeyond) {
        isCut = true;
        break;
      }
      merged.add(row);
    }
    boolean hasMore = isCut || knownUpTo.isPresent();
    page.complete(
        new ScanPage(
            merged, hasMore ? Optional.of(merged.get(merged.size() - 1).key()) : Optional.empty()));
  }

  private void later(Runnable step) {
    if (client.loop().nanoTime() >= request.deadlineNanos()) {
      page.completeExceptionally(
          new FlotillaException(
              FlotillaException.Code.UNAVAILABLE, "not all shards were reached in time"));
    } else if (!page.isDone()) {
      client.loop().schedule(RETRY_NANOS, step);
    }
  }

  /** The answer of one owner. */
  private final class Part implements PendingCall.Completion {
    @Override
    public void answered(Outcome outcome) {
      if (!page.isDone()) {
        take(outcome.getScan());
      }
    }

    @Override
    public void failed(FlotillaException failure) {
      page.completeExceptionally(failure);
    }
  }
}

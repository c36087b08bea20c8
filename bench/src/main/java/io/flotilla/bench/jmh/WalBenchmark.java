package io.flotilla.bench.jmh;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.base.runtime.FileDisk;
import io.flotilla.base.runtime.ThreadEventLoop;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.wal.Wal;
import io.flotilla.raft.wal.WalConfig;
import io.flotilla.raft.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A batch of entries appended to the log on the real disk and synced, one batch at a time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class WalBenchmark {
  private static final GroupId GROUP = new GroupId(1, 1);
  private static final long STORE = 7;

  /** Entries after which the log before them may go, so that the disk does not fill up. */
  private static final long KEPT_ENTRIES = 65_536;

  private final List<ByteString> values = Payloads.values();
  private final Scratch scratch = new Scratch();
  private final ThreadEventLoop logLoop = new ThreadEventLoop("log", Scratch.BROKEN);
  private final Wal wal = Scratch.made(this::open);
  private long lastIndex;

  private Wal open() throws Exception {
    FileDisk disk = FileDisk.open(scratch.directory());
    CompletableFuture<Wal> opened = new CompletableFuture<>();
    logLoop.execute(
        () ->
            opened.complete(
                Scratch.made(
                    () ->
                        Wal.open(
                                disk,
                                "wal",
                                WalConfig.DEFAULT,
                                STORE,
                                logLoop,
                                Meter.NONE,
                                Scratch.BROKEN::accept)
                            .wal())));
    return opened.get(30, TimeUnit.SECONDS);
  }

  /** Takes the log away. */
  @TearDown
  public void close() {
    logLoop.execute(wal::close);
    logLoop.close();
    scratch.delete();
  }

  @Benchmark
  @OperationsPerInvocation(Payloads.BATCH)
  public long appendAndSync() throws InterruptedException {
    List<Entry> entries = new ArrayList<>(Payloads.BATCH);
    for (ByteString value : values) {
      entries.add(new Entry(1, ++lastIndex, Entry.Kind.COMMAND, value));
    }
    List<WalRecord> records = new ArrayList<>(2);
    records.add(new WalRecord.Entries(GROUP, entries));
    if (lastIndex % KEPT_ENTRIES == 0) {
      records.add(new WalRecord.Compacted(GROUP, new LogPosition(1, lastIndex)));
    }
    CountDownLatch durable = new CountDownLatch(1);
    wal.append(records, logLoop, durable::countDown);
    durable.await();
    return lastIndex;
  }
}

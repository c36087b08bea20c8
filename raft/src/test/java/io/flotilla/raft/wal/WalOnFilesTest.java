package io.flotilla.raft.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.Meter;
import io.flotilla.base.runtime.FileDisk;
import io.flotilla.base.runtime.ThreadEventLoop;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same log on real files and a real thread. */
class WalOnFilesTest {
  private static final GroupId G1 = new GroupId(1, 1);
  private static final GroupId G2 = new GroupId(2, 1);

  @Test
  void whatWasAppendedIsThereAfterReopening(@TempDir Path directory) throws Exception {
    FileDisk disk = FileDisk.open(directory);
    WalRecovery.Result first = run(disk, 300);
    assertThat(first.groups()).isEmpty();
    WalRecovery.Result second = run(disk, 0);
    assertThat(second.torn()).isEmpty();
    assertThat(second.groups()).hasSize(2);
    assertThat(second.groups().get(0).compacted()).isEqualTo(new LogPosition(1, 290));
    assertThat(second.groups().get(0).entries())
        .isEqualTo(WalStore.entries(G1, 1, 291, 10, 1_000).entries());
    assertThat(second.groups().get(1).entries())
        .isEqualTo(WalStore.entries(G2, 1, 1, 1, 1_000).entries());
    assertThat(disk.list("wal")).hasSizeLessThanOrEqualTo(5);
  }

  /** Opens the log, appends {@code count} entries to the first group, and closes it. */
  private static WalRecovery.Result run(FileDisk disk, int count) throws Exception {
    CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    try (ThreadEventLoop logLoop = new ThreadEventLoop("log", fatal::complete)) {
      CompletableFuture<WalRecovery.Result> opened = new CompletableFuture<>();
      logLoop.execute(
          () -> {
            try {
              opened.complete(
                  Wal.open(
                      disk,
                      "wal",
                      WalConfig.SMALL,
                      WalStore.STORE,
                      logLoop,
                      Meter.NONE,
                      fatal::complete));
            } catch (Exception failure) {
              opened.completeExceptionally(failure);
            }
          });
      WalRecovery.Result result = opened.get(30, TimeUnit.SECONDS);
      Wal wal = result.wal();
      if (count > 0) {
        wal.append(List.of(WalStore.entries(G2, 1, 1, 1, 1_000)), logLoop, () -> {});
      }
      CompletableFuture<Void> durable = new CompletableFuture<>();
      for (int i = 1; i <= count; i++) {
        wal.append(List.of(WalStore.entries(G1, 1, i, 1, 1_000)), logLoop, () -> {});
        if (i % 10 == 0 && i < count) {
          wal.append(
              List.of(new WalRecord.Compacted(G1, new LogPosition(1, i))), logLoop, () -> {});
        }
      }
      wal.append(
          List.of(),
          logLoop,
          () -> {
            wal.close();
            durable.complete(null);
          });
      durable.get(30, TimeUnit.SECONDS);
      assertThat(fatal).isNotDone();
      return result;
    }
  }
}

package io.flotilla.raft.wal;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lists what stands in a log, checksums verified, and judges it, without changing anything.
 *
 * <p>For tools, while no node has the log open. Blocks; memory is bounded by the longest batch.
 */
public final class WalDump {
  private WalDump() {}

  /**
   * A batch as found.
   *
   * @param file its file, relative to the node's directory
   * @param offset where in the file
   * @param number its number; consecutive unless something is missing
   * @param bytes its length on disk
   * @param syncedThrough the last batch it calls durable
   * @param readable false if only its header is as written; then no records are given
   * @param records what it holds, in order
   */
  public record Batch(
      String file,
      long offset,
      long number,
      int bytes,
      long syncedThrough,
      boolean readable,
      List<Item> records) {}

  /**
   * A record as found.
   *
   * @param number the group's own number of the record
   * @param isCarried whether it repeats live entries of an older segment, which cuts nothing
   * @param record what it says
   */
  public record Item(long number, boolean isCarried, WalRecord record) {}

  /**
   * Gives every batch of the log in {@code directory} to {@code found}, in order.
   *
   * @throws WalDamage if a file belongs to another store or is of another format
   */
  public static void read(Disk disk, String directory, long storeId, Consumer<Batch> found)
      throws DiskException, WalDamage {
    SegmentFiles files = new SegmentFiles(disk, directory);
    SegmentScan scan = new SegmentScan();
    for (long id : files.ids()) {
      String path = files.path(id);
      try (DiskFile file = disk.open(path)) {
        scan.run(file, new SegmentScan.Expected(path, id, storeId), new Lister(path, found));
      }
    }
  }

  /**
   * Says what a start would make of the log in {@code directory}.
   *
   * @return the end that would be dropped, because nobody was promised anything in it
   * @throws WalDamage if a start would be refused, because it would take back promises
   */
  public static Optional<WalRecovery.TornTail> judge(Disk disk, String directory, long storeId)
      throws DiskException, WalDamage {
    return new WalRecovery(disk, directory, WalConfig.DEFAULT, storeId).judge();
  }

  private record Lister(String file, Consumer<Batch> found) implements SegmentScan.Visitor {
    @Override
    public void batch(BatchHeader header, ByteBuffer buffer, int at) {
      List<Item> items = new ArrayList<>(header.records());
      int next = at + header.bytes();
      int end = at + header.length();
      for (int i = 0; i < header.records(); i++) {
        Optional<RecordCodec.View> view = RecordCodec.view(buffer, next, end);
        if (view.isEmpty()) {
          break;
        }
        boolean isCarried = view.get().kind() == RecordKind.CARRIED;
        WalRecord record = RecordCodec.record(buffer, view.get());
        items.add(new Item(view.get().number(), isCarried, record));
        next += view.get().bytes();
      }
      accept(header, items.size() == header.records(), items);
    }

    @Override
    public void broken(BatchHeader header) {
      accept(header, false, List.of());
    }

    private void accept(BatchHeader header, boolean readable, List<Item> items) {
      found.accept(
          new Batch(
              file,
              header.offset(),
              header.number(),
              header.length(),
              header.syncedThrough(),
              readable,
              List.copyOf(items)));
    }
  }
}

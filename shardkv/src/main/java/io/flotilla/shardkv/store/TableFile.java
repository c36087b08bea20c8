package io.flotilla.shardkv.store;

import com.google.protobuf.UnsafeByteOperations;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import io.flotilla.shardkv.store.TableRecord.LargeValue;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.mapdb.SortedTableMap;

/**
 * One immutable sorted table and the file with its large values, mapped. Whatever MapDB throws at
 * us, and whatever does not match its checksum, is damage. Any loop.
 */
final class TableFile {
  /** MapDB writes whole pages of this size. */
  static final int PAGE_BYTES = 64 << 10;

  private final String directory;
  private final TableEntry entry;
  private final ByteBuffer table;
  private final ByteBuffer values;
  private final SortedTableMap<byte[], byte[]> map;
  private final byte[] firstKey;

  /** A file that was just built. */
  TableFile(
      String directory,
      TableEntry entry,
      ByteBuffer table,
      ByteBuffer values,
      SortedTableMap<byte[], byte[]> map)
      throws StoreDamage {
    this.directory = directory;
    this.entry = entry;
    this.table = table;
    this.values = values;
    this.map = map;
    this.firstKey = guarded(map::firstKey2);
  }

  /** Opens what a manifest names, after reading all of it once. On a file loop. */
  static TableFile open(Disk disk, String directory, TableEntry entry)
      throws DiskException, StoreDamage {
    String tablePath = directory + "/" + entry.tableName();
    ByteBuffer table = map(disk, tablePath, entry.tableBytes());
    TableChecksum checksum = new TableChecksum();
    checksum.update(table);
    if (checksum.value() != entry.tableCrc()) {
      throw new StoreDamage(tablePath, "checksum");
    }
    ByteBuffer values = ByteBuffer.allocate(0);
    if (entry.hasValues()) {
      String valuesPath = directory + "/" + entry.valuesName();
      values = map(disk, valuesPath, entry.valuesBytes());
      CRC32C crc = new CRC32C();
      crc.update(values.duplicate());
      if ((int) crc.getValue() != entry.valuesCrc()) {
        throw new StoreDamage(valuesPath, "checksum");
      }
    }
    SortedTableMap<byte[], byte[]> map =
        guarded(
            tablePath,
            () ->
                SortedTableMap.open(
                    new BufferVolume(table), BytesSerializer.BYTES, BytesSerializer.BYTES));
    if (map.sizeLong() != entry.rows()) {
      throw new StoreDamage(tablePath, "holds " + map.sizeLong() + " rows, not " + entry.rows());
    }
    return new TableFile(directory, entry, table, values, map);
  }

  TableEntry entry() {
    return entry;
  }

  byte[] firstKey() {
    return firstKey;
  }

  /** The file's own bytes. */
  ByteBuffer table() {
    return table;
  }

  /** The bytes of its values file. */
  ByteBuffer values() {
    return values;
  }

  Optional<Row> get(byte[] key) throws StoreDamage {
    Optional<byte[]> record = guarded(() -> Optional.ofNullable(map.get(key)));
    return record.isPresent() ? Optional.of(decode(key, record.get())) : Optional.empty();
  }

  /** Walks the pairs from {@code from} on that lie before {@code to}. */
  Iterator<Map.Entry<byte[], byte[]>> walk(byte[] from, byte[] to) throws StoreDamage {
    return guarded(() -> map.entryIterator(from, true, to, false));
  }

  /** The next pair of such a walk; nothing at the end. */
  Optional<Map.Entry<byte[], byte[]>> next(Iterator<Map.Entry<byte[], byte[]>> walk)
      throws StoreDamage {
    return guarded(() -> walk.hasNext() ? Optional.of(walk.next()) : Optional.empty());
  }

  /** The row a pair stands for, its large value fetched. */
  Row decode(byte[] key, byte[] bytes) throws StoreDamage {
    Optional<TableRecord> decoded = TableRecord.decode(key, bytes);
    if (decoded.isEmpty()) {
      throw new StoreDamage(tablePath(), "checksum of a row");
    }
    TableRecord record = decoded.get();
    if (record.large().isEmpty()) {
      return record.row();
    }
    LargeValue large = record.large().get();
    byte[] value = new byte[large.length()];
    guarded(() -> values.get((int) large.offset(), value));
    CRC32C crc = new CRC32C();
    crc.update(value, 0, value.length);
    if ((int) crc.getValue() != large.crc()) {
      throw new StoreDamage(directory + "/" + entry.valuesName(), "checksum of a value");
    }
    return Row.of(UnsafeByteOperations.unsafeWrap(value), record.row().counter());
  }

  private String tablePath() {
    return directory + "/" + entry.tableName();
  }

  private <T> T guarded(Supplier<T> read) throws StoreDamage {
    return guarded(tablePath(), read);
  }

  /**
   * Reads through MapDB, which answers damage with any exception there is, with AssertionError, and
   * over a mapped file whose page can't be read with InternalError.
   */
  private static <T> T guarded(String path, Supplier<T> read) throws StoreDamage {
    try {
      return read.get();
    } catch (Exception | AssertionError | InternalError e) {
      throw new StoreDamage(path, "unreadable", e);
    }
  }

  private static ByteBuffer map(Disk disk, String path, long length)
      throws DiskException, StoreDamage {
    if (!disk.exists(path)) {
      throw new StoreDamage(path, "missing");
    }
    try (DiskFile file = disk.open(path)) {
      if (file.size() != length) {
        throw new StoreDamage(path, "holds " + file.size() + " bytes, not " + length);
      }
      return file.map();
    }
  }
}

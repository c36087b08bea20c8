package io.flotilla.shardkv.store;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.shardkv.store.TableRecord.LargeValue;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.mapdb.SortedTableMap;

/**
 * Builds one table and, from its first large value on, the values file beside it. Rows come in
 * order of their keys. On the file loop.
 */
final class TableWriter implements AutoCloseable {
  /** Few keys to a node: a point read decodes one node. */
  private static final int NODE_ROWS = 8;

  private final CheckpointDirectory directory;
  private final long number;
  private final AppendFile table;
  private final TableVolume volume;
  private final SortedTableMap.Sink<byte[], byte[]> sink;
  private Optional<AppendFile> values = Optional.empty();
  private final CRC32C valuesCrc = new CRC32C();
  private long rows;

  TableWriter(CheckpointDirectory directory, long number) throws DiskException {
    this.directory = directory;
    this.number = number;
    this.table = directory.create(TableEntry.tableName(number));
    this.volume = new TableVolume(table);
    this.sink =
        SortedTableMap.create(volume, BytesSerializer.BYTES, BytesSerializer.BYTES)
            .pageSize(TableFile.PAGE_BYTES)
            .nodeSize(NODE_ROWS)
            .createFromSink();
  }

  /** Bytes of the longer of the two files so far. */
  long bytes() {
    return Math.max(table.length(), values.map(AppendFile::length).orElse(0L));
  }

  void put(byte[] key, Row row) throws DiskException {
    boolean isLarge = row.value().size() > TableRecord.INLINE_BYTES_MAX;
    TableRecord record =
        isLarge
            ? new TableRecord(row, Optional.of(append(row.value().toByteArray())))
            : new TableRecord(row, Optional.empty());
    rows++;
    try {
      sink.put(key, record.encode(key));
    } catch (UncheckedIOException e) {
      throw unwrapped(e);
    }
  }

  /** Makes both files durable but for their names. */
  TableFile finish() throws DiskException, StoreDamage {
    ByteBuffer valueBytes = ByteBuffer.allocate(0);
    if (values.isPresent()) {
      values.get().finish();
      valueBytes = values.get().map();
    }
    SortedTableMap<byte[], byte[]> map;
    try {
      map = sink.create();
    } catch (UncheckedIOException e) {
      throw unwrapped(e);
    }
    TableEntry entry =
        new TableEntry(
            number,
            volume.length(),
            volume.crc(),
            valueBytes.capacity(),
            (int) valuesCrc.getValue(),
            rows);
    return new TableFile(directory.path(), entry, volume.bytes(), valueBytes, map);
  }

  @Override
  public void close() {
    table.close();
    values.ifPresent(AppendFile::close);
  }

  private LargeValue append(byte[] value) throws DiskException {
    if (values.isEmpty()) {
      values = Optional.of(directory.create(TableEntry.valuesName(number)));
    }
    AppendFile file = values.get();
    long offset = file.length();
    file.append(value, 0, value.length);
    valuesCrc.update(value, 0, value.length);
    CRC32C crc = new CRC32C();
    crc.update(value, 0, value.length);
    return new LargeValue(offset, value.length, (int) crc.getValue());
  }

  /** MapDB lets only unchecked exceptions through; {@link TableVolume} wraps ours and no others. */
  private static DiskException unwrapped(UncheckedIOException e) {
    if (e.getCause() instanceof DiskException failure) {
      return failure;
    }
    throw e;
  }
}

package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A checkpoint on its way in. Its files are staged under numbers of this directory and no manifest
 * names them until all of them were read back. On the file loop.
 */
final class CheckpointSink implements SnapshotSink {
  private final CheckpointDirectory directory;
  private final SnapshotHeader header;
  private final long length;
  private final Consumer<Checkpoint> onCommit;
  private final List<TableEntry> tables = new ArrayList<>();
  private final ArrayDeque<Staged> expected = new ArrayDeque<>();
  private ByteString head = ByteString.EMPTY;
  private Optional<Manifest> manifest = Optional.empty();
  private Optional<AppendFile> current = Optional.empty();
  private long position;
  private boolean isRefused;

  /** A file that is to come. */
  private record Staged(String name, long bytes) {}

  /** {@code onCommit} is handed the checkpoint that is in force from then on, retained. */
  CheckpointSink(
      CheckpointDirectory directory,
      SnapshotHeader header,
      long length,
      Consumer<Checkpoint> onCommit) {
    this.directory = directory;
    this.header = header;
    this.length = length;
    this.onCommit = onCommit;
  }

  @Override
  public void write(long offset, ByteString bytes) throws DiskException {
    Check.that(offset == position, "snapshot bytes at %d, expected at %d", offset, position);
    if (offset == 0) {
      directory.checkRoom(length);
    }
    position += bytes.size();
    ByteString rest = bytes;
    while (!rest.isEmpty() && !isRefused) {
      rest = rest.substring(manifest.isPresent() ? stage(rest) : readHead(rest));
    }
  }

  @Override
  public boolean commit() throws DiskException {
    boolean isWhole = manifest.isPresent() && expected.isEmpty() && position == length;
    if (isRefused || !isWhole) {
      abort();
      return false;
    }
    Manifest staged = manifest.get().withTables(tables);
    Checkpoint checkpoint;
    try {
      checkpoint = directory.openTables(staged);
      directory.draft(staged);
    } catch (StoreDamage e) {
      abort();
      return false;
    } catch (DiskException e) {
      abort();
      throw e;
    }
    // From here on nobody may delete these files, not even when the rename's fate is unknown.
    List<Long> numbers = tables.stream().map(TableEntry::number).toList();
    tables.clear();
    isRefused = true;
    directory.commitDraft(numbers);
    directory.retain(checkpoint);
    directory.countRestore();
    onCommit.accept(checkpoint);
    return true;
  }

  @Override
  public void abort() {
    isRefused = true;
    current.ifPresent(AppendFile::close);
    current = Optional.empty();
    tables.forEach(table -> directory.discard(table.number()));
    tables.clear();
  }

  /** Takes what belongs to the manifest; answers how much that was. */
  private int readHead(ByteString bytes) {
    int missing = ManifestCodec.HEAD_BYTES - head.size();
    if (missing <= 0) {
      OptionalInt whole = ManifestCodec.lengthOf(head.substring(0, ManifestCodec.HEAD_BYTES));
      if (whole.isEmpty()) {
        isRefused = true;
        return 0;
      }
      missing = whole.getAsInt() - head.size();
    }
    int taken = Math.min(missing, bytes.size());
    head = head.concat(bytes.substring(0, taken));
    if (taken == missing && head.size() > ManifestCodec.HEAD_BYTES) {
      expect(ManifestCodec.decode(head));
    }
    return taken;
  }

  private void expect(Optional<Manifest> decoded) {
    if (decoded.isEmpty()
        || !decoded.get().header().equals(header)
        || head.size() + decoded.get().fileBytes() != length) {
      isRefused = true;
      return;
    }
    manifest = decoded;
    for (TableEntry table : decoded.get().tables()) {
      TableEntry renumbered = table.renumbered(directory.nextNumber());
      tables.add(renumbered);
      expected.add(new Staged(renumbered.tableName(), renumbered.tableBytes()));
      if (renumbered.hasValues()) {
        expected.add(new Staged(renumbered.valuesName(), renumbered.valuesBytes()));
      }
    }
  }

  /** Takes what belongs to the file at hand; answers how much that was. */
  private int stage(ByteString bytes) throws DiskException {
    if (expected.isEmpty()) {
      isRefused = true;
      return 0;
    }
    Staged next = expected.getFirst();
    if (current.isEmpty()) {
      current = Optional.of(directory.create(next.name()));
    }
    AppendFile file = current.get();
    int taken = (int) Math.min(next.bytes() - file.length(), bytes.size());
    file.append(bytes.substring(0, taken).toByteArray(), 0, taken);
    if (file.length() == next.bytes()) {
      file.finish();
      file.close();
      current = Optional.empty();
      expected.removeFirst();
    }
    return taken;
  }
}

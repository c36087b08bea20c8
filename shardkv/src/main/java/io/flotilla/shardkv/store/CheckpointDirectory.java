package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files of one store. The manifest is the only commit point: a file it does not name does not
 * exist, and goes at the next {@link #open}. On the file loop, but for {@link #diskBytes}.
 */
final class CheckpointDirectory {
  static final String MANIFEST = "MANIFEST";
  private static final String MANIFEST_DRAFT = "MANIFEST.tmp";
  private static final int MANIFEST_BYTES_MAX = 256 << 20;

  private final Disk disk;
  private final String path;
  private final AtomicLong diskBytes = new AtomicLong();
  private final TreeMap<String, Integer> uses = new TreeMap<>();
  private final List<Long> doubtful = new ArrayList<>();
  private long lastNumber;
  private long restores;
  private boolean isClosed;

  CheckpointDirectory(Disk disk, String path) {
    this.disk = disk;
    this.path = path;
  }

  /** Makes the directory if it is missing, and reads its newest checkpoint, which is retained. */
  Checkpoint open() throws DiskException, StoreDamage {
    disk.createDirectories(path);
    // Whatever is found may be in the page cache only: a process that was killed may have renamed
    // the manifest, or made the directory, without coming to the sync.
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      disk.dirSync(path.substring(0, end));
    }
    disk.dirSync("");
    Manifest manifest = readManifest();
    deleteLeftovers(manifest.fileNames());
    Checkpoint checkpoint = openTables(manifest);
    retain(checkpoint);
    return checkpoint;
  }

  /** Opens the tables a manifest names, reading all of them once. */
  Checkpoint openTables(Manifest manifest) throws DiskException, StoreDamage {
    List<TableFile> tables = new ArrayList<>();
    for (TableEntry entry : manifest.tables()) {
      tables.add(TableFile.open(disk, path, entry));
    }
    return new Checkpoint(manifest, tables);
  }

  String path() {
    return path;
  }

  /** A number for new files that none had before. */
  long nextNumber() {
    return ++lastNumber;
  }

  /** How many restores took over since this was opened. */
  long restores() {
    return restores;
  }

  void countRestore() {
    restores++;
  }

  boolean isClosed() {
    return isClosed;
  }

  void close() {
    isClosed = true;
  }

  /** Bytes of the tables of all retained checkpoints. Any loop. */
  long diskBytes() {
    return diskBytes.get();
  }

  AppendFile create(String name) throws DiskException {
    return AppendFile.create(disk, path + "/" + name);
  }

  /**
   * Writes a manifest beside the one in force, and makes it and the names of all files durable. The
   * names come first: a power loss after the rename could otherwise keep the new manifest and lose
   * a file it names.
   */
  void draft(Manifest manifest) throws DiskException {
    ByteString bytes = ManifestCodec.encode(manifest);
    disk.delete(path + "/" + MANIFEST_DRAFT);
    try (AppendFile file = create(MANIFEST_DRAFT)) {
      file.append(bytes.toByteArray(), 0, bytes.size());
      file.finish();
    }
    // SAFETY names-before-manifest: a manifest names files that are there
    disk.dirSync(path);
  }

  /**
   * Puts the drafted manifest in force, which names tables of the given numbers. If this fails
   * nobody knows which of the two is, so no file of either may go before {@link #settle}.
   */
  void commitDraft(List<Long> numbers) throws DiskException {
    doubtful.addAll(numbers);
    disk.rename(path + "/" + MANIFEST_DRAFT, path + "/" + MANIFEST);
    // SAFETY manifest-before-compaction: the log is shortened only behind a durable manifest
    disk.dirSync(path);
    doubtful.removeAll(numbers);
    discardDoubtful(Manifest.NONE);
  }

  /**
   * After a commit that failed, finds out which manifest is in force, and lets the tables go that
   * it does not name: a disk that fails every commit must not be filled by what they leave behind.
   */
  void settle() throws DiskException, StoreDamage {
    if (!doubtful.isEmpty()) {
      disk.dirSync(path);
      discardDoubtful(readManifest());
    }
  }

  private void discardDoubtful(Manifest inForce) {
    List<Long> named = inForce.tables().stream().map(TableEntry::number).toList();
    doubtful.stream().filter(number -> !named.contains(number)).forEach(this::discard);
    doubtful.retainAll(named);
  }

  /** Refuses what would fill the disk: the log needs what is left of it more. */
  void checkRoom(long bytes) throws DiskException {
    if (disk.freeSpace() < bytes) {
      throw new DiskException.Full("no space for a checkpoint of " + bytes + " bytes");
    }
  }

  /** Keeps the files of a checkpoint until it is released. */
  void retain(Checkpoint checkpoint) {
    for (TableEntry table : checkpoint.manifest().tables()) {
      if (uses.merge(table.tableName(), 1, Integer::sum) == 1) {
        diskBytes.addAndGet(table.bytes());
      }
    }
  }

  /** Lets the files of a checkpoint go that no other retained one shares. */
  void release(Checkpoint checkpoint) {
    for (TableEntry table : checkpoint.manifest().tables()) {
      int left = uses.merge(table.tableName(), -1, Integer::sum);
      if (left == 0) {
        uses.remove(table.tableName());
        diskBytes.addAndGet(-table.bytes());
        discard(table.number());
      }
    }
  }

  /**
   * Deletes the files of a number as far as that is possible; what stays behind is harmless and
   * goes at the next {@link #open}.
   */
  void discard(long number) {
    for (String name : List.of(TableEntry.tableName(number), TableEntry.valuesName(number))) {
      try {
        disk.delete(path + "/" + name);
      } catch (DiskException e) {
        return;
      }
    }
  }

  private Manifest readManifest() throws DiskException, StoreDamage {
    String manifestPath = path + "/" + MANIFEST;
    if (!disk.exists(manifestPath)) {
      return Manifest.NONE;
    }
    try (DiskFile file = disk.open(manifestPath)) {
      if (file.size() > MANIFEST_BYTES_MAX) {
        throw new StoreDamage(manifestPath, "holds " + file.size() + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(0, bytes);
      return ManifestCodec.decode(ByteString.copyFrom(bytes.flip()))
          .orElseThrow(() -> new StoreDamage(manifestPath, "checksum"));
    }
  }

  private void deleteLeftovers(List<String> named) throws DiskException {
    boolean isDeleted = false;
    for (String name : disk.list(path)) {
      OptionalLong number = TableEntry.numberOf(name);
      lastNumber = Math.max(lastNumber, number.orElse(0));
      if (name.equals(MANIFEST_DRAFT) || (number.isPresent() && !named.contains(name))) {
        disk.delete(path + "/" + name);
        isDeleted = true;
      }
    }
    if (isDeleted) {
      disk.dirSync(path);
    }
  }
}

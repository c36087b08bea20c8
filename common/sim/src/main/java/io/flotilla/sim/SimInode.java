package io.flotilla.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Contents of one file: what a reader sees, and what the platter may hold instead.
 *
 * <p>Pages nobody wrote cost nothing. For every sector written since the last sync it keeps the
 * durable bytes and a few versions in between, all of which a power loss may bring back.
 */
final class SimInode {
  static final int SECTOR = 512;
  static final int PAGE = 4096;
  private static final int SECTORS = PAGE / SECTOR;
  private static final int VERSIONS_MAX = 4;
  private static final byte[] ZEROS = new byte[PAGE];
  private static final long NOT_CUT = Long.MAX_VALUE;

  final boolean directory;

  /** How many names it has; without one it occupies no space, though open files still read it. */
  int links = 1;

  private byte[][] pages = {};
  private long size;
  private long durableSize;
  private long cutTo = NOT_CUT;
  private final SortedMap<Long, Unsynced> unsynced = new TreeMap<>();

  /** What may come back for one sector: the durable bytes first, then what overwrote them. */
  private static final class Unsynced {
    final List<byte[]> versions = new ArrayList<>(1);

    /** Versions from this one on are later than the last cut of the file. */
    int sinceCut;

    /** Set when a sync failed: the kernel thinks it clean, so later syncs skip it. */
    boolean dropped;
  }

  SimInode(boolean directory) {
    this.directory = directory;
  }

  long size() {
    return size;
  }

  /** Space it occupies, in whole pages. */
  static long occupied(long size) {
    return (size + PAGE - 1) / PAGE * PAGE;
  }

  void write(long position, ByteBuffer source) {
    long at = position;
    while (source.hasRemaining()) {
      int from = (int) (at % SECTOR);
      int length = Math.min(SECTOR - from, source.remaining());
      touch(at / SECTOR);
      byte[] page = writable((int) (at / PAGE));
      source.get(page, (int) (at % PAGE), length);
      at += length;
    }
    size = Math.max(size, at);
  }

  int read(long position, ByteBuffer target) {
    int total = (int) Math.min(target.remaining(), Math.max(0, size - position));
    long at = position;
    int left = total;
    while (left > 0) {
      int from = (int) (at % PAGE);
      int length = Math.min(PAGE - from, left);
      target.put(page((int) (at / PAGE)), from, length);
      at += length;
      left -= length;
    }
    return total;
  }

  void extend(long length) {
    size = Math.max(size, length);
  }

  void truncate(long length) {
    if (length < size) {
      erase(length, true);
      cutTo = Math.min(cutTo, length);
    }
    size = length;
  }

  void sync() {
    durableSize = size;
    cutTo = NOT_CUT;
    unsynced.values().removeIf(sector -> !sector.dropped);
  }

  /**
   * A sync that failed: some sectors made it, the others are clean in the cache and not on disk.
   */
  void failSync(RandomGenerator random) {
    unsynced.values().removeIf(sector -> !sector.dropped && random.nextBoolean());
    unsynced.values().forEach(sector -> sector.dropped = true);
  }

  /**
   * Turns contents into what the disk holds after the power went away.
   *
   * @param keep probability that an unsynced sector made it
   * @param torn probability that a sector which did not make it is a mixture of old and new
   */
  void losePower(RandomGenerator random, double keep, double torn) {
    boolean cutLost = cutTo != NOT_CUT && random.nextBoolean();
    long cut = cutTo;
    for (Map.Entry<Long, Unsynced> entry : unsynced.entrySet()) {
      long sector = entry.getKey();
      List<byte[]> versions = entry.getValue().versions;
      boolean wasCut = (sector + 1) * SECTOR > cut && sector * SECTOR < durableSize;
      int oldest = wasCut ? entry.getValue().sinceCut : 0;
      if (wasCut && cutLost) {
        restore(sector, versions.get(0), SECTOR);
      } else if (random.nextDouble() >= keep && oldest < versions.size()) {
        byte[] old = versions.get(random.nextInt(oldest, versions.size()));
        restore(sector, old, random.nextDouble() < torn ? random.nextInt(SECTOR) : SECTOR);
      }
    }
    long survivingSize = cutLost ? Math.max(size, durableSize) : surviving(random, keep);
    if (survivingSize < size) {
      erase(survivingSize, false);
    }
    size = survivingSize;
    durableSize = size;
    cutTo = NOT_CUT;
    unsynced.clear();
  }

  void flip(long bit) {
    byte[] page = writable((int) (bit / 8 / PAGE));
    page[(int) (bit / 8 % PAGE)] ^= (byte) (1 << (bit % 8));
  }

  ByteBuffer snapshot() {
    ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(size));
    read(0, copy);
    return copy.flip().asReadOnlyBuffer();
  }

  long digest() {
    CRC32C crc = new CRC32C();
    crc.update(snapshot());
    return crc.getValue() ^ size;
  }

  private long surviving(RandomGenerator random, double keep) {
    if (size <= durableSize || random.nextDouble() < keep) {
      return size;
    }
    return random.nextBoolean() ? durableSize : random.nextLong(durableSize, size);
  }

  /** Remembers what a sector holds before it is written. */
  private Unsynced touch(long sector) {
    Unsynced known = unsynced.computeIfAbsent(sector, absent -> new Unsynced());
    known.dropped = false;
    if (known.versions.size() < VERSIONS_MAX) {
      byte[] page = page((int) (sector / SECTORS));
      int from = (int) (sector % SECTORS) * SECTOR;
      known.versions.add(page == ZEROS ? ZEROS : Arrays.copyOfRange(page, from, from + SECTOR));
    }
    return known;
  }

  private void restore(long sector, byte[] old, int length) {
    byte[] page = writable((int) (sector / SECTORS));
    System.arraycopy(old, 0, page, (int) (sector % SECTORS) * SECTOR, length);
  }

  /** Zeroes everything from {@code length} on. */
  private void erase(long length, boolean remember) {
    int firstPage = (int) (length / PAGE);
    for (int at = firstPage; at < pages.length; at++) {
      if (pages[at] == ZEROS) {
        continue;
      }
      int from = at == firstPage ? (int) (length % PAGE) : 0;
      for (int sector = from / SECTOR; remember && sector < SECTORS; sector++) {
        Unsynced erased = touch((long) at * SECTORS + sector);
        erased.sinceCut = erased.versions.size();
      }
      Arrays.fill(pages[at], from, PAGE, (byte) 0);
    }
  }

  private byte[] page(int at) {
    return at < pages.length ? pages[at] : ZEROS;
  }

  private byte[] writable(int at) {
    if (at >= pages.length) {
      int known = pages.length;
      pages = Arrays.copyOf(pages, Math.max(at + 1, known + known / 2));
      Arrays.fill(pages, known, pages.length, ZEROS);
    }
    if (pages[at] == ZEROS) {
      pages[at] = new byte[PAGE];
    }
    return pages[at];
  }
}

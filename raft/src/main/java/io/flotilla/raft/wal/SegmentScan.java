package io.flotilla.raft.wal;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Finds every batch in one segment file, also beyond damage.
 *
 * <p>Where no batch begins the next 512 bytes are tried. What counts as a batch names this store,
 * this segment and its own offset under its checksum, so neither a value that looks like a batch
 * nor what is left of another file is taken for one. Blocks; log loop or a tool.
 */
final class SegmentScan {
  private static final int WINDOW_BYTES = 1 << 20;

  private ByteBuffer window = window(WINDOW_BYTES);
  private long windowAt;
  private int windowBytes;

  /** Receives what is found, in the order of the file. */
  interface Visitor {
    /** A whole batch; it begins at {@code at} in {@code buffer}, which is good during the call. */
    void batch(BatchHeader header, ByteBuffer buffer, int at) throws WalDamage;

    /** A batch whose header is as written and whose body is not. */
    void broken(BatchHeader header);
  }

  /** What {@link #run} should take for a batch. */
  record Expected(String file, long segment, long store) {}

  /**
   * Scans {@code file}.
   *
   * @return where the last bytes that are not zero end
   * @throws WalDamage if a batch in its place belongs to another store, another segment or a format
   *     of another time
   */
  int run(DiskFile file, Expected expected, Visitor visitor) throws DiskException, WalDamage {
    long size = file.size();
    long at = 0;
    long end = 0;
    long inPlace = 0;
    windowBytes = 0;
    while (at + BatchHeader.ALIGN <= size) {
      load(file, at, BatchHeader.ALIGN);
      int length = BatchHeader.claimedLength(window, (int) (at - windowAt), size - at);
      if (length > 0) {
        load(file, at, length);
      }
      int begin = (int) (at - windowAt);
      if (length > 0 && BatchHeader.isIntact(window, begin)) {
        BatchHeader header = BatchHeader.read(window, begin);
        if (at == inPlace) {
          refuseForeign(header, expected);
        }
        if (isOurs(header, expected, at)) {
          if (header.matchesBody(window, begin)) {
            visitor.batch(header, window, begin);
            at += length;
            inPlace = at;
            end = at;
            continue;
          }
          visitor.broken(header);
        }
      }
      end = isZero(begin) ? end : at + BatchHeader.ALIGN;
      at += BatchHeader.ALIGN;
    }
    return (int) (at < size ? size : end);
  }

  private static void refuseForeign(BatchHeader header, Expected expected) throws WalDamage {
    if (header.version() != BatchHeader.VERSION) {
      throw refusal(header, expected, "unknown format version " + header.version());
    }
    if (header.store() != expected.store) {
      throw refusal(header, expected, "written by another store, " + header.store());
    }
    if (header.segment() != expected.segment) {
      throw refusal(header, expected, "holds segment " + header.segment());
    }
  }

  private static WalDamage refusal(BatchHeader header, Expected expected, String what) {
    return new WalDamage(expected.file, header.offset(), List.of(), what);
  }

  private static boolean isOurs(BatchHeader header, Expected expected, long at) {
    return header.version() == BatchHeader.VERSION
        && header.store() == expected.store
        && header.segment() == expected.segment
        && header.offset() == at;
  }

  private boolean isZero(int begin) {
    for (int i = begin; i < begin + BatchHeader.ALIGN; i += Long.BYTES) {
      if (window.getLong(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Brings {@code [at, at + length)} into the window. */
  private void load(DiskFile file, long at, int length) throws DiskException {
    if (at >= windowAt && at + length <= windowAt + windowBytes) {
      return;
    }
    if (window.capacity() < length) {
      window = window(length);
    }
    window.clear();
    windowBytes = file.read(at, window);
    windowAt = at;
    if (windowBytes < length) {
      throw new DiskException.Broken("log segment shorter than its size");
    }
  }

  private static ByteBuffer window(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

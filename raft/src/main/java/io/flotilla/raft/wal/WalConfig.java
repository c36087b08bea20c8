package io.flotilla.raft.wal;

import io.flotilla.base.check.Check;

/**
 * Sizes and bounds of a node's log; one record, defaults in one place.
 *
 * @param segmentBytes length of a segment file
 * @param aheadBytes space kept claimed and zeroed ahead of the next write, also the step it grows
 *     by
 * @param maxBatchBytes longest batch, padding included; bounds the write buffer, and with it the
 *     largest entry
 * @param maxRecordBytes entries longer than this together are split over records, so that a read of
 *     a few entries never loads many; one larger entry still has a record of its own
 * @param carryBytes records of cold groups carried forward in one batch, at most
 * @param maxSegments segments kept before the cold groups that pin the oldest are carried forward
 * @param maxWaitingBytes appends waiting for the disk; beyond it the log gives up
 * @param fullRetryNanos pause before space is asked for again on a full disk
 */
public record WalConfig(
    int segmentBytes,
    int aheadBytes,
    int maxBatchBytes,
    int maxRecordBytes,
    int carryBytes,
    int maxSegments,
    long maxWaitingBytes,
    long fullRetryNanos) {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** Segments of 64 MiB, batches up to 8 MiB. */
  public static final WalConfig DEFAULT =
      new WalConfig(64 * MIB, MIB, 8 * MIB, 256 * KIB, 512 * KIB, 8, 256L * MIB, 100_000_000);

  /** Segments of 64 KiB, so that a short life sees every step of a long one. */
  public static final WalConfig SMALL =
      new WalConfig(64 * KIB, 8 * KIB, 16 * KIB, 4 * KIB, 4 * KIB, 3, 4L * MIB, 10_000_000);

  public WalConfig {
    Check.that(segmentBytes % BatchHeader.ALIGN == 0, "segment of %d bytes", segmentBytes);
    Check.that(aheadBytes >= BatchHeader.ALIGN, "ahead");
    Check.that(aheadBytes % BatchHeader.ALIGN == 0, "ahead of %d bytes", aheadBytes);
    Check.that(maxBatchBytes % BatchHeader.ALIGN == 0, "batch of %d bytes", maxBatchBytes);
    Check.that(maxBatchBytes <= segmentBytes / 2, "a batch must fit a segment twice");
    Check.that(maxRecordBytes <= maxBatchBytes / 2, "a record must fit a batch twice");
    Check.that(carryBytes <= maxBatchBytes / 2, "carried records must leave room");
    Check.that(maxSegments >= 2, "segments kept");
    Check.that(maxWaitingBytes >= maxBatchBytes && fullRetryNanos > 0, "waiting appends");
  }
}

package io.flotilla.raft.wal;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.GroupId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a log back after a start and decides what an unreadable batch means.
 *
 * <p>Batches are numbered without gaps, and each says which one was synced before it. So a batch
 * that cannot be read is torn if no other calls it synced: nobody was promised anything that stands
 * in it, and it is dropped with what follows. If one does, it is rot, and the start is refused:
 * cutting there would take back promises. Log loop only.
 */
public final class WalRecovery {
  private final WalConfig config;
  private final long store;
  private final SegmentFiles files;
  private final SegmentScan scan = new SegmentScan();

  /**
   * An opened log.
   *
   * @param wal ready to append
   * @param groups what it holds, in the order of their ids; all of it synced
   * @param torn what was dropped, if the end was not as a clean stop leaves it
   */
  public record Result(Wal wal, List<RecoveredGroup> groups, Optional<TornTail> torn) {}

  /**
   * A batch, never acknowledged, that was dropped with what followed it.
   *
   * @param file the file it was in
   * @param offset where in the file
   * @param batch its number
   */
  public record TornTail(String file, long offset, long batch) {}

  /** What {@link Wal} goes on with. */
  record Found(
      LogTail tail, LogIndex index, List<RecoveredGroup> groups, Optional<TornTail> torn) {}

  WalRecovery(Disk disk, String directory, WalConfig config, long store) {
    this.config = config;
    this.store = store;
    this.files = new SegmentFiles(disk, directory);
  }

  Found recover(EntryReader reader) throws DiskException, WalDamage {
    files.prepare();
    List<Long> ids = files.ids();
    if (ids.isEmpty()) {
      LogTail tail = new LogTail(config, store, files, List.of(createFirst()), 0);
      return new Found(tail, new LogIndex(), List.of(), Optional.empty());
    }
    List<Segment> segments = open(ids);
    try {
      return recover(segments, reader);
    } catch (DiskException | WalDamage failure) {
      segments.forEach(Segment::close);
      throw failure;
    }
  }

  /**
   * Judges the log as {@link #recover} would, and changes nothing: for tools, while no node has it
   * open.
   *
   * @return what a start would drop
   * @throws WalDamage if a start would be refused
   */
  Optional<TornTail> judge() throws DiskException, WalDamage {
    List<Segment> segments = open(files.ids());
    List<Segment> opened = List.copyOf(segments);
    try {
      if (segments.isEmpty()) {
        return Optional.empty();
      }
      Replay replay = replay(segments);
      if (replay.firstSegment() > replay.brokeIn()) {
        long first = replay.firstSegment();
        segments.removeIf(segment -> segment.id() < first);
        replay = replay(segments);
      }
      refuseMissing(segments, replay);
      if (replay.isRot()) {
        throw rot(segments, replay);
      }
      for (GroupIndex group : replay.index().all()) {
        refuseHoles(segments, group);
      }
      return replay.leftovers() ? Optional.of(torn(replay)) : Optional.empty();
    } finally {
      opened.forEach(Segment::close);
    }
  }

  private Found recover(List<Segment> segments, EntryReader reader)
      throws DiskException, WalDamage {
    Replay replay = replay(segments);
    if (replay.firstSegment() > replay.brokeIn()) {
      // What is unreadable stands in segments the log had moved past: their deletion was cut short.
      deleteBefore(replay.firstSegment(), segments);
      replay = replay(segments);
    }
    // SAFETY no-segment-missing: a hole is not the end of a log
    refuseMissing(segments, replay);
    // SAFETY rot-is-never-cut: what was promised is not dropped
    if (replay.isRot()) {
      throw rot(segments, replay);
    }
    Optional<TornTail> torn = dropTorn(segments, replay);
    for (Replay.Taken taken : replay.unsynced()) {
      // The sync that should have made it durable may have failed in an earlier process: the kernel
      // then calls its pages clean, and no sync would ever write them again.
      // SAFETY unsynced-is-written-again: a failed sync leaves pages clean that are not on disk
      taken.segment().rewrite(taken.offset(), taken.length());
    }
    for (Segment segment : segments) {
      // SAFETY recovered-is-synced-first: a killed process leaves its log in the page cache
      segment.syncAlways();
    }
    files.sync();
    List<RecoveredGroup> groups = load(replay.index(), segments, reader);
    LogTail tail = new LogTail(config, store, files, segments, replay.lastBatch());
    return new Found(tail, replay.index(), groups, torn);
  }

  private List<Segment> open(List<Long> ids) throws DiskException {
    List<Segment> segments = new ArrayList<>();
    for (long id : ids) {
      segments.add(files.open(id));
    }
    return segments;
  }

  private Segment createFirst() throws DiskException {
    Segment first = files.createUnborn(1);
    first.claim(config.aheadBytes(), config.aheadBytes(), config.segmentBytes());
    files.bear(first);
    return first;
  }

  private Replay replay(List<Segment> segments) throws DiskException, WalDamage {
    Replay replay = new Replay(files, segments.isEmpty() ? 0 : segments.get(0).id());
    for (Segment segment : segments) {
      replay.begin(segment);
      replay.end(scan(segment, replay));
    }
    return replay;
  }

  private int scan(Segment segment, SegmentScan.Visitor visitor) throws DiskException, WalDamage {
    String path = files.path(segment.id());
    return scan.run(segment.file(), new SegmentScan.Expected(path, segment.id(), store), visitor);
  }

  private void deleteBefore(long first, List<Segment> segments) throws DiskException {
    List<Long> unneeded = new ArrayList<>();
    while (!segments.isEmpty() && segments.get(0).id() < first) {
      segments.get(0).close();
      unneeded.add(segments.remove(0).id());
    }
    files.delete(unneeded);
  }

  private void refuseMissing(List<Segment> segments, Replay replay) throws WalDamage {
    long expected = Math.max(1, replay.firstSegment());
    for (Segment segment : segments) {
      if (segment.id() > expected) {
        throw new WalDamage(files.path(expected), 0, List.of(), "segment missing");
      }
      if (segment.id() == expected) {
        expected++;
      }
    }
    if (expected == Math.max(1, replay.firstSegment())) {
      throw new WalDamage(files.path(expected), 0, List.of(), "segment missing");
    }
  }

  private WalDamage rot(List<Segment> segments, Replay replay) throws DiskException, WalDamage {
    SuspectGroups suspects = new SuspectGroups(replay.nextBatch());
    for (Segment segment : segments) {
      scan(segment, suspects);
    }
    List<GroupId> groups = suspects.found(replay.syncedThrough());
    String what =
        String.format(
            "batch %d was synced (through %d) and cannot be read back; nothing was dropped",
            replay.nextBatch(), replay.syncedThrough());
    Replay.Break broke = replay.broke();
    return new WalDamage(files.path(broke.segment()), broke.offset(), groups, what);
  }

  /**
   * Removes every trace of what follows the last batch taken. Were it left, a batch dropped now
   * could line up behind a shorter one written later and come back to life.
   */
  private Optional<TornTail> dropTorn(List<Segment> segments, Replay replay) throws DiskException {
    Segment last = replay.lastTaken();
    List<Long> behind = new ArrayList<>();
    while (segments.get(segments.size() - 1) != last) {
      Segment segment = segments.remove(segments.size() - 1);
      segment.close();
      behind.add(segment.id());
    }
    int end = replay.endOf(last);
    if (end > last.position()) {
      // SAFETY torn-tail-is-wiped: a dropped batch never lines up again
      last.wipe(end);
    }
    if (!behind.isEmpty()) {
      files.delete(behind);
    }
    return replay.leftovers() ? Optional.of(torn(replay)) : Optional.empty();
  }

  private TornTail torn(Replay replay) {
    Replay.Break broke = replay.broke();
    return new TornTail(files.path(broke.segment()), broke.offset(), replay.nextBatch());
  }

  private void refuseHoles(List<Segment> segments, GroupIndex group) throws WalDamage {
    if (!group.isWhole()) {
      String file = files.path(segments.get(0).id());
      throw new WalDamage(file, 0, List.of(group.group()), "entries are missing");
    }
  }

  private List<RecoveredGroup> load(LogIndex index, List<Segment> segments, EntryReader reader)
      throws DiskException, WalDamage {
    List<RecoveredGroup> groups = new ArrayList<>();
    for (GroupIndex group : index.all()) {
      refuseHoles(segments, group);
      long first = group.compacted().index() + 1;
      long last = group.lastIndex();
      groups.add(
          new RecoveredGroup(
              group.group(),
              group.hardState(),
              group.compacted(),
              reader.read(group, first, last + 1, Integer.MAX_VALUE)));
    }
    return groups;
  }
}

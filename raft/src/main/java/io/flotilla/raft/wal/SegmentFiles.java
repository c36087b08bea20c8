package io.flotilla.raft.wal;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import java.util.ArrayList;
import java.util.List;

/** The directory of a log: the names of its segments and their durability. Log loop only. */
final class SegmentFiles {
  private static final String UNBORN = "next";

  private final Disk disk;
  private final String directory;

  SegmentFiles(Disk disk, String directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /** Makes the directory, durably; drops a segment that was being prepared. */
  void prepare() throws DiskException {
    disk.createDirectories(directory);
    int slash = directory.lastIndexOf('/');
    disk.dirSync(slash < 0 ? "" : directory.substring(0, slash));
    disk.delete(path(UNBORN));
  }

  String path(String name) {
    return directory + "/" + name;
  }

  String path(long segment) {
    return path(Segment.name(segment));
  }

  /** Ids of the segments there are, ascending. */
  List<Long> ids() throws DiskException {
    List<Long> ids = new ArrayList<>();
    for (String name : disk.list(directory)) {
      if (Segment.isName(name)) {
        ids.add(Segment.idOf(name));
      }
    }
    ids.sort(Long::compare);
    return ids;
  }

  Segment open(long id) throws DiskException {
    return new Segment(id, disk.open(path(id)));
  }

  /** Creates a segment that is not part of the log yet. */
  Segment createUnborn(long id) throws DiskException {
    return new Segment(id, disk.create(path(UNBORN)));
  }

  /**
   * Makes the segment of {@link #createUnborn} part of the log. Its name is durable before its
   * first batch is: a batch acknowledged in a file that a power loss can unname would be lost.
   */
  void bear(Segment segment) throws DiskException {
    disk.rename(path(UNBORN), path(segment.id()));
    disk.dirSync(directory);
  }

  /** Deletes segments nobody needs. */
  void delete(List<Long> segments) throws DiskException {
    for (long id : segments) {
      disk.delete(path(id));
    }
    disk.dirSync(directory);
  }

  void sync() throws DiskException {
    disk.dirSync(directory);
  }
}

package io.flotilla.sim;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** An open file of one life of a node. */
final class SimFile implements DiskFile {
  private final SimDisk disk;
  private final Life life;
  private final SimInode inode;
  private final String name;
  private boolean closed;

  SimFile(SimDisk disk, Life life, SimInode inode, String name) {
    this.disk = disk;
    this.life = life;
    this.inode = inode;
    this.name = name;
  }

  @Override
  public long size() throws DiskException {
    usable();
    return inode.size();
  }

  @Override
  public void preallocate(long length) throws DiskException {
    usable();
    disk.begin(IoKind.LENGTH, length, 0);
    if (length <= inode.size()) {
      return;
    }
    if (!disk.resize(inode, length)) {
      throw new DiskException.Full("no space for " + length + " bytes of " + name);
    }
    inode.extend(length);
  }

  @Override
  public void write(long position, ByteBuffer source) throws DiskException {
    usable();
    if (disk.isDoomed(IoKind.WRITE)) {
      writePrefix(position, source);
      disk.die();
    }
    int bytes = source.remaining();
    disk.spend(IoKind.WRITE, bytes);
    disk.note(IoKind.WRITE, digest(position, source));
    if (disk.isFailing(IoKind.WRITE)) {
      writePrefix(position, source);
      throw disk.injected(IoKind.WRITE);
    }
    if (!disk.resize(inode, Math.max(inode.size(), position + bytes))) {
      throw disk.broken("no space to write " + name);
    }
    inode.write(position, source);
  }

  @Override
  public int read(long position, ByteBuffer target) throws DiskException {
    usable();
    disk.begin(IoKind.READ, position, target.remaining());
    return inode.read(position, target);
  }

  @Override
  public void truncate(long length) throws DiskException {
    usable();
    disk.begin(IoKind.LENGTH, length, 0);
    if (length < inode.size()) {
      disk.resize(inode, length);
      inode.truncate(length);
    }
  }

  @Override
  public void datasync() throws DiskException {
    usable();
    if (disk.isDoomed(IoKind.SYNC)) {
      disk.die();
    }
    disk.spend(IoKind.SYNC, 0);
    disk.note(IoKind.SYNC, inode.size());
    if (disk.isFailing(IoKind.SYNC)) {
      inode.failSync(disk.random());
      throw disk.injected(IoKind.SYNC);
    }
    inode.sync();
  }

  @Override
  public ByteBuffer map() throws DiskException {
    usable();
    disk.begin(IoKind.READ, inode.size(), 0);
    return inode.snapshot();
  }

  @Override
  public void close() {
    closed = true;
  }

  private void usable() throws DiskException {
    if (!life.isAlive()) {
      throw new SimCrash(life.name);
    }
    if (closed) {
      throw disk.broken("closed: " + name);
    }
  }

  /** A call cut short: within the file's length any prefix is written, beyond it nothing. */
  private void writePrefix(long position, ByteBuffer source) {
    long room = Math.max(0, inode.size() - position);
    int most = (int) Math.min(source.remaining(), room);
    ByteBuffer prefix = source.duplicate();
    prefix.limit(source.position() + disk.random().nextInt(most + 1));
    inode.write(position, prefix);
  }

  private static long digest(long position, ByteBuffer source) {
    CRC32C crc = new CRC32C();
    crc.update(source.duplicate());
    return (position << 32) ^ crc.getValue();
  }
}

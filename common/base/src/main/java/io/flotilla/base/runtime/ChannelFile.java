package io.flotilla.base.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open file of a {@link FileDisk}. Blocks; one thread at a time changes it. */
final class ChannelFile implements DiskFile {
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

  private final FileDisk disk;
  private final String path;
  private final FileChannel channel;

  ChannelFile(FileDisk disk, String path, FileChannel channel) {
    this.disk = disk;
    this.path = path;
    this.channel = channel;
  }

  @Override
  public long size() throws DiskException {
    try {
      return channel.size();
    } catch (IOException e) {
      throw FileDisk.broken("measure", path, e);
    }
  }

  @Override
  public void preallocate(long length) throws DiskException {
    long size = size();
    if (length <= size) {
      return;
    }
    if (disk.freeSpace() < length - size) {
      throw new DiskException.Full("no space for " + (length - size) + " more bytes of " + path);
    }
    try {
      // Zeros are really written: a hole would promise space that a later write may not find.
      for (long position = size; position < length; ) {
        ByteBuffer zeros = ZEROS.duplicate();
        zeros.limit((int) Math.min(zeros.capacity(), length - position));
        position += channel.write(zeros, position);
      }
    } catch (IOException e) {
      if (!isFull(e)) {
        throw FileDisk.broken("preallocate", path, e);
      }
      truncate(size);
      throw new DiskException.Full("no space for " + (length - size) + " more bytes of " + path);
    }
  }

  @Override
  public void write(long position, ByteBuffer source) throws DiskException {
    try {
      long next = position;
      while (source.hasRemaining()) {
        next += channel.write(source, next);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw FileDisk.broken("write", path, e);
    }
  }

  @Override
  public int read(long position, ByteBuffer target) throws DiskException {
    try {
      int total = 0;
      while (target.hasRemaining()) {
        int count = channel.read(target, position + total);
        if (count < 0) {
          break;
        }
        total += count;
      }
      return total;
    } catch (IOException | IllegalArgumentException e) {
      throw FileDisk.broken("read", path, e);
    }
  }

  @Override
  public void truncate(long length) throws DiskException {
    try {
      channel.truncate(length);
    } catch (IOException | IllegalArgumentException e) {
      throw FileDisk.broken("truncate", path, e);
    }
  }

  @Override
  public void datasync() throws DiskException {
    try {
      // fdatasync: also persists the length, which is metadata needed to read the data back.
      channel.force(false);
    } catch (IOException e) {
      throw FileDisk.broken("sync", path, e);
    }
  }

  @Override
  public ByteBuffer map() throws DiskException {
    try {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException | IllegalArgumentException e) {
      throw FileDisk.broken("map", path, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was promised by closing: what matters was synced before, or is lost anyway.
      return;
    }
  }

  /** The two ways in which Linux says that there is no room; Java passes on only the words. */
  private static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left on device") || message.contains("Disk quota exceeded");
  }
}

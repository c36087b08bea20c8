package io.flotilla.shardkv.store;

import java.io.File;
import java.nio.ByteBuffer;
import org.mapdb.volume.ByteBufferVolSingle;

/** A finished table file as MapDB sees it: mapped and read-only. Any loop. */
class BufferVolume extends ByteBufferVolSingle {
  BufferVolume(ByteBuffer bytes) {
    super(true, Integer.MAX_VALUE, false);
    this.buffer = bytes;
  }

  @Override
  public long length() {
    return buffer.capacity();
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void sync() {}

  @Override
  public void truncate(long size) {
    throw new UnsupportedOperationException("tables never shrink");
  }

  @Override
  public File getFile() {
    throw new UnsupportedOperationException("files are reached by the disk only");
  }

  @Override
  public boolean getFileLocked() {
    return false;
  }

  @Override
  public void close() {}
}

package io.flotilla.shardkv.node;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.ShardMaps;
import io.flotilla.v1.ShardMapMessage;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The newest map a node has seen: with it a node that starts again serves before the controller is
 * reached, and never takes an older map for news. On a file loop.
 */
final class MapFile {
  private static final String NAME = "map";
  private static final String NEXT = "map.next";
  private static final int CRC_BYTES = 4;
  private static final int BYTES_MAX = 16 << 20;

  private final Disk disk;

  MapFile(Disk disk) {
    this.disk = disk;
  }

  /** Makes {@code map} the one that is found at the next start. */
  void write(ShardMap map) throws DiskException {
    byte[] message = ShardMaps.encode(map).toByteArray();
    ByteBuffer bytes = ByteBuffer.allocate(CRC_BYTES + message.length);
    bytes.putInt(crc32c(message)).put(message).flip();
    disk.delete(NEXT);
    try (DiskFile file = disk.create(NEXT)) {
      file.write(0, bytes);
      file.datasync();
    }
    disk.rename(NEXT, NAME);
    disk.dirSync("");
  }

  /** Reads it; empty if there is none, or none that can be trusted: the controller has another. */
  Optional<ShardMap> read() throws DiskException {
    if (!disk.exists(NAME)) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(NAME)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BYTES_MAX, file.size()));
      file.read(0, bytes);
      bytes.flip();
      if (bytes.remaining() < CRC_BYTES) {
        return Optional.empty();
      }
      int crc = bytes.getInt();
      byte[] message = new byte[bytes.remaining()];
      bytes.get(message);
      return crc == crc32c(message)
          ? Optional.of(ShardMaps.decode(ShardMapMessage.parseFrom(message)))
          : Optional.empty();
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
  }

  private static int crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}

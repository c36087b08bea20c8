package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.raft.SnapshotHeader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a {@link MemoryStore} leaves behind for its next life: the bytes of its newest checkpoint.
 * Used in one thread.
 */
public final class MemoryCheckpoints {
  private ByteString newest = encode(SnapshotHeader.NONE, ByteString.EMPTY, new TreeMap<>());
  private long restores;

  record Image(SnapshotHeader header, ByteString meta, TreeMap<RowKey, Row> rows) {}

  ByteString newest() {
    return newest;
  }

  long restores() {
    return restores;
  }

  /** Takes a checkpoint begun after so many restores; false if there was one since. */
  boolean replace(ByteString image, long begunAfter) {
    if (begunAfter != restores) {
      return false;
    }
    newest = image;
    return true;
  }

  void restore(ByteString image) {
    newest = image;
    restores++;
  }

  static ByteString encode(SnapshotHeader header, ByteString meta, Map<RowKey, Row> rows) {
    ByteString.Output bytes = ByteString.newOutput();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      HeaderCodec.write(out, header);
      HeaderCodec.writeBytes(out, meta);
      out.writeInt(rows.size());
      for (Map.Entry<RowKey, Row> entry : rows.entrySet()) {
        out.writeInt(entry.getKey().namespace().shard());
        out.writeLong(entry.getKey().namespace().epoch());
        out.writeByte(entry.getKey().kind().code());
        HeaderCodec.writeBytes(out, entry.getKey().key());
        out.writeLong(entry.getValue().counter());
        out.writeBoolean(entry.getValue().isTombstone());
        HeaderCodec.writeBytes(out, entry.getValue().value());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory failed", e);
    }
    return bytes.toByteString();
  }

  /** The checkpoint that {@code bytes} are, if they are one. */
  static Optional<Image> decode(ByteString bytes) {
    try (DataInputStream in = new DataInputStream(bytes.newInput())) {
      SnapshotHeader header = HeaderCodec.read(in);
      ByteString meta = HeaderCodec.readBytes(in, KvStore.META_BYTES_MAX);
      TreeMap<RowKey, Row> rows = new TreeMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        Namespace namespace = new Namespace(in.readInt(), in.readLong());
        RowKind kind = RowKind.ofCode(in.readByte());
        ByteString key = HeaderCodec.readBytes(in, KvStore.KEY_BYTES_MAX);
        long counter = in.readLong();
        boolean isTombstone = in.readBoolean();
        ByteString value = HeaderCodec.readBytes(in, KvStore.VALUE_BYTES_MAX);
        rows.put(new RowKey(namespace, kind, key), new Row(value, counter, isTombstone));
      }
      return in.read() < 0 ? Optional.of(new Image(header, meta, rows)) : Optional.empty();
    } catch (IOException | AssertionError e) {
      return Optional.empty();
    }
  }
}

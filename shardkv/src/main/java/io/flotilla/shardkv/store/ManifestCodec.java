package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.shardkv.store.Manifest.NamespaceSize;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** Manifests as bytes, big-endian; see docs/formats/checkpoint.md. Stateless. */
final class ManifestCodec {
  /** Magic, version, length of the body, CRC32C of version, length and body. */
  static final int HEAD_BYTES = 8 + 4 + 4 + 4;

  private static final long MAGIC = 0x464c_4f54_434b_5054L;
  private static final int VERSION = 1;
  private static final int BODY_BYTES_MAX = KvStore.META_BYTES_MAX + (32 << 20);
  private static final int TABLES_MAX = 1 << 16;
  private static final int NAMESPACES_MAX = 1 << 18;

  private ManifestCodec() {}

  static ByteString encode(Manifest manifest) {
    ByteString body = body(manifest);
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    head.putLong(MAGIC).putInt(VERSION).putInt(body.size());
    return ByteString.copyFrom(head.putInt(crc(VERSION, body)).flip()).concat(body);
  }

  /** Length of the whole manifest whose first {@link #HEAD_BYTES} these are, if they can be. */
  static OptionalInt lengthOf(ByteString head) {
    ByteBuffer in = head.asReadOnlyByteBuffer();
    if (in.getLong() != MAGIC || in.getInt() != VERSION) {
      return OptionalInt.empty();
    }
    int length = in.getInt();
    return length > 0 && length <= BODY_BYTES_MAX
        ? OptionalInt.of(HEAD_BYTES + length)
        : OptionalInt.empty();
  }

  /** The manifest that exactly these bytes are, if they are one. */
  static Optional<Manifest> decode(ByteString bytes) {
    if (bytes.size() < HEAD_BYTES) {
      return Optional.empty();
    }
    OptionalInt length = lengthOf(bytes.substring(0, HEAD_BYTES));
    if (length.isEmpty() || length.getAsInt() != bytes.size()) {
      return Optional.empty();
    }
    ByteString body = bytes.substring(HEAD_BYTES);
    int crc = bytes.asReadOnlyByteBuffer().getInt(HEAD_BYTES - 4);
    if (crc != crc(VERSION, body)) {
      return Optional.empty();
    }
    try (DataInputStream in = new DataInputStream(body.newInput())) {
      return Optional.of(readBody(in));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ByteString body(Manifest manifest) {
    ByteString.Output bytes = ByteString.newOutput();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      HeaderCodec.write(out, manifest.header());
      HeaderCodec.writeBytes(out, manifest.meta());
      out.writeInt(manifest.tables().size());
      for (TableEntry table : manifest.tables()) {
        out.writeLong(table.number());
        out.writeLong(table.tableBytes());
        out.writeInt(table.tableCrc());
        out.writeLong(table.valuesBytes());
        out.writeInt(table.valuesCrc());
        out.writeLong(table.rows());
      }
      out.writeInt(manifest.namespaces().size());
      for (NamespaceSize size : manifest.namespaces()) {
        out.writeInt(size.namespace().shard());
        out.writeLong(size.namespace().epoch());
        out.writeLong(size.rows());
        out.writeLong(size.bytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory failed", e);
    }
    return bytes.toByteString();
  }

  private static Manifest readBody(DataInputStream in) throws IOException {
    SnapshotHeader header = HeaderCodec.read(in);
    ByteString meta = HeaderCodec.readBytes(in, KvStore.META_BYTES_MAX);
    List<TableEntry> tables = new ArrayList<>();
    for (int left = bounded(in.readInt(), TABLES_MAX); left > 0; left--) {
      tables.add(
          new TableEntry(
              in.readLong(),
              in.readLong(),
              in.readInt(),
              in.readLong(),
              in.readInt(),
              in.readLong()));
    }
    List<NamespaceSize> namespaces = new ArrayList<>();
    for (int left = bounded(in.readInt(), NAMESPACES_MAX); left > 0; left--) {
      Namespace namespace = new Namespace(bounded(in.readInt(), Integer.MAX_VALUE), in.readLong());
      namespaces.add(new NamespaceSize(namespace, in.readLong(), in.readLong()));
    }
    if (in.read() >= 0) {
      throw new IOException("bytes behind the end");
    }
    return new Manifest(header, meta, tables, namespaces);
  }

  private static int bounded(int value, int max) throws IOException {
    if (value < 0 || value > max) {
      throw new IOException("count " + value);
    }
    return value;
  }

  private static int crc(int version, ByteString body) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(8).putInt(version).putInt(body.size()).flip());
    crc.update(body.asReadOnlyByteBuffer());
    return (int) crc.getValue();
  }
}

package io.flotilla.raft.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The checkpoint of a small state machine: one file, replaced as a whole. On a file loop.
 *
 * <p>Layout: magic and version, length of the body, CRC32C of the body, body = header and blob. A
 * file that does not verify is damage, never an older state.
 */
final class BlobCheckpoints {
  /** A checkpoint as read: what it stands for and the machine's own bytes. */
  record Blob(SnapshotHeader header, ByteString state) {}

  static final long BYTES_MAX = 256L << 20;

  private static final int MAGIC = 0x464c4231; // "FLB1"
  private static final int PREFIX_BYTES = 16;
  private static final String NAME = "checkpoint";
  private static final String NEXT = "checkpoint.next";

  private final Disk disk;
  private final String directory;

  BlobCheckpoints(Disk disk, String directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /** Reads the durable checkpoint; empty if there is none. */
  Optional<Blob> read() throws DiskException {
    disk.createDirectories(directory);
    syncNames();
    if (!disk.exists(path(NAME))) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(path(NAME))) {
      Check.that(file.size() <= BYTES_MAX, "checkpoint of %d bytes", file.size());
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(0, bytes);
      bytes.flip();
      Optional<Blob> blob = decode(ByteString.copyFrom(bytes));
      if (blob.isEmpty()) {
        throw new DiskException.Broken(path(NAME) + " is damaged: its checksum does not match");
      }
      return blob;
    }
  }

  /** Makes {@code file} bytes, as from {@link #encode}, the durable checkpoint. */
  void write(ByteString bytes) throws DiskException {
    disk.delete(path(NEXT));
    try (DiskFile file = disk.create(path(NEXT))) {
      file.write(0, bytes.asReadOnlyByteBuffer());
      // SAFETY contents-before-name: a renamed file has its contents
      file.datasync();
    }
    disk.rename(path(NEXT), path(NAME));
    // SAFETY name-before-compaction: the log is shortened only behind a durable name
    disk.dirSync(directory);
  }

  static ByteString encode(Blob blob) {
    try {
      ByteString.Output body = ByteString.newOutput(blob.state().size() + 128);
      CodedOutputStream out = CodedOutputStream.newInstance(body);
      out.writeInt64NoTag(blob.header().position().term());
      out.writeInt64NoTag(blob.header().position().index());
      writeNodes(blob.header().membership().voters(), out);
      writeNodes(blob.header().membership().outgoing(), out);
      writeNodes(blob.header().membership().learners(), out);
      out.writeBytesNoTag(blob.state());
      out.flush();
      ByteString bytes = body.toByteString();
      ByteBuffer prefix = ByteBuffer.allocate(PREFIX_BYTES);
      prefix.putInt(MAGIC).putLong(bytes.size()).putInt(crc32c(bytes)).flip();
      return ByteString.copyFrom(prefix).concat(bytes);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static Optional<Blob> decode(ByteString file) {
    if (file.size() < PREFIX_BYTES) {
      return Optional.empty();
    }
    ByteBuffer prefix = file.substring(0, PREFIX_BYTES).asReadOnlyByteBuffer();
    int magic = prefix.getInt();
    long length = prefix.getLong();
    ByteString body = file.substring(PREFIX_BYTES);
    if (magic != MAGIC || length != body.size() || prefix.getInt() != crc32c(body)) {
      return Optional.empty();
    }
    try {
      CodedInputStream in = body.newCodedInput();
      LogPosition position = new LogPosition(in.readInt64(), in.readInt64());
      Membership membership = new Membership(readNodes(in), readNodes(in), readNodes(in));
      return Optional.of(new Blob(new SnapshotHeader(position, membership), in.readBytes()));
    } catch (IOException malformed) {
      return Optional.empty();
    }
  }

  /**
   * What is found may be in the page cache only, the directory itself included: without this the
   * log would be shortened for a checkpoint that nobody finds after a power loss.
   */
  private void syncNames() throws DiskException {
    for (int end = directory.length(); end > 0; end = directory.lastIndexOf('/', end - 1)) {
      disk.dirSync(directory.substring(0, end));
    }
    disk.dirSync("");
  }

  private String path(String name) {
    return directory + "/" + name;
  }

  private static void writeNodes(List<Integer> nodes, CodedOutputStream out) throws IOException {
    out.writeInt32NoTag(nodes.size());
    for (int node : nodes) {
      out.writeInt32NoTag(node);
    }
  }

  private static List<Integer> readNodes(CodedInputStream in) throws IOException {
    int count = in.readInt32();
    List<Integer> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(in.readInt32());
    }
    return nodes;
  }

  private static int crc32c(ByteString bytes) {
    CRC32C crc = new CRC32C();
    bytes.asReadOnlyByteBufferList().forEach(crc::update);
    return (int) crc.getValue();
  }
}

package io.flotilla.raft.host;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.IdentityRecord;
import io.flotilla.internal.v1.Voter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code identity.json}: replaced as a whole, so that it is always the old or the new one. */
final class IdentityFile {
  static final String NAME = "identity.json";

  private static final String NEXT = "identity.json.next";
  private static final int FORMAT = 1;
  private static final int BYTES_MAX = 1 << 20;

  private final Disk disk;

  IdentityFile(Disk disk) {
    this.disk = disk;
  }

  /** Reads it; empty for a directory nobody has used. */
  Optional<Identity> read() throws DiskException, StartFailure {
    if (!disk.exists(NAME)) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(NAME)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), BYTES_MAX));
      file.read(0, bytes);
      IdentityRecord.Builder record = IdentityRecord.newBuilder();
      JsonFormat.parser()
          .merge(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8), record);
      if (record.getFormat() != FORMAT) {
        throw new StartFailure(
            NAME + " has format " + record.getFormat() + ", this version knows " + FORMAT);
      }
      return Optional.of(decode(record.build()));
    } catch (InvalidProtocolBufferException malformed) {
      throw new StartFailure(NAME + " is not readable: " + malformed.getMessage());
    }
  }

  /** Makes {@code identity} the durable one. */
  void write(Identity identity) throws DiskException {
    disk.delete(NEXT);
    try (DiskFile file = disk.create(NEXT)) {
      String json = JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(encode(identity));
      file.write(0, ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8)));
      file.datasync();
    } catch (InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
    disk.rename(NEXT, NAME);
    disk.dirSync("");
  }

  private static Identity decode(IdentityRecord record) {
    return new Identity(
        record.getNode(),
        record.getStore(),
        record.getCluster(),
        record.getControllersList().stream().map(IdentityFile::address).toList(),
        record.getShards(),
        record.getReplicas());
  }

  private static IdentityRecord encode(Identity identity) {
    IdentityRecord.Builder record =
        IdentityRecord.newBuilder()
            .setFormat(FORMAT)
            .setNode(identity.node())
            .setStore(identity.store())
            .setCluster(identity.cluster())
            .setShards(identity.shards())
            .setReplicas(identity.replicas());
    identity.controllers().forEach(each -> record.addControllers(voter(each)));
    return record.build();
  }

  static NodeAddress address(Voter voter) {
    return new NodeAddress(voter.getNode(), voter.getStore(), voter.getClient(), voter.getPeer());
  }

  static Voter voter(NodeAddress address) {
    return Voter.newBuilder()
        .setNode(address.node())
        .setStore(address.store())
        .setClient(address.client())
        .setPeer(address.peer())
        .build();
  }
}

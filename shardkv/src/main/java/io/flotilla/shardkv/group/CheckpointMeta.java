package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.ShardState.Carried;
import io.flotilla.shardkv.group.ShardState.Changes;
import io.flotilla.shardkv.group.ShardState.Forward;
import io.flotilla.shardkv.group.ShardState.Tally;
import io.flotilla.shardkv.group.ShardState.Transit;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a checkpoint must hold besides rows, as bytes: losing any item of a shard's state loses data
 * (a fence lets a dead move begin, a cursor doubles rows, a watermark runs an expired session).
 *
 * <p>Format: version byte, gid, incarnation, chain, expireBefore, number of shards, then for each
 * its number and its state in the order of the record's fields. Its bytes are guarded by the
 * manifest's checksum: what can't be read here was never written here.
 */
final class CheckpointMeta {
  private static final byte VERSION = 2;

  private CheckpointMeta() {}

  static ByteString encode(ShardStates states, long chain) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeRawByte(VERSION);
      out.writeUInt32NoTag(states.group().gid());
      out.writeUInt64NoTag(states.group().incarnation());
      out.writeFixed64NoTag(chain);
      out.writeUInt64NoTag(states.expireBefore());
      int known = 0;
      for (int shard = 0; shard < states.bound(); shard++) {
        known += states.get(shard).equals(ShardState.UNKNOWN) ? 0 : 1;
      }
      out.writeUInt32NoTag(known);
      for (int shard = 0; shard < states.bound(); shard++) {
        if (!states.get(shard).equals(ShardState.UNKNOWN)) {
          out.writeUInt32NoTag(shard);
          write(out, states.get(shard));
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory failed", e);
    }
    return bytes.toByteString();
  }

  /** Puts what {@code meta} holds into {@code states}, which must know nothing yet. */
  static long decode(ByteString meta, ShardStates states) {
    if (meta.isEmpty()) {
      return 0;
    }
    CodedInputStream in = meta.newCodedInput();
    try {
      int version = in.readRawByte();
      Check.that(version == VERSION, "checkpoint of group state has version %d", version);
      GroupId group = new GroupId(in.readUInt32(), in.readUInt64());
      Check.that(group.equals(states.group()), "checkpoint is of group %s", group);
      long chain = in.readFixed64();
      states.raiseExpireBefore(in.readUInt64());
      for (int left = in.readUInt32(); left > 0; left--) {
        int shard = in.readUInt32();
        states.set(shard, read(in));
      }
      Check.that(in.isAtEnd(), "checkpoint of group state has a tail");
      return chain;
    } catch (IOException e) {
      throw new AssertionError("checkpoint of group state can't be read", e);
    }
  }

  private static void write(CodedOutputStream out, ShardState state) throws IOException {
    out.writeUInt32NoTag(state.phase().code());
    out.writeUInt64NoTag(state.fence());
    out.writeUInt64NoTag(state.epoch());
    out.writeUInt64NoTag(state.rowEpoch());
    Transit transit = state.transit();
    out.writeUInt64NoTag(transit.move());
    out.writeUInt64NoTag(transit.epoch());
    out.writeUInt32NoTag(transit.peer());
    out.writeUInt64NoTag(transit.peerIncarnation());
    out.writeStringNoTag(transit.reason());
    out.writeUInt64NoTag(transit.changes().trimmed());
    out.writeUInt64NoTag(transit.changes().bytes());
    out.writeBytesNoTag(transit.carried().cursor());
    out.writeUInt64NoTag(transit.carried().bytes());
    out.writeUInt32NoTag(transit.carried().rounds());
    Tally tally = state.tally();
    out.writeUInt64NoTag(tally.counter());
    out.writeUInt64NoTag(tally.expireBefore());
    out.writeUInt64NoTag(tally.rows());
    out.writeUInt64NoTag(tally.bytes());
    out.writeUInt64NoTag(tally.sessions());
    out.writeUInt32NoTag(state.forward().gid());
    out.writeUInt64NoTag(state.forward().epoch());
  }

  private static ShardState read(CodedInputStream in) throws IOException {
    Phase phase = Phase.ofCode(in.readUInt32());
    long fence = in.readUInt64();
    long epoch = in.readUInt64();
    long rowEpoch = in.readUInt64();
    Transit transit =
        new Transit(
            in.readUInt64(),
            in.readUInt64(),
            in.readUInt32(),
            in.readUInt64(),
            in.readString(),
            new Changes(in.readUInt64(), in.readUInt64()),
            new Carried(in.readBytes(), in.readUInt64(), in.readUInt32()));
    Tally tally =
        new Tally(
            in.readUInt64(), in.readUInt64(), in.readUInt64(), in.readUInt64(), in.readUInt64());
    Forward forward = new Forward(in.readUInt32(), in.readUInt64());
    return new ShardState(phase, fence, epoch, rowEpoch, transit, tally, forward);
  }
}

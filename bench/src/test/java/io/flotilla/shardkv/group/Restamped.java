package io.flotilla.shardkv.group;

import io.flotilla.raft.GroupId;
import java.util.List;

/** Commands addressed to another life of their group. */
final class Restamped {
  private Restamped() {}

  static KvCommand to(GroupId id, KvCommand command) {
    if (command instanceof KvCommand.BeginImport begin) {
      return new KvCommand.BeginImport(to(id, begin.stamps()), begin.from());
    } else if (command instanceof KvCommand.BeginExport begin) {
      return new KvCommand.BeginExport(to(id, begin.stamp()), begin.to(), begin.toIncarnation());
    } else if (command instanceof KvCommand.Freeze freeze) {
      return new KvCommand.Freeze(to(id, freeze.stamp()));
    } else if (command instanceof KvCommand.Trim trim) {
      return new KvCommand.Trim(to(id, trim.stamp()), trim.upTo());
    } else if (command instanceof KvCommand.Activate activate) {
      return new KvCommand.Activate(to(id, activate.stamps()));
    } else if (command instanceof KvCommand.Release release) {
      return new KvCommand.Release(to(id, release.stamp()), release.to());
    } else if (command instanceof KvCommand.End end) {
      return new KvCommand.End(to(id, end.stamp()));
    } else if (command instanceof KvCommand.Drop drop) {
      return new KvCommand.Drop(to(id, drop.stamp()));
    } else if (command instanceof KvCommand.Piece piece) {
      return new KvCommand.Piece(
          to(id, piece.stamp()), piece.from(), piece.to(), piece.rows(), piece.last());
    }
    return command;
  }

  private static List<Stamp> to(GroupId id, List<Stamp> stamps) {
    return stamps.stream().map(stamp -> to(id, stamp)).toList();
  }

  private static Stamp to(GroupId id, Stamp stamp) {
    return new Stamp(stamp.move(), stamp.shard(), stamp.epoch(), id);
  }
}

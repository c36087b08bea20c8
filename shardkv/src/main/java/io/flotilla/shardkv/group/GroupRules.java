package io.flotilla.shardkv.group;

import io.flotilla.shardkv.store.StoreDamage;
import java.util.ArrayList;
import java.util.List;

/**
 * What applying a command to a group of shards does: hands each command to its rules. Deterministic
 * and pure over states and rows; on the group's loop.
 */
public final class GroupRules {
  private final ClientRules client;
  private final ExpiryRules expiry;
  private final MoveRules moves;
  private final PieceRules pieces;

  /** Rules that read and change {@code states} and {@code rows} and nothing else. */
  public GroupRules(ShardStates states, ShardRows rows, MoveSizes sizes) {
    ChangedKeys changes = new ChangedKeys(rows, sizes.changeBytes());
    this.client = new ClientRules(states, rows, changes);
    this.expiry = new ExpiryRules(states, rows);
    this.moves = new MoveRules(states, rows, expiry, changes);
    this.pieces = new PieceRules(states, rows);
  }

  /** Applies one committed command. */
  public KvResult apply(KvCommand command) throws StoreDamage {
    if (command instanceof KvCommand.Mutate operation) {
      return client.apply(operation);
    } else if (command instanceof KvCommand.Piece piece) {
      return pieces.apply(piece);
    } else if (command instanceof KvCommand.ExpireBefore expire) {
      expiry.expire(expire);
      return new KvResult.Standing(List.of());
    }
    return new KvResult.Standing(control(command));
  }

  private List<ShardStatus> control(KvCommand command) throws StoreDamage {
    List<ShardStatus> statuses = new ArrayList<>();
    if (command instanceof KvCommand.BeginImport begin) {
      for (Stamp stamp : begin.stamps()) {
        statuses.add(moves.beginImport(stamp, begin.from()));
      }
    } else if (command instanceof KvCommand.Activate activate) {
      for (Stamp stamp : activate.stamps()) {
        statuses.add(moves.activate(stamp));
      }
    } else if (command instanceof KvCommand.BeginExport begin) {
      statuses.add(moves.beginExport(begin));
    } else if (command instanceof KvCommand.Freeze freeze) {
      statuses.add(moves.freeze(freeze.stamp()));
    } else if (command instanceof KvCommand.Trim trim) {
      statuses.add(moves.trim(trim.stamp(), trim.upTo()));
    } else if (command instanceof KvCommand.Release release) {
      statuses.add(moves.release(release.stamp(), release.to()));
    } else if (command instanceof KvCommand.End end) {
      statuses.add(moves.end(end.stamp()));
    } else if (command instanceof KvCommand.Drop drop) {
      statuses.add(moves.drop(drop.stamp()));
    }
    return statuses;
  }
}

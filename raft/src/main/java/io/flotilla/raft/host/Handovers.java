package io.flotilla.raft.host;

import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.RaftGroup.ChangeCallback;
import io.flotilla.raft.RaftGroup.TransferCallback;
import io.flotilla.raft.TransferResult;
import java.util.Optional;

/**
 * Who waits for a change of one group's membership or leader: at most one each. Owned by the loop.
 */
final class Handovers {
  /** Ticks of half a heartbeat to wait for news of who leads, once this replica does not. */
  private static final int TICKS_WITHOUT_LEADER = 100;

  private Optional<ChangeCallback> change = Optional.empty();
  private Optional<TransferCallback> transfer = Optional.empty();
  private long termOfTransfer;
  private int ticksWithoutLeader;

  /** A change was begun. */
  void await(ChangeCallback callback) {
    change = Optional.of(callback);
  }

  /** A transfer was begun. */
  void await(TransferCallback callback, long term) {
    transfer = Optional.of(callback);
    termOfTransfer = term;
    ticksWithoutLeader = 0;
  }

  void ended(ChangeResult result) {
    Optional<ChangeCallback> waiting = change;
    change = Optional.empty();
    waiting.ifPresent(callback -> callback.onResult(result));
  }

  void ended(TransferResult result) {
    Optional<TransferCallback> waiting = transfer;
    transfer = Optional.empty();
    waiting.ifPresent(callback -> callback.onResult(result));
  }

  /**
   * Role, term or leader is another: a change begun here has lost its driver, a transfer is done.
   */
  void heard(GroupStatus status) {
    if (status.isLeader()) {
      if (status.term() != termOfTransfer) {
        ended(new TransferResult.TimedOut()); // The target campaigned in vain.
      }
    } else {
      ended(new ChangeResult.Unknown());
      if (status.leader() != 0) {
        ended(new TransferResult.Done(status.leader()));
      }
    }
  }

  void tick(boolean isLeader) {
    if (transfer.isPresent() && !isLeader && ++ticksWithoutLeader >= TICKS_WITHOUT_LEADER) {
      ended(new TransferResult.Unknown());
    }
  }

  /** The replica is closed. */
  void close() {
    ended(new ChangeResult.Unknown());
    ended(new TransferResult.Unknown());
  }
}

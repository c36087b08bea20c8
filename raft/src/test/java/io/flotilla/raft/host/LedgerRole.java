package io.flotilla.raft.host;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.snapshot.BlobStateMachine;
import io.flotilla.raft.snapshot.SnapshotLoops;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;

/** Opens one replica of every ledger on a node; each chains what it applies. */
final class LedgerRole implements NodeRole {
  private final int node;
  private final List<LedgerGroup> ledgers;
  private final int stateBytes;
  private final TreeMap<Integer, RaftGroup<Long>> groups = new TreeMap<>();

  LedgerRole(int node, List<LedgerGroup> ledgers, int stateBytes) {
    this.node = node;
    this.ledgers = ledgers;
    this.stateBytes = stateBytes;
  }

  RaftGroup<Long> group(LedgerGroup ledger) {
    return groups.get(ledger.id().gid());
  }

  @Override
  public void start(NodeAccess access) throws StartFailure {
    Membership voters =
        Membership.of(access.identity().controllers().stream().map(NodeAddress::node).toList());
    SnapshotLoops loops = new SnapshotLoops(access.seams().loop(), access.seams().fileLoop());
    for (LedgerGroup ledger : ledgers) {
      try {
        BlobStateMachine<Long> machine =
            BlobStateMachine.open(
                new Chain(ledger), access.seams().disk(), "groups/" + ledger.id(), loops);
        GroupListener listener = status -> heard(ledger, status);
        groups.put(
            ledger.id().gid(),
            access
                .host()
                .open(new GroupSpec(ledger.id(), ledger.initial(node, voters)), machine, listener));
      } catch (DiskException failure) {
        throw new StartFailure(failure.toString());
      }
    }
  }

  @Override
  public void stop() {}

  private void heard(LedgerGroup ledger, GroupStatus status) {
    if (status.isLeader()) {
      ledger.leads(node, status.term());
    }
  }

  /** A count and a chain over everything applied, padded so that a snapshot has several chunks. */
  private final class Chain implements BlobStateMachine.State<Long> {
    private final LedgerGroup ledger;
    private long count;
    private long chain;

    Chain(LedgerGroup ledger) {
      this.ledger = ledger;
    }

    @Override
    public void apply(ApplyBatch<Long> batch) {
      for (Entry entry : batch.commands()) {
        count++;
        chain = 31 * chain + entry.data().hashCode();
        ledger.applied(node, entry, count, chain);
        batch.answers().answer(entry, count);
      }
    }

    @Override
    public ByteString encode() {
      ByteBuffer bytes = ByteBuffer.allocate(stateBytes).putLong(count).putLong(chain);
      return ByteString.copyFrom(bytes.rewind());
    }

    @Override
    public void decode(ByteString bytes) {
      ByteBuffer in = bytes.asReadOnlyByteBuffer();
      count = in.getLong();
      chain = in.getLong();
    }
  }
}

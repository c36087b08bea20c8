package io.flotilla.shardkv.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.Meter;
import io.flotilla.base.rpc.GroupCalls;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.internal.v1.PieceRequest;
import io.flotilla.internal.v1.PieceResponse;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.MoveMessages;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardStatus;
import io.flotilla.shardkv.service.Operations;
import io.flotilla.shardkv.service.SoloGroup;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.Simulation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The source's side of a move: one chain a shard, however often it is woken. */
class ExporterTest {
  private static final int SHARD = 1;
  private static final long SECOND = 1_000_000_000L;

  private record Asked(PieceRequest piece, RpcReply reply) {}

  private final Simulation simulation = new Simulation(9);
  private final SimEventLoop loop = simulation.node("node").loop("main");
  private final Operations operations = new Operations(loop);
  private final SoloGroup source = new SoloGroup(1, loop);
  private final SoloGroup destination = new SoloGroup(2, loop);
  private final ArrayDeque<Asked> asked = new ArrayDeque<>();
  private final List<ShardStatus> stuck = new ArrayList<>();
  private final Exporter exporter =
      new Exporter(
          loop,
          operations,
          new GroupCalls(loop, new Questions(), 1_000_000_000L),
          Meter.NONE,
          stuck::add);

  @BeforeEach
  void serveTheShardAndBeginToExportIt() {
    operations.opened(source.open());
    operations.mapChanged(map());
    source.apply(new KvCommand.BeginImport(List.of(source.stamp(1, SHARD, 1)), 0));
    source.apply(new KvCommand.Activate(List.of(source.stamp(1, SHARD, 1))));
    export(2, 2);
  }

  @Test
  void aShardGoesOverAndNothingIsAskedAfterItsRelease() {
    destination.apply(new KvCommand.BeginImport(List.of(destination.stamp(2, SHARD, 2)), 1));
    exporter.wake(1, SHARD);
    for (int i = 0; i < 4; i++) {
      answerAll();
      source.commit();
    }
    assertThat(destination.machine().shard(SHARD).phase()).isEqualTo(Phase.READY);
    source.apply(new KvCommand.Release(source.stamp(2, SHARD, 2), 2));
    simulation.runFor(5 * SECOND);
    assertThat(asked).isEmpty();
  }

  @Test
  void theShardIsNotFrozenBeforeTheDestinationHasAnswered() {
    exporter.wake(1, SHARD);
    simulation.runFor(SECOND);
    assertThat(source.proposals).isZero();
    assertThat(asked.remove().piece().getRowsCount()).isZero();
  }

  @Test
  void wakingAgainAndAgainDrivesOneChain() {
    for (int i = 0; i < 5; i++) {
      exporter.wake(1, SHARD);
    }
    assertThat(asked).hasSize(1);
    refuse();
    for (int i = 0; i < 5; i++) {
      exporter.wake(1, SHARD);
    }
    assertThat(asked).hasSize(1);
    simulation.runFor(5 * SECOND);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aFreezeRefusedForAFullLogIsTriedLaterAndNotAtOnce() {
    destination.apply(new KvCommand.BeginImport(List.of(destination.stamp(2, SHARD, 2)), 1));
    source.isBusy = true;
    exporter.wake(1, SHARD);
    answerAll();
    assertThat(source.proposals).isEqualTo(1);
    source.isBusy = false;
    simulation.runFor(SECOND / 19);
    answerAll();
    source.commit();
    assertThat(source.machine().shard(SHARD).phase()).isEqualTo(Phase.FROZEN);
  }

  @Test
  void whoeverWaitsLongAsksLessAndLess() {
    exporter.wake(1, SHARD);
    int questions = 0;
    for (int i = 0; i < 100; i++) {
      questions += asked.size();
      asked.forEach(each -> each.reply().fail(new RpcFailure(RpcFailure.Code.NO_ANSWER, "")));
      asked.clear();
      simulation.runFor(SECOND / 10);
    }
    assertThat(questions).isBetween(10, 20);
  }

  @Test
  void anAnswerAboutTheMoveBeforeIsNoAnswerAboutThisOne() {
    destination.apply(new KvCommand.BeginImport(List.of(destination.stamp(2, SHARD, 2)), 1));
    exporter.wake(1, SHARD);
    Asked first = asked.remove();
    source.apply(new KvCommand.End(source.stamp(2, SHARD, 3)));
    export(4, 4);
    exporter.wake(1, SHARD);
    first.reply().answer(PieceResponse.getDefaultInstance().toByteString());
    simulation.runFor(1_000_000);
    assertThat(source.proposals).isZero();
    assertThat(asked.remove().piece().getStamp().getMove()).isEqualTo(4);
    assertThat(asked).isEmpty();
  }

  @Test
  void theShardIsServedWhileItIsCopiedAndItsChangesFollow() {
    put("before");
    destination.apply(new KvCommand.BeginImport(List.of(destination.stamp(2, SHARD, 2)), 1));
    exporter.wake(1, SHARD);
    answerOne();
    put("after");
    assertThat(source.machine().shard(SHARD).phase()).isEqualTo(Phase.EXPORTING);
    for (int i = 0; i < 4; i++) {
      answerAll();
      source.commit();
    }
    assertThat(destination.machine().shard(SHARD).phase()).isEqualTo(Phase.READY);
    assertThat(destination.machine().shard(SHARD).tally())
        .isEqualTo(source.machine().shard(SHARD).tally());
  }

  @Test
  void aShardThatIsNeverQuietOnASlowClusterIsFrozenAllTheSame() {
    destination.apply(new KvCommand.BeginImport(List.of(destination.stamp(2, SHARD, 2)), 1));
    exporter.wake(1, SHARD);
    int pieces = 0;
    while (source.machine().shard(SHARD).phase() == Phase.EXPORTING && pieces < 100) {
      put("v");
      simulation.runFor(SECOND / 50);
      if (!asked.isEmpty()) {
        answerOne();
        pieces++;
      }
      source.commit();
    }
    assertThat(pieces).isBetween(9, 20);
  }

  @Test
  void aShardWhoseChangesWereTooManyIsReportedAgainAndAgain() {
    while (!source.machine().shard(SHARD).transit().isStuck()) {
      put("v".repeat(4_000));
    }
    exporter.wake(1, SHARD);
    simulation.runFor(5 * SECOND);
    assertThat(asked).isEmpty();
    assertThat(stuck).hasSizeGreaterThan(3);
    assertThat(stuck.get(0).reason()).isEqualTo("writes outran the copy");
  }

  @Test
  void lostLeadershipEndsTheChainAndItsReturnBeginsAnother() {
    exporter.wake(1, SHARD);
    source.isLeader = false;
    refuse();
    simulation.runFor(5 * SECOND);
    assertThat(asked).isEmpty();
    source.isLeader = true;
    exporter.wake(1, SHARD);
    assertThat(asked).hasSize(1);
  }

  private void export(long move, long epoch) {
    source.apply(new KvCommand.BeginExport(source.stamp(move, SHARD, epoch), 2, 1));
  }

  private void put(String value) {
    source.apply(
        new KvCommand.Mutate(
            SHARD,
            OpId.NONE,
            ByteString.copyFromUtf8(value.substring(0, 1).repeat(value.length() % 4_096)),
            new Change.Put(ByteString.copyFromUtf8(value))));
  }

  private void answerOne() {
    Asked next = asked.remove();
    KvCommand piece = MoveMessages.piece(next.piece()).orElseThrow();
    KvResult.Received received = (KvResult.Received) destination.apply(piece);
    next.reply()
        .answer(
            PieceResponse.newBuilder()
                .setStatus(MoveMessages.toProto(received.status()))
                .setCursor(received.cursor())
                .build()
                .toByteString());
    simulation.runFor(1_000_000);
  }

  private void refuse() {
    asked.remove().reply().fail(new RpcFailure(RpcFailure.Code.NO_ANSWER, "lost"));
    simulation.runFor(1_000_000);
  }

  /** Lets the destination take what it was sent, as its leader would. */
  private void answerAll() {
    while (!asked.isEmpty()) {
      answerOne();
    }
  }

  private static ShardMap map() {
    TreeMap<Integer, GroupMembers> groups = new TreeMap<>();
    for (int gid = 1; gid <= 2; gid++) {
      NodeAddress node = new NodeAddress(gid, gid, "client" + gid, "peer" + gid);
      groups.put(gid, new GroupMembers(gid, 1, List.of(node)));
    }
    return new ShardMap(1, Collections.nCopies(2, new ShardEntry(1, 1, 1)), groups);
  }

  /** Remembers what is asked until the test answers. */
  private final class Questions implements Rpc {
    @Override
    public void ask(
        String address, String method, ByteString request, long timeoutNanos, RpcReply reply) {
      try {
        asked.add(new Asked(PieceRequest.parseFrom(request), reply));
      } catch (InvalidProtocolBufferException malformed) {
        throw new AssertionError(malformed);
      }
    }

    @Override
    public RpcStream open(String address, String method, RpcStream.Listener listener) {
      throw new AssertionError("nobody streams here");
    }
  }
}

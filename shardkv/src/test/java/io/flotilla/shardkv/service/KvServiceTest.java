package io.flotilla.shardkv.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.ClientConfig;
import io.flotilla.client.ClientSeams;
import io.flotilla.client.FlotillaClient;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.BatchRequest;
import io.flotilla.v1.BatchResponse;
import io.flotilla.v1.GetRequest;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.PutIfVersionRequest;
import io.flotilla.v1.Refusal;
import io.flotilla.v1.ScanRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes in by either door of a node, over the wire. */
class KvServiceTest {
  private static final String ADDRESS = "node:1";
  private static final long SECOND = 1_000_000_000L;

  private final Simulation simulation = new Simulation(17);
  private final SimNode node = simulation.node("node");
  private final SimEventLoop loop = node.loop("main");
  private final Rpc own = simulation.network().rpc(node);
  private final Rpc asker = simulation.network().rpc(simulation.node("asker"));
  private final Operations operations = new Operations(loop);
  private final SoloGroup group = new SoloGroup(1, loop);
  private final FlotillaClient scans =
      FlotillaClient.over(
          new ClientSeams(loop, own, node.random("scans")), ClientConfig.of(List.of(ADDRESS)));
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<RpcFailure> failures = new ArrayList<>();

  @BeforeEach
  void serve() {
    new KvService(loop, own, operations, scans).bind(simulation.network().server(node, ADDRESS));
    operations.opened(group.open());
    group.apply(new KvCommand.BeginImport(List.of(group.stamp(1, 0, 1)), 0));
    group.apply(new KvCommand.Activate(List.of(group.stamp(1, 0, 1))));
    TreeMap<Integer, GroupMembers> groups = new TreeMap<>();
    groups.put(1, new GroupMembers(1, 1, List.of()));
    operations.mapChanged(new ShardMap(1, List.of(new ShardEntry(1, 1, 1)), groups));
  }

  @Test
  void aVersionNoCounterCanReachIsRefusedAtBothDoors() {
    PutIfVersionRequest request =
        PutIfVersionRequest.newBuilder().setKey(bytes("key")).setVersion(-1).build();
    ask("PutIfVersion", request);
    send(operation().setPutIfVersion(request));
    assertThat(failures)
        .extracting(RpcFailure::code)
        .containsExactly(RpcFailure.Code.INVALID_ARGUMENT);
    assertThat(outcomes)
        .extracting(each -> each.getRefusal().getCode())
        .containsExactly(Refusal.Code.INVALID_ARGUMENT);
    assertThat(group.proposals).isZero();
  }

  @Test
  void readsOfMoreThanIsKeptForAClientAreRefusedAndItsStreamLives() {
    ByteString key = bytes("key");
    ByteString large = ByteString.copyFrom(new byte[1 << 20]);
    group.apply(new KvCommand.Mutate(0, OpId.NONE, key, new Change.Put(large)));
    BatchRequest.Builder frame = BatchRequest.newBuilder();
    for (int call = 1; call <= 70; call++) {
      frame.addOperations(operation().setCall(call).setGet(GetRequest.newBuilder().setKey(key)));
    }
    RpcStream stream = asker.open(ADDRESS, "flotilla.v1.Kv/Batch", new Outcomes());
    stream.send(frame.build().toByteString());
    simulation.runFor(SECOND / 10);
    node.loop("main").execute(group::grantReads);
    simulation.runFor(10 * SECOND);
    assertThat(outcomes).extracting(Outcome::getCall).doesNotHaveDuplicates().hasSize(70);
    assertThat(outcomes.stream().filter(Outcome::hasGet).count()).isBetween(60L, 64L);
    assertThat(outcomes.stream().filter(Outcome::hasRefusal))
        .allMatch(each -> each.getRefusal().getCode() == Refusal.Code.BUSY);
  }

  @Test
  void aScanNoClientMayAskForIsRefusedAtBothDoors() {
    ScanRequest request = ScanRequest.newBuilder().setLimit(-1).build();
    ask("Scan", request);
    send(operation().setScan(request));
    assertThat(failures)
        .extracting(RpcFailure::code)
        .containsExactly(RpcFailure.Code.INVALID_ARGUMENT);
    assertThat(outcomes)
        .extracting(each -> each.getRefusal().getCode())
        .containsExactly(Refusal.Code.INVALID_ARGUMENT);
  }

  private static Operation.Builder operation() {
    return Operation.newBuilder().setGroup(1).setShardCount(1).setRemainingNanos(SECOND);
  }

  private void send(Operation.Builder operation) {
    RpcStream stream = asker.open(ADDRESS, "flotilla.v1.Kv/Batch", new Outcomes());
    stream.send(BatchRequest.newBuilder().addOperations(operation).build().toByteString());
    simulation.runFor(SECOND / 10);
  }

  private void ask(String method, MessageLite request) {
    asker.ask(
        ADDRESS,
        "flotilla.v1.Kv/" + method,
        request.toByteString(),
        SECOND,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {}

          @Override
          public void fail(RpcFailure failure) {
            failures.add(failure);
          }
        });
    simulation.runFor(SECOND / 10);
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private final class Outcomes implements RpcStream.Listener {
    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      taken.run();
      try {
        outcomes.addAll(BatchResponse.parseFrom(frame).getOutcomesList());
      } catch (InvalidProtocolBufferException malformed) {
        throw new AssertionError(malformed);
      }
    }

    @Override
    public void onReady() {}

    @Override
    public void onClosed(RpcFailure reason) {
      throw new AssertionError(reason);
    }
  }
}

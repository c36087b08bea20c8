package io.flotilla.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.SimRpcServer;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.AppendResponse;
import io.flotilla.v1.BatchRequest;
import io.flotilla.v1.BatchResponse;
import io.flotilla.v1.GetResponse;
import io.flotilla.v1.KeyValue;
import io.flotilla.v1.OpId;
import io.flotilla.v1.OpenSessionResponse;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.PutResponse;
import io.flotilla.v1.QueryResponse;
import io.flotilla.v1.Refusal;
import io.flotilla.v1.ScanRequest;
import io.flotilla.v1.ScanResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Groups of servers that obey the protocol, by one shared map of keys in place of replication, and
 * a client. A test's script may answer any operation in its own way.
 */
final class FakeCluster {
  static final long SECOND = 1_000_000_000L;
  static final int SHARDS = 8;
  static final int REPLICAS = 3;

  /** What a node does with an operation. */
  interface Script {
    /** Returns the outcome; empty for silence. */
    Optional<Outcome> take(int node, Operation operation);
  }

  /** An operation as it came to a node. */
  record Received(int node, Operation operation) {}

  final Simulation simulation;
  final TreeMap<ByteString, ByteString> rows =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  final List<Received> received = new ArrayList<>();
  final TreeMap<Integer, Integer> leaders = new TreeMap<>();
  final int[] owners = new int[SHARDS];
  final long[] epochs = new long[SHARDS];
  Script script = this::serve;
  ShardMap map;
  String name = "first";
  long sessionSpanNanos = 1_800 * SECOND;
  int sessions;
  int executions;
  private final TreeMap<String, Outcome> recorded = new TreeMap<>();
  private final List<RpcReply> watchers = new ArrayList<>();
  private final TreeMap<Integer, RpcStream> streams = new TreeMap<>();
  private final TreeMap<Integer, SimRpcServer> servers = new TreeMap<>();
  private final int groups;

  FakeCluster(long seed, int groups) {
    this.simulation = new Simulation(seed);
    this.groups = groups;
    for (int shard = 0; shard < SHARDS; shard++) {
      owners[shard] = 1 + shard % groups;
      epochs[shard] = 1;
    }
    for (int gid = 1; gid <= groups; gid++) {
      leaders.put(gid, nodeOf(gid, 0));
      for (int replica = 0; replica < REPLICAS; replica++) {
        start(nodeOf(gid, replica));
      }
    }
    this.map = newMap(1);
  }

  FlotillaClient client() {
    return client(Duration.ofSeconds(10), 65_536);
  }

  FlotillaClient client(Duration deadline, int maxPending) {
    List<String> endpoints = new ArrayList<>();
    for (int node = 1; node <= groups * REPLICAS; node++) {
      endpoints.add(address(node));
    }
    return FlotillaClient.over(seams(), new ClientConfig(endpoints, deadline, maxPending));
  }

  ClientSeams seams() {
    SimNode node = simulation.node("client");
    return new ClientSeams(
        node.loop("client"), simulation.network().rpc(node), simulation.random("client"));
  }

  static int nodeOf(int gid, int replica) {
    return (gid - 1) * REPLICAS + replica + 1;
  }

  static String address(int node) {
    return "n" + node + ":1";
  }

  SimNode node(int node) {
    return simulation.node("n" + node);
  }

  /** Gives a shard to another group; the map follows only with {@link #publish}. */
  void move(int shard, int gid) {
    owners[shard] = gid;
    epochs[shard]++;
  }

  void publish() {
    map = newMap(map.version() + 1);
    List<RpcReply> now = List.copyOf(watchers);
    watchers.clear();
    now.forEach(reply -> reply.answer(mapAnswer()));
  }

  /** Another cluster, whose history is younger, takes this one's place at the same addresses. */
  void succeed() {
    name = "second";
    map = newMap(1);
    rows.clear();
    recorded.clear();
    sessions += 1_000_000;
    List<RpcReply> now = List.copyOf(watchers);
    watchers.clear();
    now.forEach(reply -> reply.answer(mapAnswer()));
    streams.values().forEach(RpcStream::close);
  }

  /** Breaks the streams that {@code node} has accepted last. */
  void breakStream(int node) {
    streams.get(node).close();
  }

  /** Stops listening, as a process that ends. */
  void stop(int node) {
    servers.get(node).close();
  }

  /** Runs until {@code future} is done and returns it. */
  <T> CompletableFuture<T> await(CompletableFuture<T> future) {
    simulation.runUntil(future::isDone, 7_200 * SECOND);
    return future;
  }

  List<Operation> operations() {
    return received.stream().map(Received::operation).toList();
  }

  /** What a server that obeys the protocol says. */
  Optional<Outcome> serve(int node, Operation operation) {
    if (leaders.getOrDefault(operation.getGroup(), 0) != node) {
      return Optional.of(notLeader(leaders.getOrDefault(operation.getGroup(), 0)));
    }
    if (operation.hasScan()) {
      return Optional.of(scan(operation.getGroup(), operation.getScan()));
    }
    int shard = operation.getShard();
    if (owners[shard] != operation.getGroup()) {
      return Optional.of(wrongOwner(owners[shard], epochs[shard]));
    }
    return Optional.of(operation.hasGet() ? get(operation) : once(operation));
  }

  static Outcome notLeader(int leader) {
    return refusal(Refusal.newBuilder().setCode(Refusal.Code.NOT_LEADER).setLeader(leader));
  }

  static Outcome wrongOwner(int owner, long epoch) {
    return refusal(
        Refusal.newBuilder()
            .setCode(Refusal.Code.WRONG_OWNER)
            .setOwner(owner)
            .setOwnerEpoch(epoch));
  }

  static Outcome refusal(Refusal.Code code) {
    return refusal(Refusal.newBuilder().setCode(code).setMessage("scripted"));
  }

  private static Outcome refusal(Refusal.Builder refusal) {
    return Outcome.newBuilder().setRefusal(refusal).build();
  }

  private Outcome get(Operation operation) {
    ByteString value = rows.get(operation.getGet().getKey());
    GetResponse.Builder response = GetResponse.newBuilder();
    if (value != null) {
      response.setFound(true).setValue(value);
    }
    return Outcome.newBuilder().setGet(response).build();
  }

  private Outcome once(Operation operation) {
    OpId id = operation.getOp();
    String name = id.getSession() + "/" + operation.getShard() + "/" + id.getSeq();
    return recorded.computeIfAbsent(name, ignored -> execute(operation));
  }

  private Outcome execute(Operation operation) {
    executions++;
    if (operation.hasAppend()) {
      rows.merge(
          operation.getAppend().getKey(), operation.getAppend().getValue(), ByteString::concat);
      return Outcome.newBuilder().setAppend(AppendResponse.getDefaultInstance()).build();
    }
    rows.put(operation.getPut().getKey(), operation.getPut().getValue());
    return Outcome.newBuilder().setPut(PutResponse.getDefaultInstance()).build();
  }

  private Outcome scan(int gid, ScanRequest request) {
    ScanResponse.Builder response = ScanResponse.newBuilder();
    List<Integer> covered =
        request.getShardsList().stream().filter(shard -> owners[shard] == gid).toList();
    response.addAllCovered(covered);
    for (ByteString key : rows.tailMap(request.getAfter(), false).keySet()) {
      if (key.startsWith(request.getPrefix()) && covered.contains(map.shardOf(key))) {
        if (response.getRowsCount() == request.getLimit()) {
          response.setMore(true);
          break;
        }
        response.addRows(KeyValue.newBuilder().setKey(key).setValue(rows.get(key)));
      }
    }
    return Outcome.newBuilder().setScan(response).build();
  }

  private void start(int number) {
    SimNode node = node(number);
    EventLoop loop = node.loop("server");
    SimRpcServer server = simulation.network().server(node, address(number));
    servers.put(number, server);
    server.bind("flotilla.v1.Controller/Query", (call, reply) -> reply.answer(mapAnswer()));
    server.bind(
        "flotilla.v1.Controller/WatchAfter", (call, reply) -> loop.execute(() -> watch(reply)));
    server.bind("flotilla.v1.Kv/OpenSession", (call, reply) -> reply.answer(openSession()));
    server.bindStream("flotilla.v1.Kv/Batch", stream -> accept(number, stream));
  }

  private void watch(RpcReply reply) {
    watchers.add(reply);
  }

  private ByteString mapAnswer() {
    return QueryResponse.newBuilder()
        .setMap(ShardMaps.encode(map))
        .setCluster(name)
        .build()
        .toByteString();
  }

  private ByteString openSession() {
    sessions++;
    return OpenSessionResponse.newBuilder()
        .setSession(sessions)
        .setRemainingNanos(sessionSpanNanos)
        .build()
        .toByteString();
  }

  private RpcStream.Listener accept(int node, RpcStream stream) {
    streams.put(node, stream);
    return new RpcStream.Listener() {
      @Override
      public void onFrame(ByteString frame, Runnable taken) {
        took(node, stream, frame);
        taken.run();
      }

      @Override
      public void onReady() {}

      @Override
      public void onClosed(RpcFailure reason) {}
    };
  }

  private void took(int node, RpcStream stream, ByteString frame) {
    try {
      BatchResponse.Builder answers = BatchResponse.newBuilder();
      for (Operation operation : BatchRequest.parseFrom(frame).getOperationsList()) {
        received.add(new Received(node, operation));
        script
            .take(node, operation)
            .map(outcome -> outcome.toBuilder().setCall(operation.getCall()))
            .ifPresent(answers::addOutcomes);
      }
      if (answers.getOutcomesCount() > 0) {
        stream.send(answers.build().toByteString());
      }
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError("the client sent what is no request", malformed);
    }
  }

  private ShardMap newMap(long version) {
    TreeMap<Integer, GroupMembers> members = new TreeMap<>();
    for (int gid = 1; gid <= groups; gid++) {
      List<NodeAddress> nodes = new ArrayList<>();
      for (int replica = 0; replica < REPLICAS; replica++) {
        int node = nodeOf(gid, replica);
        nodes.add(new NodeAddress(node, node, address(node), "p" + node + ":1"));
      }
      members.put(gid, new GroupMembers(gid, 1, nodes));
    }
    List<ShardEntry> entries = new ArrayList<>(Collections.nCopies(SHARDS, ShardEntry.NONE));
    for (int shard = 0; shard < SHARDS; shard++) {
      entries.set(shard, new ShardEntry(owners[shard], owners[shard], epochs[shard]));
    }
    return new ShardMap(version, entries, members);
  }
}

package io.flotilla.raft.core;

import com.google.protobuf.ByteString;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.VoteReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Some cores, their disks and a network in one thread and in virtual time; everything that happens
 * follows from the seed.
 */
final class CoreCluster {
  static final long MILLI = 1_000_000;
  static final CoreConfig CONFIG = CoreConfig.from(RaftConfig.FAST);

  private final CoreConfig config;
  private final SplittableRandom random;
  private final List<CoreNode> nodes = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Invariants invariants;
  private long nowNanos = -5_000 * MILLI;
  private long eventNumber;
  private long eventsRun;
  private Runnable afterEvent = () -> {};
  private double dropRate;
  private double duplicateRate;
  private long delayMinNanos = MILLI / 10;
  private long delayMaxNanos = MILLI / 10;
  private long syncMaxNanos = MILLI;
  private BiPredicate<Integer, Outbound> blocked = (from, out) -> false;

  CoreCluster(int size, long seed) {
    this(size, seed, CONFIG);
  }

  CoreCluster(int size, long seed, CoreConfig config) {
    this(Membership.of(IntStream.rangeClosed(1, size).boxed().toList()), seed, config);
  }

  CoreCluster(Membership membership, long seed, CoreConfig config) {
    this(new SnapshotHeader(LogPosition.ZERO, membership), seed, config);
  }

  /** All start from the same checkpoint; node ids from 1 on, none left out. */
  CoreCluster(SnapshotHeader first, long seed, CoreConfig config) {
    this(first, 0, seed, config);
  }

  /** Beside the members there are {@code spares}: replicas created for a later membership. */
  CoreCluster(SnapshotHeader first, int spares, long seed, CoreConfig config) {
    this.config = config;
    this.invariants = new Invariants(this, first);
    this.random = new SplittableRandom(seed);
    first.membership().all().forEach(id -> nodes.add(new CoreNode(this, id, first)));
    for (int i = 0; i < spares; i++) {
      nodes.add(new CoreNode(this, nodes.size() + 1, SnapshotHeader.NONE));
    }
    nodes.forEach(node -> at(random.nextLong(config.heartbeatNanos()), () -> tick(node)));
  }

  private record Event(long timeNanos, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(timeNanos, other.timeNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  CoreConfig config() {
    return config;
  }

  List<CoreNode> nodes() {
    return nodes;
  }

  CoreNode node(int id) {
    return nodes.get(id - 1);
  }

  Invariants invariants() {
    return invariants;
  }

  RandomGenerator split() {
    return random.split();
  }

  SplittableRandom random() {
    return random;
  }

  long nowNanos() {
    return nowNanos;
  }

  /** Loses and doubles messages, and delays each by its own time, so that they overtake. */
  void unreliable(double drop, double duplicate, long delayMillis) {
    dropRate = drop;
    duplicateRate = duplicate;
    delayMaxNanos = Math.max(delayMinNanos, delayMillis * MILLI);
  }

  void slowDisks(long millis) {
    syncMaxNanos = millis * MILLI;
  }

  /** Messages for which this holds are lost. */
  void block(BiPredicate<Integer, Outbound> rule) {
    blocked = rule;
  }

  /** How many things have happened. */
  long eventsRun() {
    return eventsRun;
  }

  /** Runs {@code action} after everything that happens. */
  void afterEachEvent(Runnable action) {
    afterEvent = action;
  }

  /** Only nodes of the same side hear each other; those not named hear nobody. */
  void partition(List<List<Integer>> sides) {
    block(
        (from, out) ->
            sides.stream().noneMatch(side -> side.contains(from) && side.contains(out.to())));
  }

  void isolate(int... ids) {
    List<Integer> cut = IntStream.of(ids).boxed().toList();
    block((from, out) -> cut.contains(from) || cut.contains(out.to()));
  }

  /** The network and the disks are well from now on, and everybody is up. */
  void heal() {
    unreliable(0, 0, 0);
    slowDisks(1);
    block((from, out) -> false);
    nodes.stream().filter(node -> !node.up()).forEach(CoreNode::restart);
  }

  void runMillis(long millis) {
    long end = nowNanos + millis * MILLI;
    while (!events.isEmpty() && events.peek().timeNanos() <= end) {
      runOne();
    }
    nowNanos = end;
  }

  /** Runs until it holds; false if it does not within {@code millis}. */
  boolean runUntil(long millis, BooleanSupplier condition) {
    long end = nowNanos + millis * MILLI;
    while (!condition.getAsBoolean()) {
      if (events.isEmpty() || events.peek().timeNanos() > end) {
        return false;
      }
      runOne();
    }
    return true;
  }

  /** The leader of the highest term. */
  Optional<CoreNode> leader() {
    return nodes.stream()
        .filter(CoreNode::leads)
        .max((a, b) -> Long.compare(a.core().status().term(), b.core().status().term()));
  }

  CoreNode electLeader() {
    if (!runUntil(5_000, () -> leader().isPresent())) {
      throw new AssertionError("no leader");
    }
    return leader().orElseThrow();
  }

  /** Whether {@code id} wins before anybody else; the others' clocks stand still. */
  CoreNode electLeader(int id) {
    for (int i = 0; i < 100 && !node(id).leads(); i++) {
      nowNanos += config.heartbeatNanos();
      node(id).core().tick(nowNanos);
      node(id).turn();
      drainNetwork();
    }
    if (!node(id).leads()) {
      throw new AssertionError("node " + id + " does not win");
    }
    return node(id);
  }

  /** Lets everything that is not a tick happen now. */
  private void drainNetwork() {
    runMillis(5);
  }

  /** The logs of all members end alike and everybody of them has applied all of it. */
  boolean converged() {
    return leader().filter(this::isFollowed).isPresent();
  }

  private boolean isFollowed(CoreNode leader) {
    LogPosition last = leader.core().status().last();
    return leader.core().status().membership().all().stream()
        .map(this::node)
        .allMatch(
            member ->
                member.up()
                    && member.core().status().last().equals(last)
                    && member.applied().equals(last));
  }

  void send(int from, Outbound out) {
    if (out.message() instanceof VoteReply reply && reply.granted()) {
      invariants.voted(from, out.to(), reply.term());
    }
    if (blocked.test(from, out) || random.nextDouble() < dropRate) {
      return;
    }
    deliverLater(from, out);
    if (random.nextDouble() < duplicateRate) {
      deliverLater(from, out);
    }
  }

  /** Makes the oldest waiting write of {@code node} durable after a while. */
  void syncLater(CoreNode node) {
    later(
        node,
        between(MILLI / 20, syncMaxNanos),
        () -> {
          if (node.disk().waitingWrites() > 0) {
            node.disk().syncOne();
          }
        });
  }

  void fetch(CoreNode node, FetchRequest request) {
    later(
        node,
        MILLI / 2,
        () -> {
          node.core()
              .fetched(
                  request.peer(),
                  request.fromIndex(),
                  node.disk()
                      .read(request.fromIndex(), request.toIndexExclusive(), request.maxBytes()));
          node.turn();
        });
  }

  /** Sends the newest checkpoint as one chunk; half a second later it counts as failed. */
  void sendSnapshot(CoreNode node, int peer) {
    ByteString bytes = ByteString.copyFromUtf8(Long.toString(node.disk().snapshotState()));
    SnapshotChunk chunk =
        new SnapshotChunk(
            node.core().status().term(), node.disk().snapshot(), bytes.size(), 0, bytes, 0);
    send(node.id(), new Outbound(peer, chunk));
    later(
        node,
        500 * MILLI,
        () -> {
          node.core().snapshotFailed(peer);
          node.turn();
        });
  }

  /** Does something on a node, unless it has crashed by then. */
  void later(CoreNode node, long delayNanos, Runnable action) {
    int life = node.lives();
    at(
        delayNanos,
        () -> {
          if (node.up() && node.lives() == life) {
            action.run();
          }
        });
  }

  private void at(long delayNanos, Runnable action) {
    events.add(new Event(nowNanos + delayNanos, eventNumber++, action));
  }

  private void deliverLater(int from, Outbound out) {
    at(
        between(delayMinNanos, delayMaxNanos),
        () -> {
          CoreNode target = node(out.to());
          if (target.up()) {
            target.core().step(from, out.message());
            target.turn();
          }
        });
  }

  private long between(long min, long max) {
    return max <= min ? min : random.nextLong(min, max);
  }

  private void tick(CoreNode node) {
    at(config.heartbeatNanos() / 2, () -> tick(node));
    if (node.up()) {
      node.core().tick(nowNanos);
      node.turn();
    }
  }

  private void runOne() {
    Event event = events.poll();
    nowNanos = Math.max(nowNanos, event.timeNanos());
    event.action().run();
    eventsRun++;
    afterEvent.run();
  }
}

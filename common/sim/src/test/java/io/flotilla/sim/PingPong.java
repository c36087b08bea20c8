package io.flotilla.sim;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Wire;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import io.flotilla.base.runtime.EventLoop;
import java.nio.ByteBuffer;
import java.util.List;

/** A little cluster: each frame is written and synced, then sent on to the next node. */
final class PingPong {
  private static final long RETRY_NANOS = 20_000_000;
  private static final int NODES = 3;

  final Simulation simulation;
  final List<SimNode> nodes;
  private long passed;

  /** The process of one node. */
  private final class Player implements Wire.Listener {
    private final EventLoop loop;
    private final EventLoop diskLoop;
    private final Wire wire;
    private final DiskFile file;
    private final String next;
    private long highest;

    Player(SimNode node) throws DiskException {
      loop = node.loop("main");
      diskLoop = node.loop("disk");
      file = node.disk().exists("log") ? node.disk().open("log") : node.disk().create("log");
      wire = simulation.network().wire(node, node.name());
      wire.listen(this);
      next = nodes.get(node.ordinal() % NODES).name();
      loop.schedule(RETRY_NANOS, this::repeat);
    }

    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      loop.execute(
          () -> {
            taken.run();
            long number = frame.asReadOnlyByteBuffer().getLong();
            if (number > highest) {
              highest = number;
              diskLoop.execute(() -> persist(number));
            }
          });
    }

    @Override
    public void onDown(String address) {}

    private void persist(long number) {
      try {
        file.write(8 * (number % 1024), ByteBuffer.allocate(8).putLong(0, number));
        file.datasync();
      } catch (DiskException failed) {
        throw new AssertionError(failed);
      }
      loop.execute(() -> pass(number + 1));
    }

    private void pass(long number) {
      passed++;
      wire.send(next, ByteString.copyFrom(ByteBuffer.allocate(8).putLong(0, number)));
    }

    private void repeat() {
      pass(highest + 1);
      loop.schedule(RETRY_NANOS, this::repeat);
    }
  }

  PingPong(long seed, FaultPlan faults) {
    simulation = new Simulation(seed, faults);
    nodes = List.of(simulation.node("a"), simulation.node("b"), simulation.node("c"));
    nodes.forEach(this::start);
  }

  long passed() {
    return passed;
  }

  /** Kills, restarts and pauses nodes at random times for {@code nanos}. */
  void trouble(long nanos) {
    var random = simulation.random("trouble");
    long end = simulation.now() + nanos;
    while (simulation.now() < end) {
      SimNode node = nodes.get(random.nextInt(NODES));
      if (!node.isAlive()) {
        node.restart(() -> start(node));
      } else if (random.nextBoolean()) {
        node.crash(random.nextBoolean());
      } else {
        node.pause(random.nextLong(50_000_000));
      }
      simulation.runFor(random.nextLong(20_000_000));
    }
  }

  private void start(SimNode node) {
    try {
      new Player(node);
    } catch (DiskException failed) {
      throw new AssertionError(failed);
    }
  }
}

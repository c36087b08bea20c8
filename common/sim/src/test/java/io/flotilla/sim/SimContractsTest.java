package io.flotilla.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.sim.contract.DiskContract;
import io.flotilla.sim.contract.EventLoopContract;
import io.flotilla.sim.contract.RpcContract;
import io.flotilla.sim.contract.RpcStreamContract;
import io.flotilla.sim.contract.WireContract;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;

/** The simulated side of every seam does what its contract says. */
final class SimContractsTest {
  private static final long AWAIT_NANOS_MAX = 120_000_000_000L;
  private static final String DEAD = "nobody:1";

  /** A world in which servers get an address each. */
  private static final class World {
    final Simulation simulation = new Simulation(7);
    private int servers;

    String serve(Consumer<RpcServer> bindings) {
      String address = "server-" + ++servers;
      bindings.accept(simulation.network().server(simulation.node(address), address));
      return address;
    }

    void stop(String address) {
      simulation.node(address).crash(false);
    }

    Rpc rpc() {
      return simulation.network().rpc(simulation.node("asker"));
    }

    void await(BooleanSupplier condition) {
      assertThat(simulation.runUntil(condition, AWAIT_NANOS_MAX)).isTrue();
    }
  }

  @Nested
  final class Loops extends EventLoopContract {
    private final World world = new World();
    private final EventLoop loop = world.simulation.node("n").loop("one");
    private final EventLoop otherLoop = world.simulation.node("n").loop("other");

    @Override
    protected EventLoop loop() {
      return loop;
    }

    @Override
    protected EventLoop otherLoop() {
      return otherLoop;
    }

    @Override
    protected void await(BooleanSupplier condition) {
      world.await(condition);
    }
  }

  @Nested
  final class Disks extends DiskContract {
    @Override
    protected void onDisk(Script script) throws Exception {
      script.run(new Simulation(7).node("n").disk());
    }

    @Override
    protected void onFullDisk(Script script) throws Exception {
      SimDisk disk = new Simulation(7).node("n").disk();
      disk.capacity(0);
      script.run(disk);
    }
  }

  @Nested
  final class Questions extends RpcContract {
    private final World world = new World();

    @Override
    protected String serve(Consumer<RpcServer> bindings) {
      return world.serve(bindings);
    }

    @Override
    protected void stop(String address) {
      world.stop(address);
    }

    @Override
    protected String deadAddress() {
      return DEAD;
    }

    @Override
    protected Rpc rpc() {
      return world.rpc();
    }

    @Override
    protected void await(BooleanSupplier condition) {
      world.await(condition);
    }
  }

  @Nested
  final class Streams extends RpcStreamContract {
    private final World world = new World();

    @Override
    protected String serve(Consumer<RpcServer> bindings) {
      return world.serve(bindings);
    }

    @Override
    protected void stop(String address) {
      world.stop(address);
    }

    @Override
    protected String deadAddress() {
      return DEAD;
    }

    @Override
    protected Rpc rpc() {
      return world.rpc();
    }

    @Override
    protected void await(BooleanSupplier condition) {
      world.await(condition);
    }
  }

  @Nested
  final class Wires extends WireContract {
    private final World world = new World();
    private int ends;

    @Override
    protected End end() {
      return at("peer-" + ++ends);
    }

    @Override
    protected void stop(End end) {
      world.stop(end.address());
    }

    @Override
    protected End restart(End stopped) {
      world.simulation.node(stopped.address()).restart(() -> {});
      return at(stopped.address());
    }

    @Override
    protected String deadAddress() {
      return DEAD;
    }

    @Override
    protected void await(BooleanSupplier condition) {
      world.await(condition);
    }

    private End at(String address) {
      SimNode node = world.simulation.node(address);
      return new End(address, world.simulation.network().wire(node, address));
    }
  }
}

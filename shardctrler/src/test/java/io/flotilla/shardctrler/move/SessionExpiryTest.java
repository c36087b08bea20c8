package io.flotilla.shardctrler.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.shardctrler.state.ControllerMachine;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import org.junit.jupiter.api.Test;

/** How much time an entry of the log may carry. */
final class SessionExpiryTest {
  private static final long SECOND = 1_000_000_000L;

  private final Simulation simulation = new Simulation(5);
  private final ControllerMachine machine = new ControllerMachine("", 16);
  private final SessionExpiry expiry = expiry();

  private SessionExpiry expiry() {
    SimNode node = simulation.node("controller");
    return new SessionExpiry(
        node.loop("main"),
        simulation.network().rpc(node),
        machine::state,
        (command, onOver) -> onOver.accept(true),
        3_600 * SECOND);
  }

  @Test
  void onlyTimeThatWasLedAndNotStampedYetIsStamped() {
    simulation.runFor(1_000 * SECOND);
    assertThat(expiry.stamp()).isZero();
    expiry.start();
    simulation.runFor(5 * SECOND);
    assertThat(expiry.stamp()).isEqualTo(5 * SECOND);
    assertThat(expiry.stamp()).isZero();
    simulation.runFor(2 * SECOND);
    expiry.stop();
    simulation.runFor(1_000 * SECOND);
    assertThat(expiry.stamp()).isZero();
    expiry.start();
    simulation.runFor(3 * SECOND);
    assertThat(expiry.stamp()).isEqualTo(3 * SECOND);
  }
}

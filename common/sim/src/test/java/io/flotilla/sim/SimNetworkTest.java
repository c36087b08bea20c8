package io.flotilla.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.rpc.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the simulated network does beyond carrying bytes. */
final class SimNetworkTest {
  private static final long SECOND = 1_000_000_000;
  private static final String METHOD = "flotilla.test.Echo/Ask";
  private static final FaultPlan.Io NO_IO = FaultPlan.NONE.io();

  private final Simulation simulation = new Simulation(11);
  private final SimNetwork network = simulation.network();
  private final SimNode a = simulation.node("a");
  private final SimNode b = simulation.node("b");

  /** Writes down what comes, by every kind of callback. */
  private static final class Ear implements RpcReply, Wire.Listener, RpcStream.Listener {
    final List<String> heard = new ArrayList<>();
    final List<Runnable> untaken = new ArrayList<>();
    boolean isBehind;

    @Override
    public void answer(ByteString response) {
      heard.add(response.toStringUtf8());
    }

    @Override
    public void fail(RpcFailure failure) {
      heard.add(failure.code().name());
    }

    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      heard.add(frame.toStringUtf8());
      untaken.add(taken);
      if (!isBehind) {
        take();
      }
    }

    void take() {
      untaken.forEach(Runnable::run);
      untaken.clear();
    }

    @Override
    public void onDown(String address) {
      heard.add("down " + address);
    }

    @Override
    public void onReady() {}

    @Override
    public void onClosed(RpcFailure reason) {
      heard.add("closed " + reason.code());
    }
  }

  private Ear ask() {
    Ear ear = new Ear();
    network.rpc(a).ask("b:1", METHOD, text("hi"), SECOND, ear);
    return ear;
  }

  private void serveEcho() {
    network.server(b, "b:1").bind(METHOD, (call, reply) -> reply.answer(call.request()));
  }

  @Test
  void aPartitionSilencesBothWaysUntilHealed() {
    serveEcho();
    network.partition(List.of(a), List.of(b));
    Ear cut = ask();
    simulation.runFor(2 * SECOND);
    assertThat(cut.heard).containsExactly("NO_ANSWER");
    network.heal();
    Ear whole = ask();
    simulation.runFor(2 * SECOND);
    assertThat(whole.heard).containsExactly("hi");
  }

  @Test
  void aOneWayCutLosesTheAnswerButNotTheEffect() {
    List<String> executed = new ArrayList<>();
    network
        .server(b, "b:1")
        .bind(
            METHOD,
            (call, reply) -> {
              executed.add(call.request().toStringUtf8());
              reply.answer(call.request());
            });
    network.oneWay(b, a);
    Ear ear = ask();
    simulation.runFor(2 * SECOND);
    assertThat(executed).containsExactly("hi");
    assertThat(ear.heard).containsExactly("NO_ANSWER");
  }

  @Test
  void aPowerLossIsSilentAndAKillIsRefused() {
    serveEcho();
    b.crash(true);
    Ear silent = ask();
    simulation.runFor(2 * SECOND);
    assertThat(silent.heard).containsExactly("NO_ANSWER");
    b.restart(this::serveEcho);
    b.crash(false);
    Ear refused = ask();
    simulation.runFor(2 * SECOND);
    assertThat(refused.heard).containsExactly("UNSENT");
  }

  @Test
  void aCrashOfTheAskerSilencesItsReplies() {
    serveEcho();
    Ear ear = ask();
    a.crash(false);
    a.restart(() -> {});
    simulation.runFor(2 * SECOND);
    assertThat(ear.heard).isEmpty();
  }

  @Test
  void aFaultPlanLosesQuestionsAndAnswers() {
    serveEcho();
    simulation.faults(new FaultPlan(new FaultPlan.Net(0.3, 0, 0, 0, 0), NO_IO, 2_000, 0));
    List<Ear> ears = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ears.add(ask());
    }
    simulation.runFor(2 * SECOND);
    assertThat(ears).allMatch(ear -> ear.heard.size() == 1);
    assertThat(ears).filteredOn(ear -> ear.heard.contains("hi")).hasSizeBetween(20, 80);
  }

  @Test
  void aFaultPlanDoublesAndReordersWireFrames() {
    simulation.faults(new FaultPlan(new FaultPlan.Net(0, 0.3, 0.3, 0, 0), NO_IO, 2_000, 0));
    Ear ear = new Ear();
    network.wire(b, "b:2").listen(ear);
    Wire wire = network.wire(a, "a:2");
    for (int i = 100; i < 200; i++) {
      wire.send("b:2", text("" + i));
    }
    simulation.runFor(SECOND);
    assertThat(ear.heard.size()).isGreaterThan(100);
    assertThat(ear.heard).isNotEqualTo(ear.heard.stream().sorted().toList());
  }

  @Test
  void aWireAcrossALastingCutIsReportedDown() {
    Ear ear = new Ear();
    network.wire(b, "b:2").listen(new Ear());
    Wire wire = network.wire(a, "a:2");
    wire.listen(ear);
    wire.send("b:2", text("1"));
    simulation.runFor(SECOND);
    network.partition(List.of(a), List.of(b));
    simulation.runFor(5 * SECOND);
    assertThat(ear.heard).containsExactly("down b:2");
  }

  @Test
  void aStreamBreaksAcrossALastingCutOnBothSides() {
    Ear client = new Ear();
    Ear server = new Ear();
    openStream(client, server);
    simulation.runFor(SECOND);
    network.oneWay(a, b);
    simulation.runFor(10 * SECOND);
    assertThat(client.heard).containsExactly("closed NO_ANSWER");
    assertThat(server.heard).containsExactly("hello", "closed NO_ANSWER");
  }

  @Test
  void aStreamSurvivesABriefCutWithNothingUnderWay() {
    Ear client = new Ear();
    Ear server = new Ear();
    RpcStream stream = openStream(client, server);
    simulation.runFor(SECOND);
    network.partition(List.of(a), List.of(b));
    simulation.runFor(SECOND / 10);
    network.heal();
    simulation.runFor(10 * SECOND);
    stream.send(text("again"));
    simulation.runFor(SECOND);
    assertThat(server.heard).containsExactly("hello", "again");
    assertThat(client.heard).isEmpty();
  }

  @Test
  void aStreamToANodeThatLostPowerIsClosedAfterAKeepalive() {
    Ear client = new Ear();
    openStream(client, new Ear());
    simulation.runFor(SECOND);
    b.crash(true);
    simulation.runFor(SECOND / 2);
    assertThat(client.heard).isEmpty();
    simulation.runFor(5 * SECOND);
    assertThat(client.heard).containsExactly("closed " + Code.NO_ANSWER);
  }

  @Test
  void aStreamIsNotReadyWhileItsWindowIsFull() {
    RpcStream stream = openStream(new Ear(), new Ear());
    simulation.runFor(SECOND);
    assertThat(stream.isReady()).isTrue();
    stream.send(ByteString.copyFrom(new byte[1 << 20]));
    assertThat(stream.isReady()).isFalse();
    simulation.runFor(SECOND);
    assertThat(stream.isReady()).isTrue();
  }

  @Test
  void aPausedServerAnswersLate() {
    serveEcho();
    b.pause(SECOND / 2);
    Ear ear = ask();
    simulation.runFor(SECOND / 4);
    assertThat(ear.heard).isEmpty();
    simulation.runFor(SECOND / 2);
    assertThat(ear.heard).containsExactly("hi");
  }

  private RpcStream openStream(Ear client, Ear server) {
    network.server(b, "b:1").bindStream(METHOD, stream -> server);
    RpcStream stream = network.rpc(a).open("b:1", METHOD, client);
    stream.send(text("hello"));
    return stream;
  }

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @Test
  void aStreamIsReadyAgainOnlyWhenItsFrameWasTaken() {
    Ear server = new Ear();
    server.isBehind = true;
    network.server(b, "b:1").bindStream(METHOD, stream -> server);
    RpcStream stream = network.rpc(a).open("b:1", METHOD, new Ear());
    simulation.runFor(SECOND);
    stream.send(ByteString.copyFrom(new byte[256 << 10]));
    simulation.runFor(SECOND);
    assertThat(server.heard).hasSize(1);
    assertThat(stream.isReady()).isFalse();
    server.take();
    simulation.runFor(SECOND);
    assertThat(stream.isReady()).isTrue();
  }

  @Test
  void aReceiverThatFallsBehindLosesFrames() {
    Ear behind = new Ear();
    behind.isBehind = true;
    network.wire(b, "b:2").listen(behind);
    Wire wire = network.wire(a, "a:2");
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 2_000; i++) {
        wire.send("b:2", text("frame"));
      }
      simulation.runFor(SECOND);
    }
    assertThat(behind.heard).hasSize(4_096);
    behind.take();
    wire.send("b:2", text("one more"));
    simulation.runFor(SECOND);
    assertThat(behind.heard).endsWith("one more");
  }
}

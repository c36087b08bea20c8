package io.flotilla.client;

import static io.flotilla.client.FakeCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import io.flotilla.client.FlotillaException.Code;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** No future stays open when a client is closed, whatever it waited for. */
final class CloseTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");

  private static Code codeOf(CompletableFuture<?> future) {
    CompletionException thrown = catchThrowableOfType(CompletionException.class, future::join);
    return ((FlotillaException) thrown.getCause()).code();
  }

  @Test
  void whatWasSentIsUnknownAndWhatWasNotHasNotHappened() {
    FakeCluster cluster = new FakeCluster(1, 1);
    cluster.script = (node, operation) -> Optional.empty();
    FlotillaClient client = cluster.client();
    CompletableFuture<Void> sent = client.put(KEY, KEY);
    CompletableFuture<Optional<ByteString>> read = client.get(KEY);
    cluster.simulation.runFor(SECOND / 10);
    CompletableFuture<Void> unsent = client.put(KEY, KEY);
    CompletableFuture<ScanPage> scan = client.scan(KEY, 10, Optional.empty());
    client.close();
    CompletableFuture<Void> after = client.put(KEY, KEY);
    cluster.simulation.runFor(SECOND / 10);
    assertThat(codeOf(sent)).isEqualTo(Code.UNKNOWN_OUTCOME);
    assertThat(codeOf(read)).isEqualTo(Code.UNAVAILABLE);
    assertThat(codeOf(unsent)).isEqualTo(Code.UNAVAILABLE);
    assertThat(codeOf(scan)).isEqualTo(Code.UNAVAILABLE);
    assertThat(codeOf(after)).isEqualTo(Code.UNAVAILABLE);
    cluster.simulation.runFor(100 * SECOND);
    assertThat(cluster.received).hasSize(2);
  }

  @Test
  void aScanAndAnAdministratorWaitingForAClusterAreTold() throws Exception {
    FlotillaClient client = FlotillaClient.connect("127.0.0.1:1");
    List<CompletableFuture<?>> waiting =
        List.of(
            client.put(KEY, KEY),
            client.scan(KEY, 10, Optional.empty()),
            client.admin().status(),
            client.admin().pin(1));
    client.close();
    client.close();
    List<CompletableFuture<?>> late =
        List.of(
            client.put(KEY, KEY), client.scan(KEY, 10, Optional.empty()), client.admin().status());
    for (List<CompletableFuture<?>> calls : List.of(waiting, late)) {
      for (CompletableFuture<?> call : calls) {
        assertThat(call.handle((value, failure) -> failure).get(5, TimeUnit.SECONDS))
            .isInstanceOf(FlotillaException.class);
      }
    }
  }

  @Test
  void aChangeThatWasSentWhileAnotherThreadClosesIsUnknown() {
    FakeCluster cluster = new FakeCluster(1, 1);
    ClientSeams real = cluster.seams();
    AtomicReference<AdminClient> admin = new AtomicReference<>();
    Loop closing =
        new Loop(
            real.loop(),
            task -> {
              // The loop has run the task, and another thread has closed, before execute returns.
              task.run();
              admin.get().refuse();
              admin.get().close();
            });
    admin.set(
        new AdminClient(
            new ClientSeams(closing, real.rpc(), real.random()),
            new Endpoints(List.of(FakeCluster.address(1)), real.random()),
            SECOND));
    assertThat(codeOf(admin.get().pin(1))).isEqualTo(Code.UNKNOWN_OUTCOME);
    assertThat(codeOf(admin.get().pin(1))).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void nobodyWaitsForALoopThatRunsNothingMore() {
    ClientSeams real = new FakeCluster(1, 1).seams();
    ClientSeams dead =
        new ClientSeams(new Loop(real.loop(), task -> {}), real.rpc(), real.random());
    FlotillaClient client = FlotillaClient.over(dead, ClientConfig.of(List.of("n1:1")));
    List<CompletableFuture<?>> waiting =
        List.of(
            client.put(KEY, KEY),
            client.scan(KEY, 10, Optional.empty()),
            client.admin().status(),
            client.admin().pin(1));
    client.close();
    assertThat(waiting).allMatch(call -> codeOf(call) == Code.UNAVAILABLE);
    assertThat(codeOf(client.scan(KEY, 10, Optional.empty()))).isEqualTo(Code.UNAVAILABLE);
  }

  /** A loop that does with a task what the test says. */
  private record Loop(EventLoop real, Consumer<Runnable> execute) implements EventLoop {
    @Override
    public long nanoTime() {
      return real.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
      execute.accept(task);
    }

    @Override
    public Timeout schedule(long delayNanos, Runnable task) {
      return real.schedule(delayNanos, task);
    }

    @Override
    public boolean inLoop() {
      return real.inLoop();
    }
  }
}

package io.flotilla.client;

import static io.flotilla.client.FakeCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaException.Code;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
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
}

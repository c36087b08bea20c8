package io.flotilla.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoadConfigTest {
  private static final Path FILE = Path.of("history.jsonl");

  private static LoadConfig config(
      int concurrency, double seconds, double rate, int keys, int keyBytes, int valueBytes) {
    return new LoadConfig(
        Workload.PUT,
        concurrency,
        seconds,
        0,
        rate,
        keys,
        keyBytes,
        valueBytes,
        Optional.of(FILE),
        Duration.ofSeconds(1));
  }

  @Test
  void whatIsOutOfBoundsIsNamedAsTheOptionIs() {
    assertRefused(() -> config(0, 1, 0, 1, 16, 128), "--concurrency");
    assertRefused(() -> config(1, 0, 0, 1, 16, 128), "--seconds");
    assertRefused(() -> config(1, Double.NaN, 0, 1, 16, 128), "--seconds");
    assertRefused(() -> config(1, 1, -1, 1, 16, 128), "--rate");
    assertRefused(() -> config(1, 1, 0, 0, 16, 128), "--keys");
    assertRefused(() -> config(1, 1, 0, 1, 5_000, 128), "--key-bytes");
    assertRefused(() -> config(1, 1, 0, 1, 16, 2 << 20), "--value-bytes");
  }

  @Test
  void keysMustFitTheirNames() {
    assertThatCode(() -> config(1, 1, 0, 1_000, 3, 128)).doesNotThrowAnyException();
    assertRefused(() -> config(1, 1, 0, 1_001, 3, 128), "too short to name 1001 keys");
  }

  @Test
  void recordedValuesMustBeLongEnoughToBeTold() {
    assertRefused(() -> config(1, 1, 0, 1, 16, 8), "--history needs --value-bytes 20");
  }

  @Test
  void anUnknownWorkloadIsAnsweredWithTheKnownOnes() {
    assertRefused(() -> Workload.named("g"), "put, get, mixed, a, b, c, d, e, f");
    for (Workload workload : Workload.values()) {
      assertThatCode(() -> Workload.named(workload.word())).doesNotThrowAnyException();
    }
  }

  private static void assertRefused(Runnable made, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(made::run)
        .withMessageContaining(message)
        .satisfies(refused -> assertThat(refused.getMessage().lines()).hasSize(1));
  }
}

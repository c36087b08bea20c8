package io.flotilla.client;

import static io.flotilla.client.FakeCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.v1.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans against a sorted map: nothing skipped, nothing twice, in order, wherever shards go. */
final class ScanTest {
  private static final ByteString VALUE = ByteString.copyFromUtf8("v");

  private static ByteString text(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static List<ByteString> keys(FakeCluster cluster, ByteString prefix) {
    return cluster.rows.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
  }

  /** All pages, moving shards about at random while each is fetched. */
  private static List<ByteString> scanAll(
      FakeCluster cluster, ByteString prefix, int limit, Runnable disturb) {
    FlotillaClient client = cluster.client();
    List<ByteString> seen = new ArrayList<>();
    Optional<ByteString> token = Optional.empty();
    do {
      CompletableFuture<ScanPage> page = client.scan(prefix, limit, token);
      while (!page.isDone()) {
        disturb.run();
        cluster.simulation.runFor(SECOND / 5_000);
      }
      assertThat(page).isCompleted();
      assertThat(page.join().rows()).hasSizeLessThanOrEqualTo(limit);
      page.join().rows().forEach(row -> seen.add(row.key()));
      token = page.join().next();
    } while (token.isPresent());
    client.close();
    return seen;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void equalsTheModelWhileShardsMove(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FakeCluster cluster = new FakeCluster(seed, 3);
    int count = random.nextInt(400);
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[1 + random.nextInt(3)];
      random.nextBytes(key);
      cluster.rows.put(ByteString.copyFrom(key), VALUE);
    }
    Runnable moves =
        () -> {
          if (random.nextInt(4) == 0) {
            cluster.move(random.nextInt(FakeCluster.SHARDS), 1 + random.nextInt(3));
          }
          if (random.nextInt(8) == 0) {
            cluster.publish();
          }
        };
    int limit = 1 + random.nextInt(60);
    assertThat(scanAll(cluster, ByteString.EMPTY, limit, moves))
        .isEqualTo(keys(cluster, ByteString.EMPTY));
  }

  @Test
  void onlyThePrefixAndInOrderOfUnsignedBytes() {
    FakeCluster cluster = new FakeCluster(1, 3);
    ByteString prefix = ByteString.copyFrom(new byte[] {'p', (byte) 0xff});
    for (int i = 0; i < 256; i++) {
      cluster.rows.put(prefix.concat(ByteString.copyFrom(new byte[] {(byte) i})), VALUE);
      cluster.rows.put(text("q" + i), VALUE);
    }
    assertThat(scanAll(cluster, prefix, 7, () -> {})).isEqualTo(keys(cluster, prefix));
    assertThat(scanAll(cluster, text("none"), 7, () -> {})).isEmpty();
  }

  @Test
  void groupsThatSendLessThanTheLimitHideNothing() {
    FakeCluster cluster = new FakeCluster(1, 3);
    for (int i = 0; i < 300; i++) {
      cluster.rows.put(text("k" + i), VALUE);
    }
    cluster.script =
        (node, operation) -> {
          int fewer = 1 + cluster.received.size() % 5;
          return cluster.serve(
              node,
              operation.toBuilder()
                  .setScan(operation.getScan().toBuilder().setLimit(fewer))
                  .build());
        };
    assertThat(scanAll(cluster, text("k"), 100, () -> {})).isEqualTo(keys(cluster, text("k")));
  }

  @Test
  void aShardThatNobodyServesFailsThePageAtTheDeadline() {
    FakeCluster cluster = new FakeCluster(1, 3);
    cluster.simulation.runFor(SECOND);
    cluster.owners[3] = 0;
    CompletableFuture<ScanPage> page = cluster.client().scan(text("k"), 10, Optional.empty());
    cluster.simulation.runFor(9 * SECOND);
    assertThat(page).isNotDone();
    cluster.simulation.runFor(SECOND + SECOND / 20);
    assertThat(page).isCompletedExceptionally();
  }

  @Test
  void aRepeatedAnswerIsNotASecondPage() {
    FakeCluster cluster = new FakeCluster(1, 1);
    cluster.rows.put(text("k"), VALUE);
    List<Outcome> first = new ArrayList<>();
    cluster.script =
        (node, operation) -> {
          cluster.serve(node, operation).ifPresent(first::add);
          return cluster.received.size() == 1 ? Optional.empty() : Optional.of(first.get(0));
        };
    assertThat(scanAll(cluster, text("k"), 10, () -> {})).containsExactly(text("k"));
  }
}

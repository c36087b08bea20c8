package io.flotilla.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeyChooserTest {
  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void zipfianRanksAreAsPopularAsTheirLawSays() {
    int n = 1_000;
    int draws = 400_000;
    int[] drawn = new int[n];
    Zipfian zipfian = new Zipfian(n);
    for (int i = 0; i < draws; i++) {
      drawn[zipfian.next(random)]++;
    }
    double zeta = 0;
    for (int rank = 1; rank <= n; rank++) {
      zeta += Math.pow(rank, -0.99);
    }
    assertThat(drawn[0] / (double) draws).isCloseTo(1 / zeta, within(0.005));
    assertThat(drawn[1] / (double) draws).isCloseTo(Math.pow(2, -0.99) / zeta, within(0.005));
    int upperHalf = 0;
    double upperHalfOfLaw = 0;
    for (int rank = n / 2; rank < n; rank++) {
      upperHalf += drawn[rank];
      upperHalfOfLaw += Math.pow(rank + 1, -0.99) / zeta;
    }
    assertThat(upperHalf / (double) draws).isCloseTo(upperHalfOfLaw, within(0.01));
  }

  @Test
  void fewKeysAreNoSpecialCase() {
    for (int n = 1; n <= 3; n++) {
      Zipfian zipfian = new Zipfian(n);
      for (int i = 0; i < 1_000; i++) {
        assertThat(zipfian.next(random)).isBetween(0, n - 1);
      }
    }
  }

  @Test
  void scatteredRanksDoNotShareAKey() {
    int n = 10_007;
    TreeSet<Long> keys = new TreeSet<>();
    for (int rank = 0; rank < n; rank++) {
      keys.add(Zipfian.scattered(rank, n));
    }
    assertThat(keys).hasSize(n);
    assertThat(keys.first()).isZero();
    assertThat(keys.last()).isEqualTo(n - 1);
  }

  @Test
  void latestChoosesAmongAcknowledgedInsertsOnly() {
    Inserts inserts = new Inserts(10);
    KeyChooser latest = KeyChooser.of(Workload.D, 10, inserts);
    long first = inserts.begin();
    long second = inserts.begin();
    inserts.acknowledged(second);
    assertThat(inserts.settled()).isEqualTo(10);
    inserts.acknowledged(first);
    assertThat(inserts.settled()).isEqualTo(12);
    boolean isNewestSeen = false;
    for (int i = 0; i < 1_000; i++) {
      long chosen = latest.next(random);
      assertThat(chosen).isBetween(0L, 11L);
      isNewestSeen |= chosen == 11;
    }
    assertThat(isNewestSeen).isTrue();
  }

  @Test
  void mixesAreThoseOfTheirNames() {
    assertThat(share(Workload.MIXED, Step.READ)).isCloseTo(0.5, within(0.02));
    assertThat(share(Workload.B, Step.UPDATE)).isCloseTo(0.05, within(0.01));
    assertThat(share(Workload.D, Step.INSERT)).isCloseTo(0.05, within(0.01));
    assertThat(share(Workload.E, Step.SCAN)).isCloseTo(0.95, within(0.01));
    assertThat(share(Workload.F, Step.READ_MODIFY_WRITE)).isCloseTo(0.5, within(0.02));
    assertThat(share(Workload.PUT, Step.UPDATE)).isEqualTo(1);
    assertThat(share(Workload.GET, Step.READ)).isEqualTo(1);
  }

  @Test
  void keysHaveTheLengthThatWasAskedFor() {
    assertThat(new KeyNames(16).key(1234).toStringUtf8()).isEqualTo("0000000000001234");
    assertThat(new KeyNames(16).neighbourhood(1234).toStringUtf8()).isEqualTo("00000000000012");
    assertThat(new KeyNames(2).key(1234).toStringUtf8()).isEqualTo("1234");
  }

  private double share(Workload workload, Step step) {
    int draws = 20_000;
    int hits = 0;
    for (int i = 0; i < draws; i++) {
      hits += workload.step(random) == step ? 1 : 0;
    }
    return hits / (double) draws;
  }
}

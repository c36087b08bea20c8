package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What a shrinker leaves of runs that fail for a known reason. */
final class ShrinkerTest {
  private static final long STRIKES = 100;
  private int runs;

  @Test
  void onlyWhatTheFailureNeedsIsLeft() {
    Drops drops =
        shrunk(left -> left.has(FaultKind.KILL) && left.hasStrike(37) && left.clients() >= 2);

    assertThat(drops.kinds()).hasSize(FaultKind.values().length - 1);
    assertThat(drops.kinds()).doesNotContain(FaultKind.KILL);
    assertThat(drops.clients()).isEqualTo(2);
    assertThat(drops.firstStrike()).isEqualTo(37);
    assertThat(drops.lastStrike()).isEqualTo(37);
    assertThat(drops.options()).endsWith(" --clients 2 --strikes 37-37");
    assertThat(runs).isLessThanOrEqualTo(120);
  }

  @Test
  void twoFaultsFarApartAreBothKept() {
    Drops drops = shrunk(left -> left.hasStrike(10) && left.hasStrike(90));

    assertThat(drops.firstStrike()).isEqualTo(10);
    assertThat(drops.lastStrike()).isEqualTo(90);
  }

  @Test
  void anotherFailureIsNotTaken() {
    SeedResult first = result(Drops.NONE, Optional.of("one rule"));

    SeedResult smallest =
        Shrinker.shrink(first, (seed, drops) -> result(drops, Optional.of("another rule")));

    assertThat(smallest.drops()).isEqualTo(Drops.NONE);
    assertThat(smallest.replay()).isEqualTo("flotilla sim --seed 1 --trace");
  }

  @Test
  void dropsAreReadAsTheyAreWritten() {
    assertThat(Drops.NONE.without("kill, loss").orElseThrow().options())
        .isEqualTo(" --without kill,loss");
    assertThat(Drops.NONE.without("kill,typo")).isEmpty();
  }

  private Drops shrunk(Predicate<Drops> fails) {
    SeedResult first = result(Drops.NONE, Optional.of("a rule"));
    return Shrinker.shrink(
            first,
            (seed, drops) -> {
              runs++;
              return result(drops, fails.test(drops) ? Optional.of("a rule") : Optional.empty());
            })
        .drops();
  }

  private static SeedResult result(Drops drops, Optional<String> rule) {
    return new SeedResult(
        Optional.empty(),
        1,
        drops,
        rule.map(name -> new Failure(name, name)),
        0,
        Map.of(),
        STRIKES,
        0,
        0,
        Map.of());
  }
}

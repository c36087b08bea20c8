package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Versions as clients see them: known-bad ones are noticed, overlapping ones are not. */
final class VersionsTest {
  private final Versions versions = new Versions();

  @Test
  void twoValuesOfOneVersionAreNoticed() {
    versions.saw("k", "a", 3, 0, 1);
    versions.saw("k", "a", 3, 2, 3);

    assertThatThrownBy(() -> versions.saw("k", "b", 3, 4, 5)).hasMessageContaining("version 3");
    assertThat(versions.seen()).isEqualTo(3);
  }

  @Test
  void aVersionThatGoesBackIsNoticed() {
    versions.saw("k", "a", 3, 0, 1);

    assertThatThrownBy(() -> versions.saw("k", "b", 2, 2, 3)).hasMessageContaining("version 3");
  }

  @Test
  void callsThatOverlapMayShowAnyOrder() {
    versions.saw("k", "b", 4, 0, 10);
    versions.saw("k", "a", 3, 5, 11);
    versions.saw("other", "a", 1, 20, 21);

    assertThatThrownBy(() -> versions.saw("k", "a", 3, 12, 13)).hasMessageContaining("version 4");
  }
}

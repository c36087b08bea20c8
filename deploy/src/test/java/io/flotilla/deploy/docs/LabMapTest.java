package io.flotilla.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/lab.md names a test for every case of the course's raft lab, and the test is there. */
final class LabMapTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void everyCaseHasATestThatIsThere() throws IOException {
    TestSources tests = new TestSources(ROOT);
    List<MapRow> rows = MapRow.of(ROOT.resolve("docs/lab.md"));
    assertThat(rows).hasSize(28).extracting(MapRow::subject).doesNotHaveDuplicates();
    for (char part : "ABCD".toCharArray()) {
      assertThat(rows).anyMatch(row -> row.subject().endsWith("3" + part));
    }
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.targets()).as(row.subject()).hasSize(1))
        .allSatisfy(row -> assertThat(row.targets()).as(row.subject()).allMatch(tests::has));
  }
}

package io.flotilla.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/paper.md covers every section it should, and its tests are there. */
final class PaperMapTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void everyClaimHasATestThatIsThere() throws IOException {
    TestSources tests = new TestSources(ROOT);
    List<MapRow> rows = MapRow.of(ROOT.resolve("docs/paper.md"));
    assertThat(rows)
        .extracting(MapRow::subject)
        .contains("5.1", "5.2", "5.3", "5.4.1", "5.4.2", "5.4.3", "5.5", "5.6", "6", "7", "8");
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.targets()).as(row.cell()).hasSize(1))
        .allSatisfy(row -> assertThat(row.targets()).as(row.cell()).allMatch(tests::has));
  }
}

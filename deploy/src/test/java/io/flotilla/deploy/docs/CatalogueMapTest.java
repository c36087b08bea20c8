package io.flotilla.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/catalogue.md leaves no bug of its groups out, and its tests are there. */
final class CatalogueMapTest {
  private static final Path ROOT = Path.of("..");
  private static final String WAITS = "waits for ";

  @Test
  void everyBugHasATestThatIsThereOrSaysWhatItWaitsFor() throws IOException {
    TestSources tests = new TestSources(ROOT);
    List<MapRow> rows = MapRow.of(ROOT.resolve("docs/catalogue.md"));
    List<String> ids =
        IntStream.concat(IntStream.rangeClosed(1, 41), IntStream.rangeClosed(60, 66))
            .mapToObj(Integer::toString)
            .toList();
    assertThat(rows).extracting(MapRow::subject).containsExactlyElementsOf(ids);
    assertThat(rows)
        .allSatisfy(
            row -> {
              boolean isWaiting = row.cell().startsWith(WAITS);
              assertThat(row.targets().isEmpty()).as(row.subject()).isEqualTo(isWaiting);
              assertThat(row.targets()).as(row.subject()).allMatch(tests::has);
            });
  }
}

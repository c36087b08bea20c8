package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flotilla.client.ScanPage;
import io.flotilla.client.VersionedValue;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a page of a scan says about keys it does not name. */
final class PageReadTest {
  private static final List<String> KEYS = List.of("a-1", "b-1", "b-2", "b-3", "b-4");

  @Test
  void keysBetweenRowsAreAbsent() {
    assertThat(read("", page(true, "b-1", "b-3")))
        .containsExactly("b-1 present", "b-2 absent", "b-3 present");
  }

  @Test
  void theLastPageCoversTheRest() {
    assertThat(read("b-1", page(false, "b-3")))
        .containsExactly("b-2 absent", "b-3 present", "b-4 absent");
  }

  @Test
  void anEmptyPageThatIsNotTheLastSaysNothing() {
    assertThat(read("b-1", page(true))).isEmpty();
  }

  @Test
  void rowsOutOfOrderOutOfPlaceOrOutOfNothingAreNoticed() {
    assertThatThrownBy(() -> read("", page(true, "b-3", "b-1"))).hasMessageContaining("scan");
    assertThatThrownBy(() -> read("b-1", page(true, "b-1"))).hasMessageContaining("scan");
    assertThatThrownBy(() -> read("", page(true, "a-1"))).hasMessageContaining("scan");
    assertThatThrownBy(() -> read("", page(true, "b-7"))).hasMessageContaining("nobody");
    assertThatThrownBy(() -> read("", page(true, "b-1", "b-2", "b-3", "b-4")))
        .hasMessageContaining("limit 3");
  }

  private static List<String> read(String after, ScanPage page) {
    return PageRead.of(KEYS, "b-", after, 3, page).stream()
        .map(row -> row.key() + (row.value().isPresent() ? " present" : " absent"))
        .toList();
  }

  private static ScanPage page(boolean hasNext, String... keys) {
    return new ScanPage(
        Stream.of(keys)
            .map(key -> new ScanPage.Row(bytes(key), new VersionedValue(bytes("v"), 1)))
            .toList(),
        hasNext ? Optional.of(bytes("token")) : Optional.empty());
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}

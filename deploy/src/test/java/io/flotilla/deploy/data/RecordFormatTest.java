package io.flotilla.deploy.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records survive the way through a file, and nothing else gets in. */
final class RecordFormatTest {
  @Test
  void anyBytesComeBackFromJson() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 500; i++) {
      ByteString key = bytes(random, 1 + random.nextInt(20));
      ByteString value = bytes(random, random.nextInt(200));
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      JsonLine.write(line, key, value);
      assertThat(line.toString(StandardCharsets.UTF_8)).doesNotContain("\n");
      assertThat(RecordFormat.JSONL.read(line.toByteArray()))
          .isEqualTo(new ImportRecord(key, value));
    }
  }

  @Test
  void textStandsAsTextAndOtherBytesAsBase64() throws Exception {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    JsonLine.write(
        line, ByteString.copyFromUtf8("k\u00e9\ud83c\udf61"), ByteString.fromHex("ff00"));
    assertThat(line.toString(StandardCharsets.UTF_8))
        .isEqualTo("{\"key\":\"k\u00e9\ud83c\udf61\",\"value_b64\":\"/wA=\"}");
  }

  @Test
  void tsvSplitsAtTheFirstTab() throws Exception {
    assertThat(RecordFormat.TSV.read("a\tb\tc".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new ImportRecord(ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("b\tc")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"key\":\"a\"}|no value",
        "{\"value\":\"a\"}|no key",
        "{\"key\":\"a\",\"value\":1}|'value' is not a string",
        "{\"key\":\"a\",\"value\":\"b\",\"ttl\":\"1\"}|unknown field 'ttl'",
        "{\"key\":\"a\",\"key\":\"b\",\"value\":\"c\"}|not JSON",
        "{\"key\":\"a\",\"key_b64\":\"YQ==\",\"value\":\"c\"}|two fields for the key",
        "{\"key_b64\":\"%\",\"value\":\"c\"}|not base64",
        "{\"key\":\"\",\"value\":\"c\"}|the key is empty",
        "{\"key\":\"\\ud800\",\"value\":\"c\"}|surrogate",
        "{\"key\":\"a\",\"value\":\"c\"} x|not JSON",
        "{\"key\":\"a\",\"value\":\"c\"}{}|more than one",
        "[1]|not a JSON object",
        "{\"key\":\"a\"|not JSON",
        "``|not a JSON object"
      })
  void malformedLineIsRefused(String line, String message) {
    assertThatThrownBy(() -> RecordFormat.JSONL.read(line.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining(message);
  }

  @Test
  void oversizedKeyAndValueAreRefusedBeforeTheyAreSent() {
    assertThatThrownBy(() -> RecordFormat.TSV.read(tabbed(4097, 1)))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining("4 KiB");
    assertThatThrownBy(() -> RecordFormat.TSV.read(tabbed(1, (1 << 20) + 1)))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining("1 MiB");
  }

  @Test
  void linesAreNumberedAndTheLastNeedsNoEnd() throws Exception {
    LineReader lines =
        new LineReader(new ByteArrayInputStream("a\n\nb".getBytes(StandardCharsets.UTF_8)));
    assertThat(next(lines)).contains("a");
    assertThat(next(lines)).contains("");
    assertThat(next(lines)).contains("b");
    assertThat(lines.line()).isEqualTo(3);
    assertThat(next(lines)).isEmpty();
  }

  private static Optional<String> next(LineReader lines) throws IOException, BadRecord {
    return lines.next().map(line -> new String(line, StandardCharsets.UTF_8));
  }

  private static byte[] tabbed(int keyBytes, int valueBytes) {
    return ("k".repeat(keyBytes) + "\t" + "v".repeat(valueBytes)).getBytes(StandardCharsets.UTF_8);
  }

  private static ByteString bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}

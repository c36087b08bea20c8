package io.flotilla.sim.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The history format, as it is written down for everybody who records or judges. */
class HistoryFormatTest {
  private static List<HistoryLine> read(String text) throws IOException {
    List<HistoryLine> lines = new ArrayList<>();
    new HistoryReader(new StringReader(text)).forEach(lines::add);
    return lines;
  }

  private static String written(List<HistoryLine> lines) throws IOException {
    StringWriter text = new StringWriter();
    HistoryWriter writer = new HistoryWriter(text);
    for (HistoryLine line : lines) {
      writer.write(line);
    }
    writer.flush();
    return text.toString();
  }

  @Test
  void everyLineComesBackAsItWasWritten() throws IOException {
    List<HistoryLine> lines =
        List.of(
            new MetaLine("{\"seed\":7,\"nested\":{\"a\":[1,2]}}"),
            new InitLine("k", "v\n\"\u00e4\ud83d\ude80"),
            new FaultLine("kill 2", 5, OptionalLong.empty()),
            new FaultLine("pause 1", 5, OptionalLong.of(9)),
            Operation.get("c", "k", 1).read(Optional.of("v"), 2),
            Operation.get("c", "k", 1).read(Optional.empty(), 2),
            Operation.get("c", "k", 1),
            Operation.put("c", "k", "v", 1).done(2),
            Operation.append("c", "k", "v", 1).failed(2),
            Operation.append("c", "k", "v", 1).unknown(2),
            Operation.delete("c", "k", -5).answered(false, 2),
            Operation.cas("c", "k", Optional.empty(), "v", 1).answered(true, 1),
            Operation.cas("c", "k", Optional.of("x"), "v", 1));
    assertThat(read(written(lines))).isEqualTo(lines);
  }

  @Test
  void lineIsOneObjectWithTheAgreedFields() throws IOException {
    Operation cas = Operation.cas("3", "k", Optional.empty(), "3.1", 10).answered(true, 20);
    assertThat(written(List.of(cas)))
        .isEqualTo(
            "{\"client\":\"3\",\"op\":\"cas\",\"key\":\"k\",\"value\":\"3.1\",\"expect\":null,"
                + "\"output\":true,\"call\":10,\"return\":20,\"status\":\"ok\"}\n");
    assertThat(written(List.of(Operation.get("3", "k", 10))))
        .isEqualTo(
            "{\"client\":\"3\",\"op\":\"get\",\"key\":\"k\","
                + "\"call\":10,\"return\":null,\"status\":\"unknown\"}\n");
  }

  @Test
  void clientsMayBeNumbersAndUnknownFieldsAreIgnored() throws IOException {
    String line =
        "{\"op\":\"put\",\"client\":7,\"key\":\"k\",\"value\":\"v\",\"output\":null,\"node\":[1],"
            + "\"call\":1,\"return\":2,\"status\":\"ok\"}";
    assertThat(read(line)).containsExactly(Operation.put("7", "k", "v", 1).done(2));
    assertThat(read(line + "\r\n" + line)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"op\":\"put\"|not JSON",
        "[]|not a JSON object",
        "{\"op\":\"put\"} {}|status: missing",
        "{\"op\":\"mul\",\"status\":\"ok\"}|op: \"mul\" is none of",
        "{\"op\":\"init\",\"key\":\"k\"}|value: missing",
        "{\"op\":\"init\",\"key\":\"k\",\"key\":\"l\",\"value\":\"v\"}|not JSON: Duplicate",
        "{\"op\":\"init\",\"key\":\"k\",\"value\":\"v\"} {}|more than one object",
        "{\"op\":\"init\",\"key\":1,\"value\":\"v\"}|key: not a string",
        "{\"op\":\"fault\",\"what\":\"x\",\"call\":1.5,\"return\":2}|call: ",
        "{\"op\":\"get\",\"client\":1,\"key\":\"k\",\"call\":1,\"return\":2,\"status\":\"ok\"}"
            + "|output: missing",
        "{\"op\":\"get\",\"client\":1,\"key\":\"k\",\"call\":3,\"return\":2,\"status\":\"unknown\"}"
            + "|return not before its call",
        "{\"op\":\"put\",\"client\":1,\"key\":\"k\",\"value\":\"v\",\"call\":3,\"return\":null,"
            + "\"status\":\"ok\"}|put: needs return",
        "{\"op\":\"get\",\"client\":{},\"key\":\"k\",\"call\":3,\"return\":4,\"status\":\"fail\"}"
            + "|client: not a number or string"
      })
  void badLineIsNamedByItsNumber(String line, String reason) {
    String good = "{\"op\":\"init\",\"key\":\"k\",\"value\":\"v\"}\n";
    assertThatThrownBy(() -> read(good + good + line + "\n" + good))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageStartingWith("line 3: ")
        .hasMessageContaining(reason);
  }

  @Test
  void emptyLineIsBad() {
    assertThatThrownBy(() -> read("\n")).hasMessageStartingWith("line 1: ");
  }

  @Test
  void lineThatNeverEndsIsBad() {
    String endless = "{\"op\":\"" + "x".repeat(HistoryReader.LINE_CHARS_MAX) + "\"}";
    assertThatThrownBy(() -> read(endless)).hasMessageStartingWith("line 1: longer than ");
  }
}

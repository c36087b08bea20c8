package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scripts in, full protocol traces out: a change of what replicas say to each other shows up as a
 * change of a text. A file is paragraphs of commands, each followed by a line of dashes and by what
 * was said; {@code -Dflotilla.traces.rewrite=true} writes the present answers into the files.
 */
final class TraceTest {
  private static final Path TRACES = Path.of("src/test/resources/traces");
  private static final String DASHES = "----";

  static Stream<String> traces() throws IOException {
    try (Stream<Path> files = Files.list(TRACES)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("traces")
  void replicasSayWhatTheTraceHas(String name) throws IOException {
    Path file = TRACES.resolve(name);
    String before = Files.readString(file);
    String after = replayed(before);
    if (Boolean.getBoolean("flotilla.traces.rewrite")) {
      Files.writeString(file, after);
    } else {
      assertThat(after).isEqualTo(before);
    }
  }

  private static String replayed(String text) {
    TraceScript script = new TraceScript();
    StringBuilder out = new StringBuilder();
    for (String paragraph : text.strip().split("\n\n+")) {
      List<String> commands = new ArrayList<>();
      for (String line : paragraph.split("\n")) {
        if (line.equals(DASHES)) {
          break;
        }
        out.append(line).append('\n');
        if (!line.startsWith("#")) {
          commands.add(line);
        }
      }
      if (!commands.isEmpty()) {
        out.append(DASHES).append('\n');
        script.play(commands).forEach(line -> out.append(line).append('\n'));
      }
      out.append('\n');
    }
    return out.toString().stripTrailing() + "\n";
  }
}

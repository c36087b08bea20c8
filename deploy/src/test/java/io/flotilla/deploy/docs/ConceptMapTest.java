package io.flotilla.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.lab.Lab;
import io.flotilla.deploy.cli.CommandTree;
import io.flotilla.deploy.shell.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/concepts.md has all its rows, and whatever a row points at is there. */
final class ConceptMapTest {
  private static final Path DOCS = Path.of("../docs");
  private static final String COMMAND = "flotilla ";

  private final TestSources tests = new TestSources(Path.of(".."));

  ConceptMapTest() throws IOException {}

  @Test
  void everyIdeaHasSomethingToRunToReadOrATest() throws IOException {
    List<MapRow> rows = MapRow.of(DOCS.resolve("concepts.md"));
    assertThat(rows)
        .extracting(MapRow::subject)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 56).mapToObj(Integer::toString).toList());
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.targets()).as(row.subject()).isNotEmpty())
        .allSatisfy(row -> assertThat(row.targets()).as(row.subject()).allMatch(this::isThere));
  }

  private boolean isThere(String target) {
    if (target.startsWith(COMMAND)) {
      return isCommand(List.of(target.substring(COMMAND.length()).split(" ")));
    }
    return target.contains(".md") ? isPage(target) : tests.has(target);
  }

  /** A command that has help; a situation by its name. */
  private static boolean isCommand(List<String> words) {
    if (words.get(0).equals("lab")) {
      return Lab.find(words.get(1)).isPresent();
    }
    boolean hasSubcommand = words.get(0).equals("ctl");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    CommandTree tree =
        new CommandTree(new Shell(InputStream.nullInputStream(), out, out, Map.of(), false));
    int exit =
        hasSubcommand
            ? tree.run(words.get(0), words.get(1), "--help")
            : tree.run(words.get(0), "--help");
    String help = bytes.toString(StandardCharsets.UTF_8);
    return exit == 0
        && words.stream().filter(word -> word.startsWith("--")).allMatch(help::contains);
  }

  private static boolean isPage(String target) {
    String[] parts = target.split("#", -1);
    Path page = DOCS.resolve(parts[0]);
    if (!Files.isRegularFile(page)) {
      return false;
    }
    return parts.length == 1 || headings(page).contains(parts[1]);
  }

  private static List<String> headings(Path page) {
    try {
      return Files.readAllLines(page).stream()
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT).replace(' ', '-'))
          .toList();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}

package io.flotilla.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.deploy.shell.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shell sees of a command that does not get as far as a cluster. */
final class CommandTreeTest {
  @TempDir Path temp;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gett key",
        "get",
        "get a b",
        "get a --timeout soon",
        "get a --timeout 0s",
        "get a --timeout 2h",
        "get a --endpoints nowhere",
        "put a",
        "cas a b",
        "cas a b c --absent",
        "scan --limit 0",
        "scan -o xml",
        "ctl",
        "ctl jump",
        "ctl join 1",
        "ctl move x 1",
        "init",
        "init --controllers 1",
        "init --controllers 1=127.0.0.1:1,1=127.0.0.1:2",
        "init --controllers 1=127.0.0.1:1 --shards 100",
        "import nothing.tsv",
        "import nothing",
        "check nothing.jsonl",
        "sim --seeds x",
        "sim --seeds 5-4",
        "sim --trace",
        "lab figure-9",
        "lab spof --policy all",
        "lab split-brain --policy most",
        "doctor --config nothing.yaml",
        "server --config nothing.yaml",
        "server",
        "playground --replicas 4",
        "playground --nodes 0",
        "playground --groups 0",
        "playground --shards 3",
        "playground --base-port 65400",
        "playground --in-process --demo",
        "playground --exit",
        "bench --workload x --concurrency 1 --seconds 1",
        "bench --workload put --concurrency 0 --seconds 1",
        "bench --workload put --concurrency 1"
      })
  void wrongUseIsCode2WithOneLine(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
    assertThat(err()).startsWith("flotilla: ").hasLineCount(1);
    assertThat(out()).isEmpty();
  }

  @Test
  void anUnknownSituationIsAnsweredWithTheOnesThereAre() {
    assertThat(run("lab", "figure-9")).isEqualTo(2);
    assertThat(err())
        .hasLineCount(1)
        .contains(
            "spof, split-brain, split-vote, logs-a, logs-b, figure-8, minority-leader, duplicate,"
                + " timeouts");
  }

  @Test
  void labAloneListsItsSituationsAndLabWithANameTellsOne() {
    assertThat(run("lab")).isZero();
    assertThat(out()).hasLineCount(10).contains("split-brain  ");
    assertThat(run("lab", "split-brain", "--policy=all")).isZero();
    assertThat(out()).contains("policy 'all'").doesNotContain("policy 'any'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "get --help", "ctl --help", "ctl join --help", "import -h"})
  void everyLevelHasHelp(String line) {
    assertThat(run(line.split(" "))).isZero();
    assertThat(out()).contains("Usage: flotilla");
    assertThat(err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"get % k", "put % -- -k -v", "put % k -", "ctl status %", "scan %", "export %"})
  void aClusterThatIsNotThereIsCode3(String line) throws IOException {
    String all = line.replace("%", "--timeout 200ms --endpoints " + nobody());
    assertThat(run(all.split(" "))).isEqualTo(3);
    assertThat(err()).startsWith("flotilla: ").hasLineCount(1);
  }

  @Test
  void limitsAreCheckedBeforeAnythingIsSent() throws IOException {
    assertThat(run("get", "--endpoints", nobody(), "")).isEqualTo(2);
    assertThat(run("put", "--endpoints", nobody(), "k".repeat(4097), "v")).isEqualTo(2);
  }

  @Test
  void endpointsComeFromTheEnvironment() {
    assertThat(runWith(Map.of("FLOTILLA_ENDPOINTS", "no-address"), "get", "k")).isEqualTo(2);
    assertThat(err()).contains("no-address");
  }

  @Test
  void badLineIsNamedByNumberBeforeItIsSent() throws IOException {
    Path file = Files.writeString(temp.resolve("x.jsonl"), "{\"key\":\"a\"}\n");
    assertThat(run("import", file.toString(), "--endpoints", nobody())).isEqualTo(2);
    assertThat(err()).contains("x.jsonl:1: no value; 0 records before it were imported");
  }

  @Test
  void stackTraceOnlyOnDemand() throws IOException {
    assertThat(run("get", "k", "--debug", "--timeout", "100ms", "--endpoints", nobody()))
        .isEqualTo(3);
    assertThat(err()).contains("\tat ");
  }

  @Test
  void drillThatCannotBeHeldIsRefusedInOneLine() {
    assertThat(run("drill", "wipe-node")).isEqualTo(2);
    assertThat(err()).contains("needs the placement of replicas").hasLineCount(1);
    assertThat(run("drill", "earthquake")).isEqualTo(2);
    assertThat(err()).contains("there is no drill 'earthquake': choose one of join-leave, move-");
    assertThat(run("drill", "pause", "--seconds", "-1")).isEqualTo(2);
    assertThat(err()).contains("--seconds must be above 0").hasLineCount(1);
    assertThat(run("drill", "join-leave", "--endpoints", "nonsense")).isEqualTo(2);
    assertThat(err()).contains("'nonsense' is not host:port").hasLineCount(1);
  }

  @Test
  void completionKnowsTheCommands() {
    assertThat(run("generate-completion")).isZero();
    assertThat(out()).contains("complete").contains("scan");
  }

  private int run(String... arguments) {
    return runWith(Map.of(), arguments);
  }

  private int runWith(Map<String, String> env, String... arguments) {
    out.reset();
    err.reset();
    Shell shell =
        new Shell(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            env,
            false);
    return new CommandTree(shell).run(arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** An address where nobody listens. */
  private static String nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}

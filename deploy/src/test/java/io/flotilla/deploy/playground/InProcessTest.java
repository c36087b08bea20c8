package io.flotilla.deploy.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.deploy.cli.CommandTree;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Shell;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a cluster that runs in this process, on real disks and sockets. */
final class InProcessTest {
  @TempDir static Path temp;

  private static Playground playground;
  private static Layout layout;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private byte[] in = new byte[0];

  @BeforeAll
  static void start() throws IOException {
    layout = new Layout(3, 2, 3, 16, temp.resolve("cluster").toAbsolutePath(), Ports.base(3));
    playground = new Playground(layout, new InProcessServers(layout, Shell.real()), false);
    playground.start();
  }

  @AfterAll
  static void stop() {
    playground.close();
  }

  @Test
  void valuesComeBackByteForByte() {
    in = new byte[] {0, (byte) 0xff, '\n', 'x'};
    assertThat(run("put", "bytes", "-")).isZero();
    assertThat(run("get", "bytes")).isZero();
    assertThat(out.toByteArray()).isEqualTo(in);
  }

  @Test
  void anAnswerOfNoIsCode1() {
    assertThat(run("get", "absent")).isEqualTo(1);
    assertThat(run("delete", "absent")).isEqualTo(1);
    assertThat(run("cas", "absent", "a", "b")).isEqualTo(1);
    assertThat(run("cas", "lock", "--absent", "me")).isZero();
    assertThat(run("cas", "lock", "--absent", "you")).isEqualTo(1);
    assertThat(run("cas", "lock", "me", "you")).isZero();
    assertThat(run("get", "lock")).isZero();
    assertThat(out()).isEqualTo("you");
    assertThat(err()).isEmpty();
  }

  @Test
  void dashesEndOptions() {
    assertThat(run("put", "--", "--key", "-5")).isZero();
    assertThat(run("append", "--", "--key", "-6")).isZero();
    assertThat(run("get", "--", "--key")).isZero();
    assertThat(out()).isEqualTo("-5-6");
  }

  @Test
  void appendPastTheLimitIsCode2AndChangesNothing() {
    in = "v".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    assertThat(run("put", "large", "-")).isZero();
    assertThat(run("append", "large", "x")).isEqualTo(2);
    assertThat(run("get", "large")).isZero();
    assertThat(out.size()).isEqualTo(1 << 20);
  }

  @Test
  void whatIsImportedIsExportedSorted() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      lines.add("{\"key\":\"import/" + (i * 7919) % 3_000 + "\",\"value\":\"v\u00e9 " + i + "\"}");
    }
    lines.add("{\"key_b64\":\"aW1wb3J0L/8=\",\"value_b64\":\"/w==\"}");
    Path file = Files.write(temp.resolve("rows.jsonl"), lines);
    assertThat(run("import", file.toString())).isZero();
    assertThat(err()).contains("imported 3001 records");
    assertThat(run("export", "--prefix", "import/")).isZero();
    assertThat(out().lines().limit(3_000)).isSorted().hasSize(3_000);
    assertThat(out().lines()).containsExactlyInAnyOrderElementsOf(lines);
  }

  @Test
  void badLineStopsTheImportAndSaysWhatWasDone() throws IOException {
    Path file =
        Files.writeString(temp.resolve("bad.tsv"), "bad/1\ta\nbad/2\tb\nno tab\nbad/4\tc\n");
    assertThat(run("import", file.toString())).isEqualTo(2);
    assertThat(err()).contains("bad.tsv:3: no tab").contains("2 records before it were imported");
    assertThat(run("get", "bad/2")).isZero();
    assertThat(run("get", "bad/4")).isEqualTo(1);
  }

  @Test
  void controllerAnswersAndRefuses() {
    assertThat(run("ctl", "status", "-o", "json")).isZero();
    assertThat(out()).contains("\"groups\":[{\"gid\":1,");
    assertThat(run("ctl", "nodes")).isZero();
    assertThat(out().lines()).hasSize(4);
    assertThat(run("ctl", "query", "0")).isZero();
    assertThat(out()).startsWith("map version 0\n");
    assertThat(run("ctl", "move", "3", "99")).isEqualTo(2);
    assertThat(run("ctl", "move", "16", "1")).isEqualTo(2);
    assertThat(run("ctl", "pin", "--", "-1")).isEqualTo(2);
    assertThat(err()).contains("there is no shard -1").hasLineCount(1);
    assertThat(run("ctl", "join", "1", "3,2")).isEqualTo(2);
    assertThat(run("ctl", "leave", "77")).isEqualTo(2);
    assertThat(err()).hasLineCount(1);
  }

  @Test
  void anyReplicaCanBeMadeToLead() {
    for (int gid = 0; gid <= 2; gid++) {
      for (int node = 1; node <= 3; node++) {
        assertThat(run("ctl", "transfer-leader", "" + gid, "" + node)).isZero();
        assertThat(out()).isEqualTo("node " + node + " leads group " + gid + "\n");
      }
    }
    for (String nonsense : List.of("99 1", "1 9", "0 9", "1 0", "1 x", "1")) {
      String[] words = ("ctl transfer-leader " + nonsense).split(" ", -1);
      assertThat(run(words)).as(nonsense).isEqualTo(2);
    }
    assertThat(run("ctl", "transfer-leader", "1", "9")).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains("node 9");
  }

  @Test
  void groupsComeAndGoUnderData() {
    assertThat(run("put", "{moved}", "still here")).isZero();
    assertThat(run("ctl", "join", "9", "1,2,3", "--wait")).isZero();
    assertThat(run("ctl", "query", "-o", "json")).isZero();
    assertThat(out()).contains("\"owner\":9");
    assertThat(run("ctl", "leave", "9", "--wait")).isZero();
    assertThat(run("ctl", "query", "-o", "json")).isZero();
    assertThat(out()).doesNotContain("\"owner\":9");
    assertThat(run("get", "{moved}")).isZero();
    assertThat(out()).isEqualTo("still here");
  }

  @Test
  void anyNodeAloneIsEnoughForAClient() {
    for (String endpoint : layout.endpoints()) {
      assertThat(runAs("put", "through", endpoint, "--endpoints", endpoint)).isZero();
      assertThat(runAs("get", "through", "--endpoints", endpoint)).isZero();
      assertThat(out()).isEqualTo(endpoint);
      assertThat(runAs("ctl", "rebalance", "--endpoints", endpoint)).isZero();
    }
  }

  @Test
  void drillOnAGivenClusterChangesItsConfigurationAndLeavesItsProcessesAlone() throws IOException {
    Path reports = temp.resolve("reports");
    assertThat(run("drill", "move-storm", "--seconds", "1", "--report", reports.toString()))
        .as(this::err)
        .isZero();
    assertThat(out()).startsWith("move-storm: linearizable, ").contains("lost 0, duplicated 0");
    assertThat(reports.resolve("move-storm/history.jsonl")).isNotEmptyFile();
    assertThat(reports.resolve("move-storm/report.json"))
        .content()
        .contains("\"verdict\" : \"linearizable\"");
    assertThat(run("drill", "kill-leaders")).isEqualTo(2);
    assertThat(err()).contains("does not do on a given cluster").hasLineCount(1);
    assertThat(run("scan", "--prefix", "drill-")).isZero();
    assertThat(out()).isEmpty();
  }

  @Test
  void initIsRefusedWhereAClusterIs() {
    String all = "1=%s,2=%s,3=%s".formatted(layout.endpoints().toArray());
    assertThat(runAs("init", "--controllers", all, "--shards", "32")).isEqualTo(2);
    assertThat(err()).contains("already belongs to cluster playground-");
  }

  @Test
  void garbageOnAPortHarmsNobody() throws IOException {
    for (int port : layout.ports()) {
      try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port)) {
        stranger
            .getOutputStream()
            .write("\u0016\u0003garbage\r\n\r\n".repeat(100).getBytes(StandardCharsets.UTF_8));
      } catch (IOException cutOff) {
        // As it should be.
        continue;
      }
    }
    assertThat(run("put", "after", "garbage")).isZero();
  }

  @Test
  void requestsThatNeverEndDoNotKeepTheAdminPortFromAnswering() throws IOException {
    String[] admin = layout.admins().get(0).split(":", 2);
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        Socket stranger = new Socket(admin[0], Integer.parseInt(admin[1]));
        strangers.add(stranger);
        stranger.getOutputStream().write("GET /livez HT".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(new Readiness(layout.admins().get(0)).isReady()).isTrue();
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void secondPlaygroundOnTheSameDirectoryOrPortsIsRefused() {
    Playground same = new Playground(layout, new InProcessServers(layout, Shell.real()), false);
    assertThatThrownBy(same::start)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("in use");
    Layout elsewhere = new Layout(3, 2, 3, 16, temp.resolve("elsewhere"), layout.basePort());
    Playground other =
        new Playground(elsewhere, new InProcessServers(elsewhere, Shell.real()), false);
    assertThatThrownBy(other::start)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is in use");
    other.close();
    assertThat(temp.resolve("cluster/cluster.json")).exists();
  }

  @Test
  void anOldPlaygroundKeepsItsNodes() throws IOException {
    Layout small = new Layout(1, 1, 1, 16, temp.resolve("old"), 30_000);
    Files.createDirectories(small.nodeDir(1));
    Files.writeString(small.configFile(1), small.config(1));
    Layout other = new Layout(2, 1, 1, 16, small.dir(), 30_000);
    try (Playground second =
        new Playground(other, new InProcessServers(other, Shell.real()), false)) {
      assertThatThrownBy(second::start)
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("holds a playground");
    }
    Files.delete(small.nodeDir(1));
    try (Playground third =
        new Playground(small, new InProcessServers(small, Shell.real()), false)) {
      assertThatThrownBy(third::start)
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("node1 is gone");
    }
  }

  @Test
  void serverRefusesALockedDirectoryAndAnotherNodesDirectory() throws IOException {
    int base = Ports.base(3);
    String config = layout.config(1).replace(":" + (layout.basePort() + 1), ":" + (base + 1));
    config = config.replace(":" + (layout.basePort() + 101), ":" + (base + 2));
    config = config.replace(":" + (layout.basePort() + 201), ":" + (base + 3));
    Path file = Files.writeString(temp.resolve("locked.yaml"), config);
    assertThat(runAs("server", "--config", file.toString())).isEqualTo(2);
    assertThat(err()).contains("LOCK").hasLineCount(1);
  }

  @Test
  void logOfARunningNodeIsNotListed() {
    assertThat(runAs("log", layout.nodeDir(1).toString())).isEqualTo(2);
    assertThat(err()).contains("is in use by a running node").hasLineCount(1);
    assertThat(runAs("log", temp.toString())).isEqualTo(2);
    assertThat(err()).contains("is not the data directory of a node").hasLineCount(1);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    int at = List.of("ctl").contains(arguments[0]) ? 2 : 1;
    all.addAll(at, List.of("--endpoints", String.join(",", layout.endpoints())));
    return runAs(all.toArray(new String[0]));
  }

  private int runAs(String... arguments) {
    out.reset();
    err.reset();
    Shell shell =
        new Shell(
            new ByteArrayInputStream(in),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    return new CommandTree(shell).run(arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}

package io.flotilla.deploy.playground;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.cli.CommandTree;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.v1.GroupStatusMessage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, real kills. */
final class ProcessTest {
  private static final Duration END_MAX = Duration.ofSeconds(30);

  /** What is promised is 2 s on a quiet machine; a test must not depend on a quiet one. */
  private static final Duration FAILOVER_MAX = Duration.ofSeconds(20);

  @TempDir Path temp;

  private final List<ProcessHandle> started = new ArrayList<>();

  @AfterEach
  void endWhatWasStarted() {
    started.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void nothingAcknowledgedIsLostWhoeverIsKilled() throws Exception {
    Path dir = temp.resolve("cluster");
    Process playground = start(dir, Ports.base(3));
    JsonNode cluster = served(playground, dir);
    List<ByteString> acknowledged = new ArrayList<>();
    String[] endpoints = texts(cluster.get("endpoints"));
    try (FlotillaClient client = FlotillaClient.connect(endpoints)) {
      put(client, acknowledged, 300);
      int leader = leader(client);
      end(cluster.get("pids").get(leader - 1).asLong());
      long start = System.nanoTime();
      put(client, acknowledged, 300);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(FAILOVER_MAX);
      requireAll(client, acknowledged);
    }

    // Killed, the playground can say nothing to its servers: they must notice by themselves.
    List<ProcessHandle> servers = handles(cluster);
    playground.destroyForcibly().waitFor();
    for (ProcessHandle server : servers) {
      server.onExit().get(END_MAX.toSeconds(), TimeUnit.SECONDS);
    }

    // What was written carries on elsewhere: a directory is whose it is, not where.
    Process again = start(dir, Ports.base(3));
    JsonNode revived = served(again, dir);
    assertThat(texts(revived.get("endpoints"))).doesNotContain(endpoints);
    try (FlotillaClient client = FlotillaClient.connect(texts(revived.get("endpoints")))) {
      requireAll(client, acknowledged);
    }
    servers = handles(revived);
    again.destroy();
    assertThat(again.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(again.exitValue()).isZero();
    assertThat(servers).noneMatch(ProcessHandle::isAlive);
    logsAreListedAndDamageIsNamed(dir.resolve("node1"));
  }

  /** Offline, on what those kills have left. */
  private static void logsAreListedAndDamageIsNamed(Path node) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    CommandTree commands = new CommandTree(shell);
    assertThat(commands.run("log", node.toString(), "--group", "0")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Join[groups=[NewGroup[gid=1, nodes=[1, 2, 3]]", "no-op of a new leader")
        .doesNotContain("NOT DECODED", "Put \"key-");
    assertThat(commands.run("log", node.toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("Put \"key-0\" shard ");

    Path segment = node.resolve("wal/00000000000000000001.log");
    try (FileChannel log = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      log.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 200);
    }
    assertThat(commands.run("log", node.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8).lines().toList())
        .last()
        .asString()
        .startsWith("flotilla: log damaged: wal/00000000000000000001.log at offset 0");
  }

  private Process start(Path dir, int base) throws IOException {
    Files.createDirectories(dir);
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.flotilla.deploy.cli.Flotilla",
                "playground",
                "--dir",
                dir.toString(),
                "--base-port",
                Integer.toString(base),
                "--groups",
                "2",
                "--shards",
                "16")
            .redirectError(temp.resolve("playground.err").toFile())
            .start();
    started.add(process.toHandle());
    return process;
  }

  /** What the playground wrote down; an old file would be gone before any port opened. */
  private JsonNode served(Process playground, Path dir) throws IOException {
    BufferedReader said = playground.inputReader();
    String line = said.readLine();
    assertThat(line)
        .as(() -> "what it said; errors: " + read(temp.resolve("playground.err")))
        .contains("serves");
    JsonNode cluster = new ObjectMapper().readTree(dir.resolve("cluster.json").toFile());
    started.addAll(handles(cluster));
    return cluster;
  }

  private static void put(FlotillaClient client, List<ByteString> acknowledged, int count) {
    List<CompletableFuture<Void>> puts = new ArrayList<>();
    List<ByteString> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ByteString key = ByteString.copyFromUtf8("key-" + (acknowledged.size() + i));
      keys.add(key);
      puts.add(client.put(key, key));
    }
    puts.forEach(CompletableFuture::join);
    acknowledged.addAll(keys);
  }

  private static void requireAll(FlotillaClient client, List<ByteString> acknowledged) {
    for (ByteString key : acknowledged) {
      assertThat(client.get(key).join()).contains(key);
    }
  }

  private static int leader(FlotillaClient client) {
    return client.admin().status().join().getGroupsList().stream()
        .max(Comparator.comparingInt(GroupStatusMessage::getShards))
        .orElseThrow()
        .getLeader();
  }

  private static void end(long pid) throws Exception {
    ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
    server.destroyForcibly();
    server.onExit().get(END_MAX.toSeconds(), TimeUnit.SECONDS);
  }

  private static List<ProcessHandle> handles(JsonNode cluster) {
    List<ProcessHandle> handles = new ArrayList<>();
    cluster.get("pids").forEach(pid -> ProcessHandle.of(pid.asLong()).ifPresent(handles::add));
    return handles;
  }

  private static String[] texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts.toArray(new String[0]);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException missing) {
      return "";
    }
  }
}

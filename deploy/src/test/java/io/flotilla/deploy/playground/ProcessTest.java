package io.flotilla.deploy.playground;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaClient;
import io.flotilla.v1.GroupStatusMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, real kills. */
final class ProcessTest {
  private static final Duration START_MAX = Duration.ofSeconds(90);
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
  void nothingAcknowledgedIsLostWhoeverIsKilled() throws Exception {
    int base = Ports.base(3);
    Path dir = temp.resolve("cluster");
    Process playground = start(dir, base);
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

    Process again = start(dir, base);
    JsonNode revived = served(again, dir);
    try (FlotillaClient client = FlotillaClient.connect(endpoints)) {
      requireAll(client, acknowledged);
    }
    servers = handles(revived);
    again.destroy();
    assertThat(again.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(again.exitValue()).isZero();
    assertThat(servers).noneMatch(ProcessHandle::isAlive);
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
            .redirectOutput(temp.resolve("playground.out").toFile())
            .redirectError(temp.resolve("playground.err").toFile())
            .start();
    started.add(process.toHandle());
    return process;
  }

  /** What the playground wrote down; an old file would be gone before any port opened. */
  private JsonNode served(Process playground, Path dir) throws Exception {
    Path file = dir.resolve("cluster.json");
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() < deadline) {
      assertThat(playground.isAlive())
          .as(() -> "alive: " + read(temp.resolve("playground.err")))
          .isTrue();
      if (Files.exists(file) && read(temp.resolve("playground.out")).contains("serves")) {
        JsonNode cluster = new ObjectMapper().readTree(file.toFile());
        started.addAll(handles(cluster));
        return cluster;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("the playground does not serve");
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

package io.flotilla.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.deploy.config.ServerConfig.Role;
import io.flotilla.raft.RaftConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration is read to the letter, or refused with the place of the fault. */
final class ConfigReaderTest {
  private static final String GOOD =
      """
      cluster: demo
      node:
        id: 2
        dir: %s
        roles: [controller, data]
      listen:
        client: 127.0.0.1:7102
        peer: 127.0.0.1:7302
        admin: 127.0.0.1:7202
      controllers:
        - 1=127.0.0.1:7101
        - 2=127.0.0.1:7102
      raft: {heartbeat: 50ms, election: 200ms-400ms}
      limits: {checkpoint-log: 8MiB}
      """;

  @TempDir Path temp;

  @Test
  void readsEveryPart() throws Exception {
    ServerConfig config = read(good());
    assertThat(config.node()).isEqualTo(2);
    assertThat(config.dir()).isEqualTo(temp.resolve("data"));
    assertThat(config.roles()).containsExactly(Role.CONTROLLER, Role.DATA);
    assertThat(config.listen().peer()).hasToString("127.0.0.1:7302");
    assertThat(config.controllerAddresses()).containsExactly("127.0.0.1:7101", "127.0.0.1:7102");
    assertThat(config.raft().heartbeatNanos()).isEqualTo(50_000_000);
    assertThat(config.raft().electionMaxNanos()).isEqualTo(400_000_000);
    assertThat(config.raft().checkpointLogBytes()).isEqualTo(8 << 20);
    assertThat(config.raft().tailBytes()).isEqualTo(RaftConfig.DEFAULT.tailBytes());
  }

  @Test
  void optionsWinOverVariablesAndVariablesOverTheFile() throws Exception {
    Path file = write(good());
    Map<String, String> env = Map.of("FLOTILLA_NODE_ZONE", "a", "FLOTILLA_CLUSTER", "by-variable");
    ServerConfig config = ConfigReader.read(file, env, List.of("cluster=by-option"));
    assertThat(config.zone()).isEqualTo("a");
    assertThat(config.cluster()).isEqualTo("by-option");
  }

  @Test
  void listsCanBeGivenByOption() throws Exception {
    ServerConfig config =
        ConfigReader.read(
            write(good()), Map.of(), List.of("controllers=2=127.0.0.1:1,3=127.0.0.1:2"));
    assertThat(config.controllerAddresses()).containsExactly("127.0.0.1:1", "127.0.0.1:2");
  }

  @Test
  void endpointsOfClientsAreNotOurs() throws Exception {
    ServerConfig config =
        ConfigReader.read(write(good()), Map.of("FLOTILLA_ENDPOINTS", "nonsense"), List.of());
    assertThat(config.node()).isEqualTo(2);
  }

  @Test
  void unknownKeyIsNamedWithItsLineAndTheNearestKnownOne() {
    refused(good().replace("heartbeat", "heartbeet"), ":13: unknown key 'raft.heartbeet'")
        .hasMessageContaining("'raft.heartbeat'");
  }

  @Test
  void unknownVariableAndOptionAreRefused() throws Exception {
    Path file = write(good());
    assertThatThrownBy(() -> ConfigReader.read(file, Map.of("FLOTILLA_NODE_IT", "1"), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("FLOTILLA_NODE_ID");
    assertThatThrownBy(() -> ConfigReader.read(file, Map.of(), List.of("node.di=1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("node.di");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id: 2|id: two|:3: 'node.id' must be a whole number, not text",
        "id: 2|id: 0|:3: 'node.id' must be at least 1",
        "id: 2|id: 2.5|:3: 'node.id' must be a whole number, not a number",
        "cluster: demo|cluster: [demo]|:1: 'cluster' must be text, not a list",
        "cluster: demo|cluster:|:1: 'cluster' must be text, not nothing",
        "7102|70000|'127.0.0.1:70000' is not host:port",
        "7102|0|'127.0.0.1:0' is not host:port",
        "7302|7102|share port 7102",
        "50ms|50|:13: 'raft.heartbeat' must be a duration as in 100ms, not a number",
        "50ms|50min|:13: '50min' is not a duration",
        "200ms-400ms|200ms|must be a range",
        "200ms-400ms|100ms-400ms|3 times 'raft.heartbeat'",
        "200ms-400ms|400ms-200ms|must grow",
        "8MiB|8MB|:14: 'limits.checkpoint-log' must be a size",
        "- 1=|- 2=|node 2 stands twice",
        "7101|7102|stands twice",
        "- 2=127.0.0.1:7102|- 3=127.0.0.1:7103|node 2 has the controller role",
        "data]|data, data]|stands twice",
        "data]|king]|'king' is not a role",
        "client: 127.0.0.1|client: 10.0.0.1|without TLS",
        "cluster: demo|cluster: {name: x}|:1: 'cluster' must be text, not a section",
        "cluster: demo|raft: 5|:1: 'raft' is a section",
        "cluster: demo|cluster: ]|not YAML"
      })
  void faultIsRefusedInOneLine(String from, String to, String message) {
    refused(good().replaceFirst(from, to), message);
  }

  @Test
  void duplicateKeyIsRefused() {
    refused(good() + "cluster: twice\n", ":15: duplicate key 'cluster'");
  }

  @Test
  void tlsIsRefusedBecauseItIsNotThereYet() {
    refused(good() + "tls: {cert: x}\n", "not available in this version");
  }

  @Test
  void missingKeyAndMissingFileAreRefused() {
    refused("cluster: demo\n", "'node.id' is missing");
    assertThatThrownBy(() -> ConfigReader.read(temp.resolve("none.yaml"), Map.of(), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void emptyFileIsRefused() {
    refused("", "the file is empty");
  }

  @Test
  void directoryMustBeAbsoluteRealAndWritable() throws Exception {
    refused(good().replace(temp.toString() + "/", ""), "must be an absolute path");
    Files.createDirectory(temp.resolve("real"));
    Files.createSymbolicLink(temp.resolve("data"), temp.resolve("real"));
    refused(good(), "is a symbolic link");
    Files.delete(temp.resolve("data"));
    Files.writeString(temp.resolve("data"), "");
    refused(good(), "is not a directory");
  }

  @Test
  void insecureAllowsEveryAddressWithANameForOthers() throws Exception {
    String open =
        good().replace("client: 127.0.0.1", "client: 0.0.0.0") + "insecure: true\nadvertise: %s\n";
    refused(open.replace("advertise: %s\n", ""), "set 'advertise.client'");
    ServerConfig config = read(open.replace("%s", "{client: 'box:7102'}"));
    assertThat(config.advertised().client()).isEqualTo("box:7102");
  }

  @Test
  void everyMessageIsOneLine() {
    refused("cluster: [\n", "").message().doesNotContain("\n");
  }

  private String good() {
    return GOOD.formatted(temp.resolve("data"));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(temp.resolve("node.yaml"), text);
  }

  private ServerConfig read(String text) throws Exception {
    return ConfigReader.read(write(text), Map.of(), List.of());
  }

  private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
      String text, String message) {
    return assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}

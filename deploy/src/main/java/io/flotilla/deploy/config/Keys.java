package io.flotilla.deploy.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Every key there is, and what it holds. */
enum Keys {
  CLUSTER("cluster", Kind.TEXT),
  NODE_ID("node.id", Kind.NUMBER),
  NODE_DIR("node.dir", Kind.TEXT),
  NODE_ZONE("node.zone", Kind.TEXT),
  NODE_ROLES("node.roles", Kind.LIST),
  LISTEN_CLIENT("listen.client", Kind.TEXT),
  LISTEN_PEER("listen.peer", Kind.TEXT),
  LISTEN_ADMIN("listen.admin", Kind.TEXT),
  ADVERTISE_CLIENT("advertise.client", Kind.TEXT),
  ADVERTISE_PEER("advertise.peer", Kind.TEXT),
  CONTROLLERS("controllers", Kind.LIST),
  HEARTBEAT("raft.heartbeat", Kind.DURATION),
  ELECTION("raft.election", Kind.RANGE),
  PROFILE("raft.profile", Kind.TEXT),
  UNCOMMITTED("limits.uncommitted", Kind.SIZE),
  LOG_TAIL("limits.log-tail", Kind.SIZE),
  CHECKPOINT_LOG("limits.checkpoint-log", Kind.SIZE),
  WAITING_READS("limits.waiting-reads", Kind.NUMBER),
  DISK_RESERVE("limits.disk-reserve", Kind.SIZE),
  TLS_CERT("tls.cert", Kind.TEXT),
  TLS_KEY("tls.key", Kind.TEXT),
  TLS_CA("tls.ca", Kind.TEXT),
  INSECURE("insecure", Kind.FLAG);

  private static final String VARIABLE_PREFIX = "FLOTILLA_";

  private final String path;
  private final Kind kind;

  Keys(String path, Kind kind) {
    this.path = path;
    this.kind = kind;
  }

  /** What a key holds, as YAML sees it. */
  enum Kind {
    TEXT("text", Setting.Shape.TEXT),
    NUMBER("a whole number", Setting.Shape.NUMBER),
    FLAG("true or false", Setting.Shape.FLAG),
    LIST("a list", Setting.Shape.LIST),
    DURATION("a duration as in 100ms", Setting.Shape.TEXT),
    RANGE("a range of durations as in 400ms-800ms", Setting.Shape.TEXT),
    SIZE("a size as in 64MiB", Setting.Shape.TEXT);

    private final String form;
    private final Setting.Shape shape;

    Kind(String form, Setting.Shape shape) {
      this.form = form;
      this.shape = shape;
    }

    String form() {
      return form;
    }

    boolean takes(Setting.Shape found) {
      return found == shape || found == Setting.Shape.RAW;
    }
  }

  String path() {
    return path;
  }

  Kind kind() {
    return kind;
  }

  /** The variable that overrides the key. */
  String variable() {
    return VARIABLE_PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  static Optional<Keys> of(String path) {
    return List.of(values()).stream().filter(key -> key.path.equals(path)).findFirst();
  }

  /** Whether {@code path} is a section, as {@code node} is. */
  static boolean isSection(String path) {
    return List.of(values()).stream().anyMatch(key -> key.path.startsWith(path + "."));
  }

  /** The key or section that was probably meant. */
  static String nearest(String path) {
    return Spelling.nearest(
        path,
        List.of(values()).stream()
            .flatMap(key -> key.path.contains(".") ? sectionAnd(key) : List.of(key.path).stream())
            .distinct()
            .toList());
  }

  static String nearestVariable(String name) {
    return Spelling.nearest(name, List.of(values()).stream().map(Keys::variable).toList());
  }

  private static Stream<String> sectionAnd(Keys key) {
    return List.of(key.path.substring(0, key.path.indexOf('.')), key.path).stream();
  }
}

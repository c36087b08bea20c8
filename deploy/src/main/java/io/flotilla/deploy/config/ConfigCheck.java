package io.flotilla.deploy.config;

import io.flotilla.deploy.config.ServerConfig.Advertised;
import io.flotilla.deploy.config.ServerConfig.Listen;
import io.flotilla.deploy.config.ServerConfig.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns settings into a configuration that makes sense, or says what does not. */
final class ConfigCheck {
  private static final HostPort CLIENT_DEFAULT = new HostPort("127.0.0.1", 7101);
  private static final HostPort PEER_DEFAULT = new HostPort("127.0.0.1", 7301);
  private static final HostPort ADMIN_DEFAULT = new HostPort("127.0.0.1", 7201);
  private static final long DISK_RESERVE_DEFAULT = 64L << 20;

  private final Settings settings;

  ConfigCheck(Settings settings) {
    this.settings = settings;
  }

  ServerConfig config() throws ConfigException {
    refuseTls();
    int node = settings.number(Keys.NODE_ID, settings.need(Keys.NODE_ID), 1);
    Path dir = dir(settings.need(Keys.NODE_DIR));
    List<Role> roles = roles();
    Listen listen = listen();
    return new ServerConfig(
        settings.text(Keys.CLUSTER, ""),
        node,
        dir,
        settings.text(Keys.NODE_ZONE, ""),
        roles,
        listen,
        new Advertised(
            advertised(Keys.ADVERTISE_CLIENT, listen.client()),
            advertised(Keys.ADVERTISE_PEER, listen.peer())),
        controllers(node, roles),
        new RaftSettings(settings).config(),
        settings.bytes(Keys.DISK_RESERVE, DISK_RESERVE_DEFAULT));
  }

  private void refuseTls() throws ConfigException {
    for (Keys key : List.of(Keys.TLS_CERT, Keys.TLS_KEY, Keys.TLS_CA)) {
      Optional<Setting> found = settings.find(key);
      if (found.isPresent()) {
        throw found
            .get()
            .wrong(
                "'%s': TLS is not available in this version; remove the tls section", key.path());
      }
    }
  }

  private static Path dir(Setting found) throws ConfigException {
    if (found.text().isBlank()) {
      throw found.wrong("'node.dir' is empty");
    }
    Path dir = Path.of(found.text());
    if (!dir.isAbsolute()) {
      throw found.wrong("'node.dir' must be an absolute path, not '%s'", dir);
    }
    if (Files.isSymbolicLink(dir)) {
      throw found.wrong("'node.dir' %s is a symbolic link; name the directory itself", dir);
    }
    if (Files.exists(dir) && !Files.isDirectory(dir)) {
      throw found.wrong("'node.dir' %s is not a directory", dir);
    }
    Path existing = dir;
    while (!Files.exists(existing)) {
      existing = Optional.ofNullable(existing.getParent()).orElse(Path.of("/"));
    }
    if (!Files.isWritable(existing)) {
      throw found.wrong("'node.dir' %s is not writable", dir);
    }
    return dir;
  }

  private List<Role> roles() throws ConfigException {
    Optional<Setting> found = settings.find(Keys.NODE_ROLES);
    if (found.isEmpty()) {
      return List.of(Role.CONTROLLER, Role.DATA);
    }
    List<Role> roles = new ArrayList<>();
    for (String name : settings.list(Keys.NODE_ROLES)) {
      Role role =
          switch (name.toLowerCase(Locale.ROOT)) {
            case "controller" -> Role.CONTROLLER;
            case "data" -> Role.DATA;
            default -> throw found.get().wrong("'%s' is not a role: controller and data are", name);
          };
      if (roles.contains(role)) {
        throw found.get().wrong("the role '%s' stands twice", name);
      }
      roles.add(role);
    }
    if (roles.isEmpty()) {
      throw found.get().wrong("'node.roles' is empty: controller, data or both");
    }
    return roles;
  }

  private Listen listen() throws ConfigException {
    Listen listen =
        new Listen(
            settings.address(Keys.LISTEN_CLIENT, CLIENT_DEFAULT),
            settings.address(Keys.LISTEN_PEER, PEER_DEFAULT),
            settings.address(Keys.LISTEN_ADMIN, ADMIN_DEFAULT));
    boolean insecure = settings.flag(Keys.INSECURE);
    Map<Integer, Keys> taken = new TreeMap<>();
    claim(taken, Keys.LISTEN_CLIENT, listen.client(), insecure);
    claim(taken, Keys.LISTEN_PEER, listen.peer(), insecure);
    claim(taken, Keys.LISTEN_ADMIN, listen.admin(), insecure);
    return listen;
  }

  private void claim(Map<Integer, Keys> taken, Keys key, HostPort address, boolean insecure)
      throws ConfigException {
    String where = settings.find(key).map(Setting::where).orElse("default");
    Keys other = taken.putIfAbsent(address.port(), key);
    if (other != null) {
      throw new ConfigException(
          where + ": '" + key.path() + "' and '" + other.path() + "' share port " + address.port());
    }
    if (!address.isLoopback() && !insecure) {
      throw new ConfigException(
          where
              + ": '"
              + key.path()
              + "' "
              + address
              + " can be reached from outside without TLS; write 'insecure: true' if that is"
              + " wanted");
    }
  }

  private String advertised(Keys key, HostPort listen) throws ConfigException {
    HostPort address = settings.address(key, listen);
    if (address.isEveryAddress()) {
      throw new ConfigException(
          settings.find(key).map(Setting::where).orElse("default")
              + ": others cannot reach this node at "
              + address
              + "; set '"
              + key.path()
              + "'");
    }
    return address.toString();
  }

  private Map<Integer, HostPort> controllers(int node, List<Role> roles) throws ConfigException {
    Map<Integer, HostPort> controllers = new TreeMap<>();
    Optional<Setting> found = settings.find(Keys.CONTROLLERS);
    for (String each : settings.list(Keys.CONTROLLERS)) {
      Setting setting = found.orElseThrow();
      int equals = each.indexOf('=');
      String id = equals < 1 ? "" : each.substring(0, equals).trim();
      if (!id.matches("[1-9][0-9]{0,8}")) {
        throw setting.wrong("'%s' is not id=host:port (as in 1=127.0.0.1:7101)", each);
      }
      HostPort address = Settings.address(setting, each.substring(equals + 1).trim());
      if (controllers.containsValue(address)) {
        throw setting.wrong("the address %s stands twice in 'controllers'", address);
      }
      if (controllers.put(Integer.parseInt(id), address) != null) {
        throw setting.wrong("node %s stands twice in 'controllers'", id);
      }
    }
    if (controllers.isEmpty() && !roles.contains(Role.CONTROLLER)) {
      throw new ConfigException(
          settings.need(Keys.NODE_ID).where()
              + ": a node without the controller role needs 'controllers' to find its cluster");
    }
    if (found.isPresent() && roles.contains(Role.CONTROLLER) && !controllers.containsKey(node)) {
      throw found
          .get()
          .wrong("node %d has the controller role but is not among 'controllers'", node);
    }
    return controllers;
  }
}

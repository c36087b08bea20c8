package io.flotilla.deploy.config;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a server's configuration: the file, over it the environment, over both the options.
 *
 * <p>Strict, because a setting that is silently ignored is found out on the worst day.
 */
public final class ConfigReader {
  /** Belongs to clients; a machine that has both would otherwise start no server. */
  private static final String CLIENT_VARIABLE = "FLOTILLA_ENDPOINTS";

  private static final String VARIABLE_PREFIX = "FLOTILLA_";

  private ConfigReader() {}

  /**
   * The configuration in {@code file}.
   *
   * @param env the environment
   * @param overrides {@code key=value}, later ones win
   * @throws ConfigException with one line for the operator
   */
  public static ServerConfig read(Path file, Map<String, String> env, List<String> overrides)
      throws ConfigException {
    Map<Keys, Setting> settings = new EnumMap<>(Keys.class);
    settings.putAll(YamlFile.read(file));
    for (Map.Entry<String, String> variable : new TreeMap<>(env).entrySet()) {
      String name = variable.getKey();
      if (name.startsWith(VARIABLE_PREFIX) && !name.equals(CLIENT_VARIABLE)) {
        settings.put(ofVariable(name), Setting.raw(name, variable.getValue()));
      }
    }
    for (String override : overrides) {
      override(settings, override);
    }
    return new ConfigCheck(new Settings(file.toString(), settings)).config();
  }

  private static Keys ofVariable(String name) throws ConfigException {
    Optional<Keys> key =
        List.of(Keys.values()).stream().filter(each -> each.variable().equals(name)).findFirst();
    if (key.isEmpty()) {
      throw new ConfigException(
          "unknown variable '"
              + name
              + "'; the nearest known one is '"
              + Keys.nearestVariable(name)
              + "'");
    }
    return key.get();
  }

  private static void override(Map<Keys, Setting> settings, String override)
      throws ConfigException {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new ConfigException("--set " + override + ": write --set key=value");
    }
    String path = override.substring(0, equals);
    Optional<Keys> key = Keys.of(path);
    if (key.isEmpty()) {
      throw new ConfigException(
          "--set "
              + override
              + ": unknown key '"
              + path
              + "'; the nearest known one is '"
              + Keys.nearest(path)
              + "'");
    }
    settings.put(key.get(), Setting.raw("--set " + path, override.substring(equals + 1)));
  }
}

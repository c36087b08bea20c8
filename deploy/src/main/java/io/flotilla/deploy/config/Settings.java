package io.flotilla.deploy.config;

import io.flotilla.deploy.shell.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings by key, read as what the keys hold. */
final class Settings {
  private static final long KIB = 1L << 10;

  private final String file;
  private final Map<Keys, Setting> settings;

  Settings(String file, Map<Keys, Setting> settings) {
    this.file = file;
    this.settings = settings;
  }

  Optional<Setting> find(Keys key) {
    return Optional.ofNullable(settings.get(key));
  }

  Setting need(Keys key) throws ConfigException {
    Optional<Setting> found = find(key);
    if (found.isEmpty()) {
      throw new ConfigException(file + ":1: the key '" + key.path() + "' is missing");
    }
    return found.get();
  }

  String text(Keys key, String fallback) {
    return find(key).map(Setting::text).orElse(fallback);
  }

  boolean flag(Keys key) throws ConfigException {
    Optional<Setting> found = find(key);
    if (found.isEmpty()) {
      return false;
    }
    return switch (found.get().text()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw found.get().wrong("'%s' must be true or false", key.path());
    };
  }

  int number(Keys key, Setting found, int least) throws ConfigException {
    try {
      int number = Integer.parseInt(found.text());
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException malformed) {
      throw found.wrong("'%s' must be a whole number, not '%s'", key.path(), found.text());
    }
    throw found.wrong("'%s' must be at least %d", key.path(), least);
  }

  int number(Keys key, int least, int fallback) throws ConfigException {
    Optional<Setting> found = find(key);
    return found.isPresent() ? number(key, found.get(), least) : fallback;
  }

  List<String> list(Keys key) {
    Optional<Setting> found = find(key);
    if (found.isEmpty()) {
      return List.of();
    }
    Setting setting = found.get();
    if (setting.shape() != Setting.Shape.RAW) {
      return setting.values();
    }
    String inner = setting.text().trim();
    if (inner.startsWith("[") && inner.endsWith("]")) {
      inner = inner.substring(1, inner.length() - 1).trim();
    }
    return inner.isEmpty() ? List.of() : List.of(inner.split("\\s*,\\s*", -1));
  }

  HostPort address(Keys key, HostPort fallback) throws ConfigException {
    Optional<Setting> found = find(key);
    return found.isPresent() ? address(found.get(), found.get().text()) : fallback;
  }

  static HostPort address(Setting found, String text) throws ConfigException {
    return HostPort.parse(text)
        .orElseThrow(() -> found.wrong("'%s' is not host:port with a port from 1 to 65535", text));
  }

  long nanos(Keys key, long fallback) throws ConfigException {
    Optional<Setting> found = find(key);
    return found.isPresent() ? nanos(found.get(), found.get().text()) : fallback;
  }

  static long nanos(Setting found, String text) throws ConfigException {
    return Durations.parse(text)
        .map(Duration::toNanos)
        .orElseThrow(() -> found.wrong("'%s' is not a duration: %s", text, Durations.FORM));
  }

  long bytes(Keys key, long fallback) throws ConfigException {
    Optional<Setting> found = find(key);
    if (found.isEmpty()) {
      return fallback;
    }
    String text = found.get().text().trim();
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long unit =
        switch (text.substring(digits).trim()) {
          case "B" -> 1;
          case "KiB" -> KIB;
          case "MiB" -> KIB * KIB;
          case "GiB" -> KIB * KIB * KIB;
          default -> 0;
        };
    if (digits == 0 || digits > 9 || unit == 0) {
      throw found
          .get()
          .wrong(
              "'%s' must be a size: a whole number and one of B, KiB, MiB, GiB, not '%s'",
              key.path(), text);
    }
    return Long.parseLong(text.substring(0, digits)) * unit;
  }
}

package io.flotilla.deploy.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.errorprone.annotations.FormatMethod;
import io.flotilla.deploy.config.Setting.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Reads a YAML file into settings; every fault is reported with its line. One thread. */
final class YamlFile {
  private final Path file;
  private final JsonParser yaml;
  private final Map<Keys, Setting> settings = new EnumMap<>(Keys.class);
  private final TreeSet<String> seen = new TreeSet<>();

  private YamlFile(Path file, JsonParser yaml) {
    this.file = file;
    this.yaml = yaml;
  }

  static Map<Keys, Setting> read(Path file) throws ConfigException {
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(file + ": no such file; name the configuration with --config");
    }
    try (InputStream in = Files.newInputStream(file);
        JsonParser yaml = new YAMLFactory().createParser(in)) {
      YamlFile reader = new YamlFile(file, yaml);
      reader.document();
      return reader.settings;
    } catch (JsonProcessingException malformed) {
      String reason = malformed.getOriginalMessage().lines().findFirst().orElse("");
      int line = malformed.getLocation() == null ? 1 : malformed.getLocation().getLineNr();
      throw new ConfigException(file + ":" + line + ": not YAML: " + reason);
    } catch (IOException unreadable) {
      throw new ConfigException(file + ": cannot be read: " + unreadable.getMessage());
    }
  }

  private void document() throws IOException, ConfigException {
    JsonToken first = yaml.nextToken();
    if (first == null) {
      throw wrong("the file is empty; a node needs at least node.id and node.dir");
    }
    if (first != JsonToken.START_OBJECT) {
      throw wrong("keys with values are needed, as in 'node: {id: 1}'");
    }
    section("");
    if (yaml.nextToken() != null) {
      throw wrong("a second document");
    }
  }

  private void section(String prefix) throws IOException, ConfigException {
    while (yaml.nextToken() == JsonToken.FIELD_NAME) {
      String path = prefix + yaml.currentName();
      Optional<Keys> key = Keys.of(path);
      if (key.isEmpty() && !Keys.isSection(path)) {
        throw wrong("unknown key '%s'; the nearest known one is '%s'", path, Keys.nearest(path));
      }
      if (!seen.add(path)) {
        throw wrong("duplicate key '%s'", path);
      }
      JsonToken value = yaml.nextToken();
      if (key.isPresent()) {
        Setting setting = setting(key.get(), value);
        settings.put(key.get(), setting);
      } else if (value == JsonToken.START_OBJECT) {
        section(path + ".");
      } else {
        throw wrong("'%s' is a section with keys of its own, not %s", path, form(value));
      }
    }
  }

  private Setting setting(Keys key, JsonToken value) throws IOException, ConfigException {
    String where = where();
    if (value == JsonToken.START_ARRAY) {
      List<String> values = new ArrayList<>();
      JsonToken next = yaml.nextToken();
      while (next != JsonToken.END_ARRAY) {
        if (next == null || !next.isScalarValue()) {
          throw wrong("'%s' is a list of plain values", key.path());
        }
        values.add(yaml.getText());
        next = yaml.nextToken();
      }
      return typed(key, new Setting(where, Shape.LIST, values), value);
    }
    Shape shape = shape(value);
    if (value == null || !value.isScalarValue() || value == JsonToken.VALUE_NULL) {
      throw wrong("'%s' must be %s, not %s", key.path(), key.kind().form(), form(value));
    }
    return typed(key, new Setting(where, shape, List.of(yaml.getText())), value);
  }

  private Setting typed(Keys key, Setting setting, JsonToken value) throws ConfigException {
    if (!key.kind().takes(setting.shape())) {
      throw setting.wrong("'%s' must be %s, not %s", key.path(), key.kind().form(), form(value));
    }
    return setting;
  }

  private static Shape shape(JsonToken value) {
    return switch (value) {
      case VALUE_NUMBER_INT -> Shape.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> Shape.FLAG;
      default -> Shape.TEXT;
    };
  }

  private static String form(JsonToken value) {
    return switch (value) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_STRING -> "text";
      case VALUE_NULL -> "nothing";
      case START_ARRAY -> "a list";
      case START_OBJECT -> "a section";
      default -> "the end of the file";
    };
  }

  private String where() {
    return file + ":" + yaml.currentTokenLocation().getLineNr();
  }

  @FormatMethod
  private ConfigException wrong(String format, Object... arguments) {
    return new ConfigException(where() + ": " + String.format(format, arguments));
  }
}

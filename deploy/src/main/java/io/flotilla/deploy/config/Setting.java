package io.flotilla.deploy.config;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;

/**
 * What somebody wrote for one key.
 *
 * @param where file and line, or the name of the option or variable
 * @param shape what kind of value it was written as
 * @param values the text of the value; several for a list
 */
record Setting(String where, Shape shape, List<String> values) {
  Setting {
    values = List.copyOf(values);
  }

  /** Options and variables carry plain text; a file says more. */
  enum Shape {
    /** From an option or a variable: becomes what the key needs. */
    RAW,
    NUMBER,
    FLAG,
    TEXT,
    LIST
  }

  static Setting raw(String where, String value) {
    return new Setting(where, Shape.RAW, List.of(value));
  }

  String text() {
    return values.isEmpty() ? "" : values.get(0);
  }

  @FormatMethod
  ConfigException wrong(String format, Object... arguments) {
    return new ConfigException(where + ": " + String.format(format, arguments));
  }
}

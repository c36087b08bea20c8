package io.flotilla.deploy.playground;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The names of characters as this JDK knows them: a real data set that every machine has. */
final class UnicodeNames {
  private UnicodeNames() {}

  /** Code points such as {@code U+00E9} with their names; 30,000 and more. */
  static SortedMap<String, String> all() {
    SortedMap<String, String> names = new TreeMap<>();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      String name = Character.isDefined(point) ? Character.getName(point) : null;
      // Names that are a block and a number were made up by the JDK.
      if (name != null
          && !name.endsWith(" " + Integer.toHexString(point).toUpperCase(Locale.ROOT))) {
        names.put(String.format("U+%04X", point), name);
      }
    }
    return names;
  }
}

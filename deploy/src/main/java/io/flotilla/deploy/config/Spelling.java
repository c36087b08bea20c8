package io.flotilla.deploy.config;

import java.util.Comparator;
import java.util.List;

/** Which known word a misspelt one is nearest to. */
final class Spelling {
  private Spelling() {}

  static String nearest(String word, List<String> known) {
    return known.stream().min(Comparator.comparingInt(each -> distance(word, each))).orElse("");
  }

  /** Insertions, deletions and replacements that make one word of the other. */
  static int distance(String left, String right) {
    int[] above = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] row = new int[right.length() + 1];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = above[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[right.length()];
  }
}

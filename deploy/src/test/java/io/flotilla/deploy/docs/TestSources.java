package io.flotilla.deploy.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every test of the house, by the name of its class, as it stands in the sources. */
final class TestSources {
  private static final List<String> MODULES =
      List.of(
          "common/base",
          "common/client",
          "common/sim",
          "raft",
          "shardctrler",
          "shardkv",
          "bench",
          "deploy");

  private final Map<String, String> sources = new TreeMap<>();

  TestSources(Path root) throws IOException {
    for (String module : MODULES) {
      Path tests = root.resolve(module).resolve("src/test/java");
      if (Files.isDirectory(tests)) {
        try (Stream<Path> files = Files.walk(tests)) {
          files.filter(file -> file.toString().endsWith("Test.java")).forEach(this::add);
        }
      }
    }
  }

  /** Whether {@code target}, a class or {@code Class#method}, is there. */
  boolean has(String target) {
    String[] parts = target.split("#", -1);
    String source = sources.get(parts[0]);
    return source != null
        && (parts.length == 1
            || Pattern.compile("\\bvoid " + Pattern.quote(parts[1]) + "\\(")
                .matcher(source)
                .find());
  }

  private void add(Path file) {
    String name = file.getFileName().toString().replace(".java", "");
    try {
      sources.merge(name, Files.readString(file), String::concat);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

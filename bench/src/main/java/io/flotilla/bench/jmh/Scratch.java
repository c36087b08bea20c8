package io.flotilla.bench.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A directory for files that go with the benchmark. */
final class Scratch {
  /** A loop or a disk has failed: the figures would be of nothing. */
  static final Consumer<Throwable> BROKEN =
      failure -> {
        throw new IllegalStateException("the benchmark's ground has failed", failure);
      };

  private final Path directory;

  Scratch() {
    try {
      directory = Files.createTempDirectory("flotilla-jmh");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  Path directory() {
    return directory;
  }

  void delete() {
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Makes what a benchmark stands on; without it there is nothing to measure. */
  static <T> T made(Callable<T> making) {
    try {
      return making.call();
    } catch (Exception failure) {
      throw new IllegalStateException("the benchmark's ground cannot be made", failure);
    }
  }
}

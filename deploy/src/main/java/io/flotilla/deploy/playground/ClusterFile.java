package io.flotilla.deploy.playground;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** {@code cluster.json}: where a playground that serves is to be found. One thread. */
final class ClusterFile {
  private final Path file;
  private final Path part;

  ClusterFile(Path dir) {
    this.file = dir.resolve("cluster.json");
    this.part = dir.resolve("cluster.json.part");
  }

  /** Whoever finds the file must find a cluster that serves. */
  void remove() throws IOException {
    Files.deleteIfExists(file);
  }

  void write(Layout layout, List<Long> pids) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      texts(json, "endpoints", layout.endpoints());
      texts(json, "admin", layout.admins());
      json.writeArrayFieldStart("pids");
      for (long pid : pids) {
        json.writeNumber(pid);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    text.write('\n');
    Files.write(part, text.toByteArray());
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void texts(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}

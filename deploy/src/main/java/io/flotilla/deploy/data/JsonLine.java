package io.flotilla.deploy.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.Optional;

/**
 * A record as one line of JSON: {@code {"key":..,"value":..}}; bytes that are not UTF-8 stand as
 * base64 under {@code key_b64} and {@code value_b64}.
 */
final class JsonLine {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();

  private JsonLine() {}

  /** Writes one object, without an end of line. */
  static void write(OutputStream out, ByteString key, ByteString value) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      field(json, "key", key);
      field(json, "value", value);
      json.writeEndObject();
    }
    line.writeTo(out);
  }

  /** Reads one line; whatever is not exactly a record is refused. */
  static ImportRecord read(byte[] line) throws BadRecord {
    Optional<ByteString> key = Optional.empty();
    Optional<ByteString> value = Optional.empty();
    try (JsonParser json = JSON.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadRecord("not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          throw new BadRecord("'" + name + "' is not a string");
        }
        switch (name) {
          case "key", "key_b64" -> key = once(key, "key", bytes(name, json.getText()));
          case "value", "value_b64" -> value = once(value, "value", bytes(name, json.getText()));
          default ->
              throw new BadRecord(
                  "unknown field '" + name + "': key or key_b64, value or value_b64 are known");
        }
      }
      if (json.currentToken() != JsonToken.END_OBJECT) {
        throw new BadRecord("the object does not end");
      }
      if (json.nextToken() != null) {
        throw new BadRecord("more than one JSON object");
      }
    } catch (JsonProcessingException malformed) {
      throw new BadRecord("not JSON: " + malformed.getOriginalMessage());
    } catch (IOException unreadable) {
      throw new BadRecord("not UTF-8: " + unreadable.getMessage());
    }
    if (key.isEmpty() || value.isEmpty()) {
      throw new BadRecord(key.isEmpty() ? "no key" : "no value");
    }
    return new ImportRecord(key.get(), value.get());
  }

  private static Optional<ByteString> once(
      Optional<ByteString> before, String name, ByteString found) throws BadRecord {
    if (before.isPresent()) {
      throw new BadRecord("two fields for the " + name);
    }
    return Optional.of(found);
  }

  private static ByteString bytes(String name, String text) throws BadRecord {
    if (!name.endsWith("_b64")) {
      for (int i = 0; i < text.length(); i++) {
        if (isAlone(text, i)) {
          throw new BadRecord("'" + name + "' is not Unicode text: a surrogate stands alone");
        }
      }
      return ByteString.copyFromUtf8(text);
    }
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException malformed) {
      throw new BadRecord("'" + name + "' is not base64");
    }
  }

  /** Half of a character has no bytes: it would be imported as a question mark. */
  private static boolean isAlone(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  private static void field(JsonGenerator json, String name, ByteString bytes) throws IOException {
    if (bytes.isValidUtf8()) {
      json.writeStringField(name, bytes.toStringUtf8());
    } else {
      json.writeStringField(name + "_b64", Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }
  }
}

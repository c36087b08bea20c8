package io.flotilla.sim.history;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The fields of one line by name, and the line they make.
 *
 * <p>A field is a string, a whole number, a boolean or null; which of these it must be is decided
 * by who asks for it, so that the complaint can say what was wanted.
 */
final class LineFields {
  private enum Null {
    NULL
  }

  private final Map<String, Object> fields = new TreeMap<>();

  private LineFields() {}

  static LineFields parse(JsonParser parser) throws IOException {
    LineFields line = new LineFields();
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("not a JSON object");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      line.fields.put(name, scalar(name, parser));
    }
    return line;
  }

  private static Object scalar(String name, JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    return switch (token) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Null.NULL;
      case START_OBJECT, START_ARRAY -> nested(parser);
      default -> throw new IllegalArgumentException(name + ": a kind of value no field has");
    };
  }

  /** A nested value is only ever carried along as meta, so its text is all that is kept. */
  private static MetaLine nested(JsonParser parser) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = HistoryReader.json().createGenerator(text)) {
      copy.copyCurrentStructure(parser);
    }
    return new MetaLine(text.toString());
  }

  HistoryLine toLine() {
    if (!fields.containsKey("op") && fields.get("meta") instanceof MetaLine meta) {
      return meta;
    }
    String op = string("op");
    return switch (op) {
      case "init" -> new InitLine(string("key"), string("value"));
      case "fault" -> new FaultLine(string("what"), time("call"), optionalTime("return"));
      default -> operation(kind(op));
    };
  }

  private Operation operation(OpKind kind) {
    OpStatus status = status(string("status"));
    return new Operation(
        client(),
        kind,
        string("key"),
        kind.carriesValue() ? Optional.of(string("value")) : Optional.empty(),
        kind == OpKind.CAS ? nullableString("expect") : Optional.empty(),
        status == OpStatus.OK ? answer(kind) : Answer.NONE,
        time("call"),
        optionalTime("return"),
        status);
  }

  private Answer answer(OpKind kind) {
    return switch (kind) {
      case PUT, APPEND -> Answer.NONE;
      case GET -> new Answer.Read(nullableString("output"));
      case DELETE, CAS -> Answer.of(flag("output"));
    };
  }

  private static OpKind kind(String word) {
    for (OpKind kind : OpKind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "op: \"" + word + "\" is none of get, put, append, delete, cas, init, fault");
  }

  private static OpStatus status(String word) {
    for (OpStatus status : OpStatus.values()) {
      if (status.word().equals(word)) {
        return status;
      }
    }
    throw new IllegalArgumentException("status: \"" + word + "\" is none of ok, fail, unknown");
  }

  private String client() {
    Object client = field("client");
    if (client instanceof String || client instanceof Long) {
      return client.toString();
    }
    throw new IllegalArgumentException("client: not a number or string");
  }

  private String string(String name) {
    if (field(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(name + ": not a string");
  }

  private Optional<String> nullableString(String name) {
    return field(name) == Null.NULL ? Optional.empty() : Optional.of(string(name));
  }

  private boolean flag(String name) {
    if (field(name) instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException(name + ": not true or false");
  }

  private long time(String name) {
    if (field(name) instanceof Long time) {
      return time;
    }
    throw new IllegalArgumentException(name + ": not a whole number of nanoseconds");
  }

  private OptionalLong optionalTime(String name) {
    return field(name) == Null.NULL ? OptionalLong.empty() : OptionalLong.of(time(name));
  }

  private Object field(String name) {
    Object value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": missing");
    }
    return value;
  }
}

package io.flotilla.sim.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.Flushable;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes a history, one JSON object a line, in the order it is given.
 *
 * <p>Owned by one thread; buffers until {@link #flush}; closing the sink is the owner's. After an
 * {@link IOException} the last line may be torn.
 */
public final class HistoryWriter implements Flushable {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .rootValueSeparator("")
          .build();

  private final JsonGenerator json;

  public HistoryWriter(Writer sink) throws IOException {
    json = JSON.createGenerator(sink);
  }

  /** Adds one line. */
  public void write(HistoryLine line) throws IOException {
    if (line instanceof Operation operation) {
      writeOperation(operation);
    } else if (line instanceof InitLine init) {
      writeInit(init);
    } else if (line instanceof FaultLine fault) {
      writeFault(fault);
    } else if (line instanceof MetaLine meta) {
      writeMeta(meta);
    }
  }

  /** Hands everything written so far to the sink, ended by a line break. */
  @Override
  public void flush() throws IOException {
    json.flush();
  }

  private void writeOperation(Operation operation) throws IOException {
    json.writeStartObject();
    json.writeStringField("client", operation.client());
    json.writeStringField("op", operation.kind().word());
    json.writeStringField("key", operation.key());
    if (operation.kind().carriesValue()) {
      json.writeStringField("value", operation.value().orElseThrow());
    }
    if (operation.kind() == OpKind.CAS) {
      writeNullable("expect", operation.expect());
    }
    if (operation.answer() instanceof Answer.Read read) {
      writeNullable("output", read.value());
    } else if (operation.answer() instanceof Answer.Flag flag) {
      json.writeBooleanField("output", flag.yes());
    }
    json.writeNumberField("call", operation.call());
    writeReturn(operation.returned());
    json.writeStringField("status", operation.status().word());
    endLine();
  }

  private void writeInit(InitLine init) throws IOException {
    json.writeStartObject();
    json.writeStringField("op", "init");
    json.writeStringField("key", init.key());
    json.writeStringField("value", init.value());
    endLine();
  }

  private void writeFault(FaultLine fault) throws IOException {
    json.writeStartObject();
    json.writeStringField("op", "fault");
    json.writeStringField("what", fault.what());
    json.writeNumberField("call", fault.call());
    writeReturn(fault.returned());
    endLine();
  }

  private void writeMeta(MetaLine meta) throws IOException {
    json.writeStartObject();
    json.writeFieldName("meta");
    json.writeRawValue(meta.json());
    endLine();
  }

  private void writeNullable(String name, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    } else {
      json.writeNullField(name);
    }
  }

  private void writeReturn(OptionalLong returned) throws IOException {
    if (returned.isPresent()) {
      json.writeNumberField("return", returned.getAsLong());
    } else {
      json.writeNullField("return");
    }
  }

  private void endLine() throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
  }
}

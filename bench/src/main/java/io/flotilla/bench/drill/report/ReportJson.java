package io.flotilla.bench.drill.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.v1.MoveMessage;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/** A report for programs: one JSON object. */
public final class ReportJson {
  private final JsonGenerator json;
  private final DrillReport report;

  private ReportJson(JsonGenerator json, DrillReport report) {
    this.json = json;
    this.report = report;
  }

  /** Writes {@code report} to {@code sink}, which stays the caller's. */
  public static void write(DrillReport report, Writer sink) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(sink)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      new ReportJson(json, report).write();
      json.writeRaw('\n');
    }
  }

  private void write() throws IOException {
    Analysis seen = report.seen();
    json.writeStartObject();
    json.writeStringField("drill", report.drill());
    json.writeStringField("verdict", report.verdict());
    json.writeStringField("explanation", report.judgement().text());
    json.writeNumberField("seed", report.seed());
    json.writeNumberField("clients", report.clients());
    number("seconds", seen.seconds());
    json.writeNumberField("ops", seen.all().acknowledged());
    number("ops_s", seen.all().acknowledged() / seen.seconds());
    json.writeNumberField("reads", seen.reads());
    json.writeNumberField("errors", seen.all().errors());
    json.writeNumberField("unknown", seen.all().unknown());
    json.writeNumberField("lost", report.audit().lost());
    json.writeNumberField("duplicated", report.audit().duplicated());
    json.writeNumberField("unread", report.audit().unread());
    latencies(seen.all());
    moves();
    faults();
    shards();
    json.writeObjectFieldStart("refusals");
    for (Map.Entry<String, Long> each : report.refusals().entrySet()) {
      json.writeNumberField(each.getKey(), each.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("problems");
    for (String problem : report.problems()) {
      json.writeString(problem);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void latencies(Cost cost) throws IOException {
    number("p50_ms", cost.p50Millis());
    number("p99_ms", cost.p99Millis());
    number("unavailable_ms", cost.unavailableMillis());
    number("without_write_ms", cost.withoutWriteMillis());
  }

  private void moves() throws IOException {
    json.writeArrayFieldStart("moves");
    for (MoveMessage move : report.moves()) {
      json.writeStartObject();
      json.writeNumberField("id", move.getId());
      json.writeNumberField("shard", move.getShard());
      json.writeNumberField("from", move.getFrom());
      json.writeNumberField("to", move.getTo());
      json.writeStringField("phase", move.getPhase());
      json.writeStringField("reason", move.getReason());
      json.writeNumberField("bytes", move.getBytes());
      json.writeNumberField("rows", move.getRows());
      json.writeNumberField("rounds", move.getRounds());
      number("pause_ms", move.getPauseMs());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void faults() throws IOException {
    json.writeArrayFieldStart("faults");
    for (Analysis.FaultCost fault : report.seen().faults()) {
      json.writeStartObject();
      json.writeStringField("what", fault.what());
      number("at_s", fault.atSeconds());
      number("seconds", fault.seconds());
      json.writeNumberField("ops", fault.cost().acknowledged());
      json.writeNumberField("errors", fault.cost().errors());
      json.writeNumberField("unknown", fault.cost().unknown());
      latencies(fault.cost());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void shards() throws IOException {
    json.writeArrayFieldStart("shards");
    for (Analysis.ShardWait shard : report.seen().shards()) {
      json.writeStartObject();
      json.writeNumberField("shard", shard.shard());
      number("unavailable_ms", shard.unavailableMillis());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Microseconds are as exact as anybody needs. */
  private void number(String name, double value) throws IOException {
    json.writeNumberField(name, Math.round(value * 1_000) / 1_000.0);
  }
}

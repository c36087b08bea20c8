package io.flotilla.shardkv.service;

import io.flotilla.shardkv.group.Answer;
import io.flotilla.shardkv.group.Limits;
import io.flotilla.shardkv.group.ScanPage;
import io.flotilla.shardkv.store.Row;
import io.flotilla.v1.AppendResponse;
import io.flotilla.v1.CompareAndSetResponse;
import io.flotilla.v1.DeleteResponse;
import io.flotilla.v1.GetResponse;
import io.flotilla.v1.KeyValue;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.PutIfVersionResponse;
import io.flotilla.v1.PutResponse;
import io.flotilla.v1.ScanResponse;
import java.util.Optional;

/** What the state machine answered, as the client is told. Pure. */
final class Answers {
  private Answers() {}

  static Outcome of(Operation operation, Answer answer) {
    return switch (answer.kind()) {
      case WRITTEN -> written(operation, answer.version());
      case DELETED -> deleted(true);
      case NOT_FOUND -> deleted(false);
      case SWAPPED -> swapped(true, answer.version());
      case NOT_SWAPPED -> swapped(false, answer.version());
      case STORED -> stored(true, answer.version());
      case NOT_STORED -> stored(false, answer.version());
      case KEY_LIMIT -> Refusals.invalid("a key has 1 to " + Limits.KEY_BYTES_MAX + " bytes");
      case VALUE_LIMIT ->
          Refusals.invalid("a value has at most " + Limits.VALUE_BYTES_MAX + " bytes");
    };
  }

  static Outcome got(Optional<Row> row) {
    GetResponse.Builder response = GetResponse.newBuilder();
    row.ifPresent(
        found -> response.setFound(true).setValue(found.value()).setVersion(found.counter()));
    return Outcome.newBuilder().setGet(response).build();
  }

  static Outcome scanned(ScanPage page) {
    ScanResponse.Builder response =
        ScanResponse.newBuilder().setMore(page.more()).addAllCovered(page.covered());
    for (ScanPage.KeyRow each : page.rows()) {
      response.addRows(
          KeyValue.newBuilder()
              .setKey(each.key())
              .setValue(each.row().value())
              .setVersion(each.row().counter()));
    }
    return Outcome.newBuilder().setScan(response).build();
  }

  private static Outcome written(Operation operation, long version) {
    return operation.hasAppend()
        ? Outcome.newBuilder().setAppend(AppendResponse.newBuilder().setVersion(version)).build()
        : Outcome.newBuilder().setPut(PutResponse.newBuilder().setVersion(version)).build();
  }

  private static Outcome deleted(boolean existed) {
    return Outcome.newBuilder().setDelete(DeleteResponse.newBuilder().setExisted(existed)).build();
  }

  private static Outcome swapped(boolean swapped, long version) {
    return Outcome.newBuilder()
        .setCompareAndSet(
            CompareAndSetResponse.newBuilder().setSwapped(swapped).setVersion(version))
        .build();
  }

  private static Outcome stored(boolean stored, long version) {
    return Outcome.newBuilder()
        .setPutIfVersion(PutIfVersionResponse.newBuilder().setStored(stored).setVersion(version))
        .build();
  }
}

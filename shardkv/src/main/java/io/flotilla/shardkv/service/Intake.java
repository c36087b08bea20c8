package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.Limits;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.v1.CompareAndSetRequest;
import io.flotilla.v1.Operation;
import java.util.Optional;

/** Checks what comes from outside and turns it into commands. Pure. */
final class Intake {
  private static final int SCAN_ROWS_MAX = 10_000;
  private static final long REMAINING_NANOS_MAX = 3_600_000_000_000L;

  private Intake() {}

  /** When a call with {@code remainingNanos} left is over; what no caller can mean is cut. */
  static long deadline(long nowNanos, long remainingNanos) {
    return nowNanos + Math.max(0, Math.min(remainingNanos, REMAINING_NANOS_MAX));
  }

  /** Why {@code operation} cannot be served by anybody; empty if it can. */
  static Optional<String> problemOf(Operation operation, int shardCount) {
    if (operation.getShardCount() != shardCount) {
      return Optional.of(
          "the cluster has " + shardCount + " shards, not " + operation.getShardCount());
    }
    int shard = operation.getShard();
    if (shard < 0 || shard >= shardCount) {
      return Optional.of("shard " + shard + " of " + shardCount);
    }
    if (operation.hasScan()) {
      return scanProblem(operation, shardCount);
    }
    ByteString key = keyOf(operation);
    if (key.isEmpty() || key.size() > Limits.KEY_BYTES_MAX) {
      return Optional.of(
          "a key has 1 to " + Limits.KEY_BYTES_MAX + " bytes, this one has " + key.size());
    }
    if (KeySlot.shard(key, shardCount) != shard) {
      return Optional.of("the key is not of shard " + shard);
    }
    if (valueBytes(operation) > Limits.VALUE_BYTES_MAX) {
      return Optional.of("a value has at most " + Limits.VALUE_BYTES_MAX + " bytes");
    }
    if (operation.hasPutIfVersion() && operation.getPutIfVersion().getVersion() < 0) {
      // On the wire it is unsigned; no counter will ever come that far.
      return Optional.of("a version is at most " + Long.MAX_VALUE);
    }
    return opProblem(operation);
  }

  /** The command of a mutation that has no problem. */
  static KvCommand.Mutate command(Operation operation) {
    OpId id =
        operation.hasOp()
            ? new OpId(
                operation.getOp().getSession(),
                operation.getOp().getSeq(),
                operation.getOp().getFirstIncomplete())
            : OpId.NONE;
    return new KvCommand.Mutate(operation.getShard(), id, keyOf(operation), change(operation));
  }

  static boolean isRead(Operation operation) {
    return operation.hasGet() || operation.hasScan();
  }

  static ByteString keyOf(Operation operation) {
    return switch (operation.getRequestCase()) {
      case GET -> operation.getGet().getKey();
      case PUT -> operation.getPut().getKey();
      case APPEND -> operation.getAppend().getKey();
      case DELETE -> operation.getDelete().getKey();
      case COMPARE_AND_SET -> operation.getCompareAndSet().getKey();
      case PUT_IF_VERSION -> operation.getPutIfVersion().getKey();
      case SCAN, REQUEST_NOT_SET -> ByteString.EMPTY;
    };
  }

  private static Optional<String> scanProblem(Operation operation, int shardCount) {
    int limit = operation.getScan().getLimit();
    if (limit < 1 || limit > SCAN_ROWS_MAX) {
      return Optional.of("a scan's limit is 1 to " + SCAN_ROWS_MAX);
    }
    if (operation.getScan().getShardsCount() > shardCount) {
      return Optional.of("more shards than there are");
    }
    boolean isInRange =
        operation.getScan().getShardsList().stream()
            .allMatch(shard -> shard >= 0 && shard < shardCount);
    return isInRange ? Optional.empty() : Optional.of("a shard out of range");
  }

  private static Optional<String> opProblem(Operation operation) {
    if (!operation.hasOp()) {
      return Optional.empty();
    }
    boolean isSound =
        operation.getOp().getSession() > 0
            && operation.getOp().getSeq() > 0
            && operation.getOp().getFirstIncomplete() > 0
            && operation.getOp().getSeq() - operation.getOp().getFirstIncomplete()
                < Limits.OUTSTANDING_MAX;
    return isSound ? Optional.empty() : Optional.of("an operation id out of range");
  }

  private static int valueBytes(Operation operation) {
    return switch (operation.getRequestCase()) {
      case PUT -> operation.getPut().getValue().size();
      case APPEND -> operation.getAppend().getValue().size();
      case COMPARE_AND_SET ->
          Math.max(
              operation.getCompareAndSet().getValue().size(),
              operation.getCompareAndSet().getPresent().size());
      case PUT_IF_VERSION -> operation.getPutIfVersion().getValue().size();
      default -> 0;
    };
  }

  private static Change change(Operation operation) {
    return switch (operation.getRequestCase()) {
      case PUT -> new Change.Put(operation.getPut().getValue());
      case APPEND -> new Change.Append(operation.getAppend().getValue());
      case DELETE -> new Change.Delete();
      case COMPARE_AND_SET -> compareAndSet(operation.getCompareAndSet());
      case PUT_IF_VERSION ->
          new Change.PutIfVersion(
              operation.getPutIfVersion().getVersion(), operation.getPutIfVersion().getValue());
      default -> throw new AssertionError("no change: " + operation.getRequestCase());
    };
  }

  private static Change compareAndSet(CompareAndSetRequest request) {
    Optional<ByteString> expected =
        request.getExpectedCase() == CompareAndSetRequest.ExpectedCase.PRESENT
            ? Optional.of(request.getPresent())
            : Optional.empty();
    return new Change.CompareAndSet(expected, request.getValue());
  }
}

package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpKind;
import java.util.Arrays;
import java.util.List;

/**
 * When each value of a {@link ValueGraph} was there, as far as calls and returns of its chain tell.
 */
final class ValueWindows {
  private final ValueGraph graph;
  private final long[] writerReturned;
  private final long[] writtenAfter;
  private final long[] seenAfter;
  private final long[] writtenBefore;

  ValueWindows(ValueGraph graph, int valueCount) {
    this.graph = graph;
    writerReturned = new long[valueCount];
    Arrays.fill(writerReturned, KeyOp.OPEN);
    for (int value = 0; value < valueCount; value++) {
      if (graph.isWritten(value)) {
        writerReturned[value] = graph.writer(value).returned();
      }
    }
    writtenAfter = new long[valueCount];
    seenAfter = new long[valueCount];
    writtenBefore = new long[valueCount];
    measure();
  }

  /** No earlier than this was {@code value} written. */
  long writtenAfter(int value) {
    return writtenAfter[value];
  }

  /** No earlier than this was it seen for the last time, and so replaced. */
  long seenAfter(int value) {
    return seenAfter[value];
  }

  /** No later than this was it written; {@link KeyOp#OPEN} if maybe never. */
  long writtenBefore(int value) {
    return writtenBefore[value];
  }

  /** Takes in that {@code value} was written no later than {@code time}. */
  void bound(int value, long time) {
    writerReturned[value] = Math.min(writerReturned[value], time);
  }

  void measure() {
    for (KeyOp op : graph.ops()) {
      if (op.mayWrite() && op.kind() != OpKind.DELETE) {
        writtenAfter[op.value()] = op.call();
        writtenBefore[op.value()] = writerReturned[op.value()];
      }
    }
    for (List<Integer> chain : graph.chains()) {
      long call = Long.MIN_VALUE;
      for (int value : chain) {
        call = Math.max(call, graph.writer(value).call());
        writtenAfter[value] = call;
        for (KeyOp reader : graph.readers(value)) {
          call = Math.max(call, reader.call());
        }
        seenAfter[value] = call;
      }
      long returned = KeyOp.OPEN;
      for (int i = chain.size() - 1; i >= 0; i--) {
        int value = chain.get(i);
        for (KeyOp reader : graph.readers(value)) {
          returned = Math.min(returned, reader.returned());
        }
        returned = Math.min(returned, writerReturned[value]);
        writtenBefore[value] = returned;
      }
    }
  }

  /** Whether no chain contradicts real time within itself. */
  boolean fit() {
    for (List<Integer> chain : graph.chains()) {
      for (int value : chain) {
        if (writerReturned[value] < writtenAfter[value]) {
          return false;
        }
        for (KeyOp reader : graph.readers(value)) {
          if (reader.returned() < writtenAfter[value]) {
            return false;
          }
        }
      }
    }
    return true;
  }
}

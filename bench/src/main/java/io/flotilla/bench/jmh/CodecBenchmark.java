package io.flotilla.bench.jmh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.v1.BatchRequest;
import io.flotilla.v1.Operation;
import io.flotilla.v1.PutRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A put as bytes: in a client's frame, and in the log. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CodecBenchmark {
  private final ByteString key = Payloads.key(1234);
  private final ByteString value = Payloads.value(1);
  private final KvCommand.Mutate command =
      new KvCommand.Mutate(17, new OpId(1L << 20, 1_000_000, 999_900), key, new Change.Put(value));
  private final ByteString encoded = KvCommandCodec.encode(command);
  private final List<Operation> operations = operations();
  private final ByteString frame =
      BatchRequest.newBuilder().addAllOperations(operations).build().toByteString();

  private List<Operation> operations() {
    List<Operation> made = new ArrayList<>();
    for (int i = 0; i < Payloads.BATCH; i++) {
      made.add(operation(i));
    }
    return made;
  }

  private Operation operation(int number) {
    return Operation.newBuilder()
        .setCall(1_000_000 + number)
        .setGroup(3)
        .setShard(17)
        .setEpoch(5)
        .setShardCount(256)
        .setRemainingNanos(9_999_000_000L)
        .setOp(
            io.flotilla.v1.OpId.newBuilder()
                .setSession(1L << 20)
                .setSeq(1_000_000 + number)
                .setFirstIncomplete(999_990))
        .setPut(PutRequest.newBuilder().setKey(key).setValue(value))
        .build();
  }

  @Benchmark
  public ByteString encodeCommand() {
    return KvCommandCodec.encode(command);
  }

  @Benchmark
  public Object decodeCommand() {
    return KvCommandCodec.decode(encoded);
  }

  @Benchmark
  @OperationsPerInvocation(Payloads.BATCH)
  public void parseClientFrame(Blackhole seen) throws InvalidProtocolBufferException {
    for (Operation operation : BatchRequest.parseFrom(frame).getOperationsList()) {
      seen.consume(operation.getPut().getValue());
    }
  }

  @Benchmark
  @OperationsPerInvocation(Payloads.BATCH)
  public ByteString makeClientFrame() {
    BatchRequest.Builder request = BatchRequest.newBuilder();
    for (int i = 0; i < Payloads.BATCH; i++) {
      request.addOperations(operation(i));
    }
    return request.build().toByteString();
  }
}

package io.flotilla.bench.drill;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.GrpcRpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.internal.v1.ReplicaStatus;
import io.flotilla.internal.v1.ReplicasRequest;
import io.flotilla.internal.v1.ReplicasResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Who serves which shard, asked of the groups' leaders themselves. Any thread; blocks. */
final class Owners {
  private static final String REPLICAS = "flotilla.internal.v1.Node/Replicas";
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private Owners() {}

  /** Whether each shard is served by just one of the nodes at {@code addresses}. */
  static boolean isEachServedOnce(List<String> addresses, int shardCount) {
    TreeMap<Integer, Integer> servers = new TreeMap<>();
    try (GrpcRpc rpc = new GrpcRpc(RpcLimits.DEFAULT)) {
      List<CompletableFuture<Optional<ReplicasResponse>>> answers = new ArrayList<>();
      addresses.forEach(address -> answers.add(ask(rpc, address)));
      for (CompletableFuture<Optional<ReplicasResponse>> answer : answers) {
        for (ReplicaStatus replica :
            answer.join().map(ReplicasResponse::getReplicasList).orElse(List.of())) {
          if (replica.getLeader()) {
            replica.getServingList().forEach(shard -> servers.merge(shard, 1, Integer::sum));
          }
        }
      }
    }
    return servers.size() == shardCount && servers.values().stream().allMatch(count -> count == 1);
  }

  private static CompletableFuture<Optional<ReplicasResponse>> ask(GrpcRpc rpc, String address) {
    CompletableFuture<Optional<ReplicasResponse>> future = new CompletableFuture<>();
    rpc.ask(
        address,
        REPLICAS,
        ReplicasRequest.getDefaultInstance().toByteString(),
        ASK_NANOS,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            try {
              future.complete(Optional.of(ReplicasResponse.parseFrom(response)));
            } catch (InvalidProtocolBufferException malformed) {
              future.complete(Optional.empty());
            }
          }

          @Override
          public void fail(RpcFailure failure) {
            future.complete(Optional.empty());
          }
        });
    return future;
  }
}

package io.flotilla.raft.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.HelloRequest;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.raft.transport.PeerDirectory;
import java.util.Optional;

/**
 * How the nodes that hold the controller find each other when their addresses have changed: each
 * says at its start who and where it is, to every address its configuration names, until somebody
 * has answered there with the same.
 *
 * <p>Everybody else is found by the controller's state. The controllers cannot be: what they
 * remember of each other may be out of date, and it takes a leader to write down anything newer.
 * Owned by the loop.
 */
final class Introductions {
  static final String HELLO = "flotilla.internal.v1.Node/Hello";

  private static final long ASK_NANOS = 1_000_000_000L;
  private static final long RETRY_NANOS_MIN = 100_000_000L;
  private static final long RETRY_NANOS_MAX = 2_000_000_000L;

  private final Seams seams;
  private final String cluster;
  private final NodeAddress self;
  private final PeerDirectory directory;
  private final ByteString request;
  private boolean isStopped;

  Introductions(Seams seams, String cluster, NodeAddress self, PeerDirectory directory) {
    this.seams = seams;
    this.cluster = cluster;
    this.self = self;
    this.directory = directory;
    this.request =
        HelloRequest.newBuilder()
            .setCluster(cluster)
            .setNode(IdentityFile.voter(self))
            .build()
            .toByteString();
  }

  /** Introduces this node at {@code controllers}, client addresses, its own among them or not. */
  void start(Iterable<String> controllers) {
    for (String each : controllers) {
      if (!each.equals(self.client())) {
        new Visit(each).ask();
      }
    }
  }

  void stop() {
    isStopped = true;
  }

  /** Somebody asks who is here and may have said who asks. */
  void heard(Call call) {
    try {
      HelloRequest hello = HelloRequest.parseFrom(call.request());
      if (hello.hasNode()) {
        meet(hello.getCluster(), IdentityFile.address(hello.getNode()));
      }
    } catch (InvalidProtocolBufferException malformed) {
      seams.meter().count("flotilla_raft_introductions_refused_total", 1);
    }
  }

  /** A wiped node has another store: it is a stranger, whatever it calls itself. */
  private void meet(String theirs, NodeAddress address) {
    Optional<NodeAddress> known = directory.find(address.node());
    boolean isKnown = known.isPresent() && known.get().store() == address.store();
    boolean isReachable = !address.client().isEmpty() && !address.peer().isEmpty();
    if (theirs.equals(cluster) && isKnown && isReachable && address.node() != self.node()) {
      directory.introduce(address);
    }
  }

  /** The questions to one address. */
  private final class Visit implements RpcReply {
    private final String address;
    private long retryNanos = RETRY_NANOS_MIN;

    Visit(String address) {
      this.address = address;
    }

    void ask() {
      if (!isStopped) {
        seams.rpc().ask(address, HELLO, request, ASK_NANOS, this);
      }
    }

    @Override
    public void answer(ByteString response) {
      seams.loop().execute(() -> answered(response));
    }

    @Override
    public void fail(RpcFailure failure) {
      seams.loop().execute(this::askLater);
    }

    private void answered(ByteString response) {
      try {
        HelloResponse hello = HelloResponse.parseFrom(response);
        meet(
            hello.getCluster(),
            new NodeAddress(hello.getNode(), hello.getStore(), hello.getClient(), hello.getPeer()));
        if (!hello.getCluster().equals(cluster)) {
          askLater();
        }
      } catch (InvalidProtocolBufferException malformed) {
        askLater();
      }
    }

    private void askLater() {
      seams.loop().schedule(retryNanos, this::ask);
      retryNanos = Math.min(2 * retryNanos, RETRY_NANOS_MAX);
    }
  }
}

package io.flotilla.base.rpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The client's connections: one channel an address, opened when first needed.
 *
 * <p>A channel that failed to connect is thrown away rather than left to gRPC's own backoff, which
 * grows to two minutes: a server that comes back is found by the first question after {@link
 * #PAUSE_NANOS}. So is one that does not get ready in time, as when a frozen process accepts the
 * connection and then says nothing: what waits for it was never sent, and its askers may go
 * elsewhere. Any thread; no lock is held while a channel works.
 */
final class Connections {
  /** How long an address that refused is not tried again; questions meanwhile fail at once. */
  static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int CONNECT_MILLIS_MAX = 2_000;

  private final Map<String, Slot> slots = new ConcurrentHashMap<>();
  private final RpcLimits limits;
  private volatile boolean closed;

  Connections(RpcLimits limits) {
    this.limits = limits;
  }

  /** The channel to {@code address}; empty if that is no address, refused just now, or closed. */
  Optional<ManagedChannel> to(String address) {
    Slot slot = slots.get(address);
    if (slot == null) {
      slot = slots.computeIfAbsent(address, a -> new Slot());
      evictBeyondBound(slot);
    }
    return slot.channel(address);
  }

  /** The channel failed to connect. */
  void failed(String address, ManagedChannel channel) {
    Slot slot = slots.get(address);
    if (slot != null) {
      slot.drop(channel);
    }
  }

  void close() {
    closed = true;
    for (Slot slot : slots.values()) {
      slot.take().ifPresent(ManagedChannel::shutdownNow);
    }
  }

  private void evictBeyondBound(Slot newcomer) {
    while (slots.size() > limits.addressesMax()) {
      String oldest = "";
      long oldestAge = -1;
      long now = System.nanoTime();
      for (Map.Entry<String, Slot> entry : slots.entrySet()) {
        long age = now - entry.getValue().usedNanos;
        if (entry.getValue() != newcomer && age > oldestAge) {
          oldest = entry.getKey();
          oldestAge = age;
        }
      }
      Slot evicted = slots.remove(oldest);
      if (evicted == null) {
        return;
      }
      // Calls under way finish.
      evicted.take().ifPresent(ManagedChannel::shutdown);
    }
  }

  private ManagedChannel connect(String address) {
    return NettyChannelBuilder.forTarget("dns:///" + address)
        .usePlaintext()
        .directExecutor()
        .disableRetry()
        .disableServiceConfigLookUp()
        .proxyDetector(Detour.CONFIGURED)
        .maxInboundMessageSize(limits.messageBytesMax())
        .maxInboundMetadataSize(limits.metadataBytesMax())
        .keepAliveTime(limits.keepAliveNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(limits.keepAliveTimeoutNanos(), TimeUnit.NANOSECONDS)
        .idleTimeout(limits.idleNanos(), TimeUnit.NANOSECONDS)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
        .build();
  }

  /** What is known about one address. */
  private final class Slot {
    private Optional<Long> failedNanos = Optional.empty();
    private final AtomicBoolean isWatched = new AtomicBoolean();
    private volatile Optional<ManagedChannel> channel = Optional.empty();
    private volatile long usedNanos = System.nanoTime();

    Optional<ManagedChannel> channel(String address) {
      usedNanos = System.nanoTime();
      Optional<ManagedChannel> current = channel;
      if (current.isEmpty()) {
        current = open(address);
      }
      if (current.isPresent() && current.get().getState(false) != ConnectivityState.READY) {
        watch(current.get());
      }
      return current;
    }

    /** One timer while a channel gets ready, however many calls wait for it. */
    private void watch(ManagedChannel connecting) {
      if (isWatched.compareAndSet(false, true)) {
        CompletableFuture.delayedExecutor(CONNECT_MILLIS_MAX, TimeUnit.MILLISECONDS, Runnable::run)
            .execute(
                () -> {
                  isWatched.set(false);
                  if (connecting.getState(false) == ConnectivityState.CONNECTING) {
                    drop(connecting);
                    connecting.shutdownNow();
                  }
                });
      }
    }

    private synchronized Optional<ManagedChannel> open(String address) {
      boolean paused =
          failedNanos.isPresent() && System.nanoTime() - failedNanos.get() < PAUSE_NANOS;
      if (channel.isEmpty() && !paused && !closed) {
        try {
          channel = Optional.of(connect(address));
        } catch (IllegalArgumentException e) {
          return Optional.empty();
        }
      }
      return channel;
    }

    void drop(ManagedChannel failed) {
      synchronized (this) {
        if (channel.isEmpty() || channel.get() != failed) {
          return;
        }
        failedNanos = Optional.of(System.nanoTime());
        channel = Optional.empty();
      }
      failed.shutdown();
    }

    /** Takes the channel out; whoever shuts it down does so without this lock. */
    synchronized Optional<ManagedChannel> take() {
      Optional<ManagedChannel> taken = channel;
      channel = Optional.empty();
      return taken;
    }
  }
}

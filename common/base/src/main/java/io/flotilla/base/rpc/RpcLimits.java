package io.flotilla.base.rpc;

import io.flotilla.base.check.Check;
import java.util.concurrent.TimeUnit;

/**
 * The bounds of questions and streams over gRPC, for both sides.
 *
 * @param messageBytesMax largest message taken or sent
 * @param metadataBytesMax largest set of headers taken
 * @param callsPerConnectionMax calls and streams open at once on one connection
 * @param resetsMax streams a peer may reset within 30 s before its connection is closed
 * @param handshakeNanos how long a new connection may take to speak HTTP/2
 * @param keepAliveNanos silence after which the other side is asked for a sign of life; the library
 *     never asks more often than every 10 s
 * @param keepAliveTimeoutNanos how long it may take to give one
 * @param idleNanos how long a connection without calls is kept
 * @param streamQueueBytesMax bytes a stream may hold for a receiver that does not take them
 * @param deadlineNanosMax longest time a question may take; longer wishes are cut to it
 * @param addressesMax connections a client keeps; beyond, the one longest unused is closed
 */
public record RpcLimits(
    int messageBytesMax,
    int metadataBytesMax,
    int callsPerConnectionMax,
    int resetsMax,
    long handshakeNanos,
    long keepAliveNanos,
    long keepAliveTimeoutNanos,
    long idleNanos,
    int streamQueueBytesMax,
    long deadlineNanosMax,
    int addressesMax) {
  /** A frame of 4 MiB and some room for what wraps it. */
  public static final RpcLimits DEFAULT =
      new RpcLimits(
          (4 << 20) + (64 << 10),
          16 << 10,
          1_024,
          1_000,
          TimeUnit.SECONDS.toNanos(10),
          TimeUnit.SECONDS.toNanos(10),
          TimeUnit.SECONDS.toNanos(5),
          TimeUnit.MINUTES.toNanos(10),
          16 << 20,
          TimeUnit.HOURS.toNanos(1),
          1_024);

  public RpcLimits {
    Check.that(messageBytesMax > 0 && metadataBytesMax > 0, "message bounds");
    Check.that(callsPerConnectionMax > 0 && resetsMax > 0 && addressesMax > 0, "counts");
    Check.that(handshakeNanos > 0 && keepAliveNanos > 0 && keepAliveTimeoutNanos > 0, "times");
    Check.that(idleNanos > 0 && deadlineNanosMax > 0, "times");
    Check.that(streamQueueBytesMax >= messageBytesMax, "a stream must hold one message");
  }

  /** The same bounds with another largest message; a stream holds at least four of them. */
  public RpcLimits withMessageBytesMax(int bytes) {
    return new RpcLimits(
        bytes,
        metadataBytesMax,
        callsPerConnectionMax,
        resetsMax,
        handshakeNanos,
        keepAliveNanos,
        keepAliveTimeoutNanos,
        idleNanos,
        Math.max(streamQueueBytesMax, 4 * bytes),
        deadlineNanosMax,
        addressesMax);
  }
}

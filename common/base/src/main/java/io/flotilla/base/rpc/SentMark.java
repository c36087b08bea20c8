package io.flotilla.base.rpc;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * Remembers whether one call was ever given to a live connection.
 *
 * <p>gRPC creates the stream only on a transport that is ready; a call that failed before has not
 * left the process. What was given to a connection may have been received, whatever came after.
 */
final class SentMark extends ClientStreamTracer.Factory {
  private volatile boolean sent;

  boolean isSent() {
    return sent;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void streamCreated(Attributes transportAttributes, Metadata sentHeaders) {
        sent = true;
      }
    };
  }
}

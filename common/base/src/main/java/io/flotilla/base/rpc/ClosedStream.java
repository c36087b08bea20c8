package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;

/** A stream that was over before it began. Any thread. */
final class ClosedStream implements RpcStream {
  static final ClosedStream INSTANCE = new ClosedStream();

  private ClosedStream() {}

  @Override
  public boolean isReady() {
    return false;
  }

  @Override
  public void send(ByteString frame) {}

  @Override
  public void close() {}
}

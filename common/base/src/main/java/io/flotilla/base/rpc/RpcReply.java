package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;

/** Where the answer to one {@link Call} goes; exactly one method is called, exactly once. */
public interface RpcReply {
  /** The answer. */
  void answer(ByteString response);

  /** There is no answer, for the reason given. */
  void fail(RpcFailure failure);
}

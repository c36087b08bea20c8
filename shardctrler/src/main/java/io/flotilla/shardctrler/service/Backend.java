package io.flotilla.shardctrler.service;

import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcReply;

/** A controller replica on this node, if there is one. On the loop. */
interface Backend {
  /** On a node without the controller. */
  Backend NONE =
      new Backend() {
        @Override
        public boolean leads() {
          return false;
        }

        @Override
        public String leaderAddress() {
          return "";
        }

        @Override
        public void serve(Call call, RpcReply reply) {
          throw new AssertionError("no controller here");
        }
      };

  /** Whether this replica leads as far as it knows. */
  boolean leads();

  /** Client address of the leader as far as known; empty if not. */
  String leaderAddress();

  /** Serves a call as the leader. */
  void serve(Call call, RpcReply reply);
}

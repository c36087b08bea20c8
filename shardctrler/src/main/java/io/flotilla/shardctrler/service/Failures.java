package io.flotilla.shardctrler.service;

import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcFailure.Code;

/** Why a call to the controller has no answer, in one line each. */
final class Failures {
  private Failures() {}

  static RpcFailure invalid(String why) {
    return new RpcFailure(Code.INVALID_ARGUMENT, why);
  }

  static RpcFailure unavailable(String why) {
    return new RpcFailure(Code.UNAVAILABLE, why);
  }

  static RpcFailure busy(String why) {
    return new RpcFailure(Code.BUSY, why);
  }

  static RpcFailure unknown(String why) {
    return new RpcFailure(Code.UNKNOWN_OUTCOME, why);
  }
}

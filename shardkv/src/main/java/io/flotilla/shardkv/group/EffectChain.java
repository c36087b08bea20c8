package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;

/**
 * One number over everything applied so far, in order: replicas that disagree at the same log
 * position have diverged. On the group's loop.
 */
final class EffectChain {
  private long value;

  EffectChain(long value) {
    this.value = value;
  }

  long value() {
    return value;
  }

  void mix(long word) {
    // The finalizer of SplitMix64, so that every bit of what came before moves every bit after.
    long x = (value ^ word) + 0x9e3779b97f4a7c15L;
    x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    value = x ^ (x >>> 31);
  }

  /** The hash of a byte string is defined by its bytes alone, alike in every JVM. */
  void mix(ByteString bytes) {
    mix((long) bytes.size() << 32 | (bytes.hashCode() & 0xffffffffL));
  }
}

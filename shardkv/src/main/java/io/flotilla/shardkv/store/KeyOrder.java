package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import java.util.Comparator;

/** Keys in unsigned order; the comparator of protobuf makes two iterators for every comparison. */
final class KeyOrder {
  static final Comparator<ByteString> UNSIGNED = KeyOrder::compare;

  private KeyOrder() {}

  static int compare(ByteString left, ByteString right) {
    int common = Math.min(left.size(), right.size());
    for (int i = 0; i < common; i++) {
      int order = (left.byteAt(i) & 0xff) - (right.byteAt(i) & 0xff);
      if (order != 0) {
        return order;
      }
    }
    return left.size() - right.size();
  }
}

package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Method names as gRPC wants them: descriptors whose messages are bytes. Any thread. */
final class ByteMethods {
  /** Names come from our own code; the bound is for a caller that makes them up. */
  private static final int CACHED_MAX = 512;

  private final Map<String, MethodDescriptor<ByteString, ByteString>> unary =
      new ConcurrentHashMap<>();
  private final Map<String, MethodDescriptor<ByteString, ByteString>> streams =
      new ConcurrentHashMap<>();

  MethodDescriptor<ByteString, ByteString> unary(String method) {
    return cached(unary, method, MethodType.UNARY);
  }

  MethodDescriptor<ByteString, ByteString> stream(String method) {
    return cached(streams, method, MethodType.BIDI_STREAMING);
  }

  static MethodDescriptor<ByteString, ByteString> descriptor(String method, MethodType type) {
    return MethodDescriptor.newBuilder(ByteMarshaller.INSTANCE, ByteMarshaller.INSTANCE)
        .setType(type)
        .setFullMethodName(method)
        .build();
  }

  private static MethodDescriptor<ByteString, ByteString> cached(
      Map<String, MethodDescriptor<ByteString, ByteString>> known, String method, MethodType type) {
    MethodDescriptor<ByteString, ByteString> descriptor = known.get(method);
    if (descriptor == null) {
      descriptor = descriptor(method, type);
      if (known.size() < CACHED_MAX) {
        known.put(method, descriptor);
      }
    }
    return descriptor;
  }
}

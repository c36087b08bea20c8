package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Passes bytes through gRPC: copied once on the way in, never on the way out. Any thread. */
final class ByteMarshaller implements MethodDescriptor.Marshaller<ByteString> {
  static final ByteMarshaller INSTANCE = new ByteMarshaller();

  /** Not a message, known by identity: cannot be sent, so that sending it resets the stream. */
  static final ByteString RESET = ByteString.copyFrom(new byte[1]);

  private ByteMarshaller() {}

  @Override
  @SuppressWarnings("ReferenceEquality")
  public InputStream stream(ByteString value) {
    if (value == RESET) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("receiver does not read")
          .asRuntimeException();
    }
    return new Outgoing(value);
  }

  @Override
  public ByteString parse(InputStream stream) {
    try {
      if (!(stream instanceof KnownLength)) {
        // Compressed: gRPC learns the length, and enforces the limit, only while it is read.
        return ByteString.readFrom(stream);
      }
      byte[] bytes = new byte[stream.available()];
      int length = stream.readNBytes(bytes, 0, bytes.length);
      return UnsafeByteOperations.unsafeWrap(bytes, 0, length);
    } catch (IOException e) {
      throw Status.INTERNAL.withDescription("unreadable message").withCause(e).asRuntimeException();
    }
  }

  /** Hands its bytes straight to the frame writer instead of letting it read them in pieces. */
  private static final class Outgoing extends InputStream implements KnownLength, Drainable {
    private ByteString rest;

    Outgoing(ByteString bytes) {
      this.rest = bytes;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int drained = rest.size();
      rest.writeTo(target);
      rest = ByteString.EMPTY;
      return drained;
    }

    @Override
    public int available() {
      return rest.size();
    }

    @Override
    public int read() {
      if (rest.isEmpty()) {
        return -1;
      }
      int next = rest.byteAt(0) & 0xff;
      rest = rest.substring(1);
      return next;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (rest.isEmpty()) {
        return length == 0 ? 0 : -1;
      }
      int count = Math.min(length, rest.size());
      rest.substring(0, count).asReadOnlyByteBuffer().get(target, offset, count);
      rest = rest.substring(count);
      return count;
    }
  }
}

package io.flotilla.client;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaException.Code;
import io.flotilla.v1.AppendRequest;
import io.flotilla.v1.CompareAndSetRequest;
import io.flotilla.v1.DeleteRequest;
import io.flotilla.v1.GetRequest;
import io.flotilla.v1.Operation;
import io.flotilla.v1.PutIfVersionRequest;
import io.flotilla.v1.PutRequest;
import java.util.Optional;

/**
 * Arguments to requests, to be completed by each attempt; refuses what is outside the limits before
 * anything is sent. Pure.
 */
final class Requests {
  static final int KEY_BYTES_MAX = 4 << 10;
  static final int VALUE_BYTES_MAX = 1 << 20;
  static final int SCAN_ROWS_MAX = 10_000;

  private Requests() {}

  static Operation.Builder get(ByteString key) {
    checkKey(key);
    return Operation.newBuilder().setGet(GetRequest.newBuilder().setKey(key));
  }

  static Operation.Builder put(ByteString key, ByteString value) {
    checkPair(key, value);
    return Operation.newBuilder().setPut(PutRequest.newBuilder().setKey(key).setValue(value));
  }

  static Operation.Builder append(ByteString key, ByteString value) {
    checkPair(key, value);
    return Operation.newBuilder().setAppend(AppendRequest.newBuilder().setKey(key).setValue(value));
  }

  static Operation.Builder delete(ByteString key) {
    checkKey(key);
    return Operation.newBuilder().setDelete(DeleteRequest.newBuilder().setKey(key));
  }

  static Operation.Builder compareAndSet(
      ByteString key, Optional<ByteString> expected, ByteString value) {
    checkPair(key, value);
    expected.ifPresent(Requests::checkValue);
    CompareAndSetRequest.Builder request =
        CompareAndSetRequest.newBuilder().setKey(key).setValue(value);
    expected.ifPresentOrElse(request::setPresent, () -> request.setAbsent(true));
    return Operation.newBuilder().setCompareAndSet(request);
  }

  static Operation.Builder putIfVersion(ByteString key, ByteString value, long version) {
    checkPair(key, value);
    if (version < 0) {
      throw invalid("a version is never negative");
    }
    return Operation.newBuilder()
        .setPutIfVersion(
            PutIfVersionRequest.newBuilder().setKey(key).setValue(value).setVersion(version));
  }

  static void checkScan(ByteString prefix, int limit, ByteString after) {
    if (prefix.size() > KEY_BYTES_MAX) {
      throw invalid("a prefix has at most " + KEY_BYTES_MAX + " bytes");
    }
    if (after.size() > KEY_BYTES_MAX) {
      throw invalid("a token is the key of a row, which has at most " + KEY_BYTES_MAX + " bytes");
    }
    if (limit < 1 || limit > SCAN_ROWS_MAX) {
      throw invalid("a scan's limit is 1 to " + SCAN_ROWS_MAX);
    }
  }

  private static void checkPair(ByteString key, ByteString value) {
    checkKey(key);
    checkValue(value);
  }

  private static void checkKey(ByteString key) {
    if (key.isEmpty() || key.size() > KEY_BYTES_MAX) {
      throw invalid("a key has 1 to " + KEY_BYTES_MAX + " bytes, this one has " + key.size());
    }
  }

  private static void checkValue(ByteString value) {
    if (value.size() > VALUE_BYTES_MAX) {
      throw invalid("a value has at most " + VALUE_BYTES_MAX + " bytes, not " + value.size());
    }
  }

  private static FlotillaException invalid(String message) {
    return new FlotillaException(Code.INVALID_ARGUMENT, message);
  }
}

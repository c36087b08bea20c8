package io.flotilla.deploy.data;

import com.google.protobuf.ByteString;

/** One key with its value, as a file has it. */
record ImportRecord(ByteString key, ByteString value) {
  private static final int KEY_BYTES_MAX = 4 << 10;
  private static final int VALUE_BYTES_MAX = 1 << 20;

  /** Refuses what every server would refuse, before any of it is sent. */
  void check() throws BadRecord {
    if (key.isEmpty()) {
      throw new BadRecord("the key is empty");
    }
    if (key.size() > KEY_BYTES_MAX) {
      throw new BadRecord("the key has " + key.size() + " bytes, at most 4 KiB are allowed");
    }
    if (value.size() > VALUE_BYTES_MAX) {
      throw new BadRecord("the value has " + value.size() + " bytes, at most 1 MiB are allowed");
    }
  }
}

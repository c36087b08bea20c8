package io.flotilla.base.shard;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;

/**
 * Key to slot to shard, exactly as Redis Cluster maps keys to slots: CRC16 of the key, or of its
 * non-empty {@code {hash tag}}, modulo 16,384. Pure; any thread.
 */
public final class KeySlot {
  /** Number of slots; every shard count divides it. */
  public static final int SLOTS = 16_384;

  private static final int[] TABLE = crcTable();

  private KeySlot() {}

  /** The slot of {@code key}, 0 to 16,383. */
  public static int slot(ByteString key) {
    int open = indexOf(key, '{', 0);
    if (open >= 0) {
      int close = indexOf(key, '}', open + 1);
      if (close > open + 1) {
        return crc16(key, open + 1, close) % SLOTS;
      }
    }
    return crc16(key, 0, key.size()) % SLOTS;
  }

  /** The shard of {@code key} among {@code shardCount} shards, a power of two up to 16,384. */
  public static int shard(ByteString key, int shardCount) {
    return slot(key) / (SLOTS / shardCount);
  }

  /** Whether a cluster may have this many shards. */
  public static boolean isValidShardCount(int shardCount) {
    return shardCount >= 1 && shardCount <= SLOTS && Integer.bitCount(shardCount) == 1;
  }

  private static int indexOf(ByteString key, char wanted, int from) {
    for (int i = from; i < key.size(); i++) {
      if (key.byteAt(i) == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int crc16(ByteString bytes, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = ((crc << 8) ^ TABLE[((crc >>> 8) ^ (bytes.byteAt(i) & 0xff)) & 0xff]) & 0xffff;
    }
    return crc;
  }

  /** CRC-16/XMODEM: polynomial 0x1021, initial value 0. */
  private static int[] crcTable() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
      }
      table[i] = crc & 0xffff;
    }
    Check.that(table[1] == 0x1021, "CRC-16 table");
    return table;
  }
}

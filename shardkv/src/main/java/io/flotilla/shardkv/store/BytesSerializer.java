package io.flotilla.shardkv.store;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.serializer.GroupSerializerObjectArray;

/**
 * Byte arrays in unsigned order, each with its length before it. MapDB's own reads all pairs of a
 * node to get at one; this one skips. Stateless.
 */
final class BytesSerializer extends GroupSerializerObjectArray<byte[]> {
  static final BytesSerializer BYTES = new BytesSerializer();

  private BytesSerializer() {}

  @Override
  public void serialize(DataOutput2 out, byte[] value) throws IOException {
    out.packInt(value.length);
    out.write(value);
  }

  @Override
  public byte[] deserialize(DataInput2 in, int available) throws IOException {
    byte[] bytes = new byte[lengthOf(in)];
    in.readFully(bytes);
    return bytes;
  }

  @Override
  public byte[] valueArrayBinaryGet(DataInput2 in, int size, int position) throws IOException {
    for (int i = 0; i < position; i++) {
      int length = lengthOf(in);
      in.setPos(in.getPos() + length);
    }
    return deserialize(in, -1);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public int valueArrayBinarySearch(byte[] key, DataInput2 in, int size, Comparator comparator)
      throws IOException {
    for (int i = 0; i < size; i++) {
      int order = compare(key, deserialize(in, -1));
      if (order == 0) {
        return i;
      }
      if (order < 0) {
        return -(i + 1);
      }
    }
    return -(size + 1);
  }

  @Override
  public int compare(byte[] left, byte[] right) {
    return Arrays.compareUnsigned(left, right);
  }

  @Override
  public boolean equals(byte[] left, byte[] right) {
    return Arrays.equals(left, right);
  }

  @Override
  public int hashCode(byte[] bytes, int seed) {
    return seed + Arrays.hashCode(bytes);
  }

  /** A length that damage made absurd must not become an allocation of that size. */
  private static int lengthOf(DataInput2 in) throws IOException {
    int length = in.unpackInt();
    if (length < 0 || length > TableFile.PAGE_BYTES) {
      throw new IOException("length " + length);
    }
    return length;
  }
}

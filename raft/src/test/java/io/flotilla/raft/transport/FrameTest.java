package io.flotilla.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.message.Message;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Every message comes out of a frame as it went in; whatever else is in it, reading is harmless.
 */
class FrameTest {
  private static final FrameHeader HEADER = new FrameHeader("cluster", 3, -7, 1L << 63, 2, -9);
  private static final int ROUNDS = 200;

  private final RandomGenerator random = new SplittableRandom(17);

  @Test
  void everyKindOfMessageComesOutAsItWentIn() throws ReflectiveOperationException {
    for (int round = 0; round < ROUNDS; round++) {
      List<Frame.Item> items = items();
      Frame frame = Frame.parse(bytes(items)).orElseThrow();
      assertThat(frame.header()).isEqualTo(HEADER);
      assertThat(frame.items()).isEqualTo(items);
    }
  }

  @Test
  void aFrameCutShortIsNoFrameOrItsFirstMessages() throws ReflectiveOperationException {
    List<Frame.Item> items = items();
    ByteString whole = bytes(items);
    for (int length = 0; length < whole.size(); length++) {
      Optional<Frame> cut = Frame.parse(whole.substring(0, length));
      cut.ifPresent(
          frame ->
              assertThat(frame.items())
                  .isEqualTo(items.subList(0, frame.items().size()))
                  .hasSizeLessThan(items.size()));
    }
  }

  @Test
  void flippedBitsAndNoiseNeverThrow() throws ReflectiveOperationException {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] frame = bytes(items()).toByteArray();
      for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
        frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
      }
      byte[] noise = bytes(List.of()).concat(ByteString.copyFrom(noise(300))).toByteArray();
      for (byte[] bytes : List.of(frame, noise, noise(300))) {
        assertThatCode(() -> Frame.parse(ByteString.copyFrom(bytes)))
            .as(Arrays.toString(bytes))
            .doesNotThrowAnyException();
      }
    }
  }

  /** One message of every kind there is, in a random order of groups. */
  private List<Frame.Item> items() throws ReflectiveOperationException {
    List<Frame.Item> items = new ArrayList<>();
    for (Class<?> kind : Message.class.getPermittedSubclasses()) {
      items.add(new Frame.Item(new GroupId(random.nextInt(9), number()), message(kind)));
    }
    return items;
  }

  private Message message(Class<?> kind) throws ReflectiveOperationException {
    RecordComponent[] components = kind.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
    Object[] values = Arrays.stream(types).map(this::value).toArray();
    return (Message) kind.getDeclaredConstructor(types).newInstance(values);
  }

  private Object value(Class<?> type) {
    if (type == long.class) {
      return number();
    } else if (type == int.class) {
      return random.nextInt();
    } else if (type == boolean.class) {
      return random.nextBoolean();
    } else if (type == LogPosition.class) {
      return new LogPosition(number(), number());
    } else if (type == ByteString.class) {
      return ByteString.copyFrom(noise(50));
    } else if (type == List.class) {
      return entries();
    } else if (type == SnapshotHeader.class) {
      Membership membership = new Membership(List.of(1, 2, 3), List.of(2, 9), List.of(7));
      return new SnapshotHeader(new LogPosition(number(), number()), membership);
    }
    throw new AssertionError("how to make a " + type);
  }

  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    long first = 1 + (number() >> 1);
    Entry.Kind[] kinds = Entry.Kind.values();
    for (int i = random.nextInt(5); i > 0; i--) {
      Entry.Kind kind = kinds[random.nextInt(kinds.length)];
      ByteString data = ByteString.copyFrom(noise(20));
      entries.add(new Entry(1 + (number() >> 1), first + entries.size(), kind, data));
    }
    return entries;
  }

  /** Small, large, and in between. */
  private long number() {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private byte[] noise(int bytesMax) {
    byte[] bytes = new byte[random.nextInt(bytesMax + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ByteString bytes(List<Frame.Item> items) {
    FrameWriter writer = new FrameWriter(HEADER);
    items.forEach(item -> writer.add(item.group(), item.message()));
    return writer.finish();
  }
}

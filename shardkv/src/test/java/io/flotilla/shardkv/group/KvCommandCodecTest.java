package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupId;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KvCommandCodecTest {
  private static final Stamp STAMP = new Stamp(3, 7, 9, new GroupId(2, 5));
  private static final OpId ID = new OpId(-5, 1L << 40, 17);

  private static final List<KvCommand> COMMANDS =
      List.of(
          new KvCommand.Mutate(7, ID, bytes("key"), new Change.Put(bytes("value"))),
          new KvCommand.Mutate(7, OpId.NONE, bytes("key"), new Change.Append(bytes("value"))),
          new KvCommand.Mutate(16_383, ID, bytes(""), new Change.Delete()),
          new KvCommand.Mutate(
              0, ID, bytes("k"), new Change.CompareAndSet(Optional.of(bytes("")), bytes("v"))),
          new KvCommand.Mutate(
              0, ID, bytes("k"), new Change.CompareAndSet(Optional.empty(), bytes(""))),
          new KvCommand.Mutate(1, ID, bytes("k"), new Change.PutIfVersion(1L << 50, bytes("v"))),
          new KvCommand.BeginImport(List.of(STAMP, STAMP), 0),
          new KvCommand.BeginExport(STAMP, 4, 6),
          new KvCommand.Freeze(STAMP),
          new KvCommand.Piece(
              STAMP,
              ByteString.EMPTY,
              new PieceCursor(PieceCursor.Stage.END, ByteString.EMPTY, 5).encode(),
              List.of(
                  new KvCommand.MovedRow(KvCommand.MovedRow.Kind.DATA, bytes("k"), bytes("v"), 3)),
              Optional.of(new KvCommand.FinalCounts(1, 2, 3, 4, 5))),
          new KvCommand.Piece(
              STAMP, ByteString.EMPTY, PieceCursor.START.encode(), List.of(), Optional.empty()),
          new KvCommand.Activate(List.of(STAMP)),
          new KvCommand.Release(STAMP, 4),
          new KvCommand.End(STAMP),
          new KvCommand.Drop(STAMP),
          new KvCommand.ExpireBefore(12));

  @Test
  void everyCommandComesBackAsItWas() {
    for (KvCommand command : COMMANDS) {
      assertThat(KvCommandCodec.decode(KvCommandCodec.encode(command))).contains(command);
    }
  }

  @Test
  void aSmallPutCostsFewBytes() {
    KvCommand put = new KvCommand.Mutate(7, ID, bytes("key"), new Change.Put(bytes("value")));
    assertThat(KvCommandCodec.encode(put).size()).isLessThanOrEqualTo(32);
  }

  @Test
  void anyBytesDecodeToACommandOrToNone() {
    SplittableRandom random = new SplittableRandom(4);
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes;
      if (random.nextInt(4) == 0) {
        bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
      } else {
        bytes = KvCommandCodec.encode(COMMANDS.get(random.nextInt(COMMANDS.size()))).toByteArray();
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      TestGroup group = TestGroup.serving(2);
      KvCommandCodec.decode(ByteString.copyFrom(bytes)).ifPresent(group::apply);
    }
  }

  @Test
  void truncatedOrLengthenedBytesAreNoCommand() {
    for (KvCommand command : COMMANDS.subList(0, 6)) {
      ByteString bytes = KvCommandCodec.encode(command);
      for (int end = 0; end < bytes.size(); end++) {
        assertThat(KvCommandCodec.decode(bytes.substring(0, end))).isEmpty();
      }
      assertThat(KvCommandCodec.decode(bytes.concat(bytes("x")))).isEmpty();
    }
  }

  @Test
  void aPieceWhoseRowsWereHurtIsNone() {
    var request = MoveMessages.toProto((KvCommand.Piece) COMMANDS.get(9)).toBuilder();
    request.getRowsBuilder(0).setValue(bytes("w"));
    assertThat(MoveMessages.piece(request.build())).isEmpty();
  }

  @Test
  void sessionRowsComeBackAndHurtOnesAreSeen() {
    SessionRow row =
        SessionRow.NEW
            .record(5, 7, new Answer(Answer.Kind.WRITTEN, 1L << 60))
            .record(5, 6, Answer.of(Answer.Kind.DELETED));
    ByteString bytes = row.encode();
    SessionRow back = SessionRow.decode(bytes).orElseThrow();
    assertThat(back.firstIncomplete()).isEqualTo(5);
    assertThat(back.answer(7)).contains(new Answer(Answer.Kind.WRITTEN, 1L << 60));
    assertThat(back.answer(6)).contains(Answer.of(Answer.Kind.DELETED));
    assertThat(back.answer(8)).isEmpty();
    assertThat(SessionRow.decode(bytes.substring(1))).isEmpty();
    assertThat(SessionRow.decode(bytes.concat(bytes("x")))).isEmpty();
    assertThat(back.encode()).isEqualTo(bytes);
  }
}

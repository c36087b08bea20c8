package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.EARLY;
import static io.flotilla.shardkv.group.TestGroup.SHARD;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.KvCommand.MovedRow.Kind;
import io.flotilla.shardkv.group.PieceCursor.Stage;
import io.flotilla.shardkv.group.ShardStatus.Verdict;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shard that is copied while it is served. */
class CopyTest {
  private static final int ONE_ROW = 1;
  private static final int CHANGE_BYTES = 48 + 1;

  private final TestGroup source = TestGroup.serving(1, new MoveSizes(1 << 10, 4 * CHANGE_BYTES));
  private final TestGroup target = new TestGroup(2);
  private long seq;

  @BeforeEach
  void beginToMoveThreeKeys() {
    put("a", "1");
    put("c", "1");
    put("e", "1");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
  }

  @Test
  void whatChangesAfterItWasCopiedComesOver() {
    source.copyTo(target);
    assertThat(cursor().stage()).isEqualTo(Stage.CHANGES);
    put("a", "2");
    delete("c");
    put("b", "2");
    source.copyTo(target);
    assertThat(target.state().transit().carried().rounds()).isEqualTo(1);
    source.freeze(2, 2);
    source.copyTo(target);
    assertThat(target.phase()).isEqualTo(Phase.READY);
    assertThat(target.state().tally()).isEqualTo(source.state().tally());
    assertThat(target.value("a")).contains("2");
    assertThat(target.value("b")).contains("2");
    assertThat(target.value("c")).isEmpty();
  }

  @Test
  void aKeyThatIsStillToBeCopiedIsNotSentTwice() {
    target.receive(next(ONE_ROW));
    put("e", "2");
    KvCommand.Piece rest = next(1 << 10);
    assertThat(rest.rows()).extracting(KvCommand.MovedRow::key).containsExactly(key("c"), key("e"));
    assertThat(rest.rows().get(1).value()).isEqualTo(key("2"));
  }

  @Test
  void noMoreRowsAreCopiedBeforeAllChangesOfTheOthersAreOver() {
    target.receive(next(ONE_ROW));
    put("a", "2");
    delete("a");
    KvCommand.Piece piece = next(ONE_ROW);
    assertThat(piece.rows()).hasSize(1);
    assertThat(piece.rows().get(0).kind()).isEqualTo(Kind.DELETED);
    assertThat(PieceCursor.decode(piece.to()).orElseThrow().after()).isEqualTo(key("a"));
  }

  @Test
  void aLeaderThatKnowsLessThanTheDestinationSendsNothing() {
    List<KvCommand.Piece> early = source.pieces(ONE_ROW);
    TestGroup behind = TestGroup.serving(1);
    behind.put(EARLY, 1, 1, "a", "1");
    behind.beginExport(2, 2, target);
    target.receive(early.get(0));
    assertThat(behind.piece(ONE_ROW, target.state().transit().cursor())).isEmpty();
  }

  @Test
  void whatTheDestinationHoldsIsForgotten() {
    source.copyTo(target);
    put("a", "2");
    put("c", "2");
    assertThat(source.state().transit().changes().bytes()).isEqualTo(2 * CHANGE_BYTES);
    source.trim(2, 2, 4);
    assertThat(source.state().transit().changes())
        .isEqualTo(new ShardState.Changes(4, CHANGE_BYTES));
    source.trim(2, 2, 3);
    assertThat(source.state().transit().changes().trimmed()).isEqualTo(4);
    source.trim(2, 2, Long.MAX_VALUE);
    assertThat(source.state().transit().changes()).isEqualTo(new ShardState.Changes(5, 0));
  }

  @Test
  void aCursorBelowTheTrimPointIsNoPlaceToGoOn() {
    source.copyTo(target);
    put("a", "2");
    source.trim(2, 2, 4);
    assertThat(source.piece(ONE_ROW, target.state().transit().cursor())).isEmpty();
  }

  @Test
  void aChangeTooManyIsTheEndOfTheMoveAndOfNothingElse() {
    for (int i = 0; i < 4; i++) {
      put("a", "x" + i);
    }
    assertThat(source.state().transit().isStuck()).isFalse();
    put("a", "y");
    assertThat(source.state().transit().reason()).isEqualTo("writes outran the copy");
    put("a", "z");
    assertThat(source.value("a")).contains("z");
    assertThat(source.freeze(2, 2).verdict()).isEqualTo(Verdict.REFUSED);
    int rows = 3 + 1;
    source.end(2, 3);
    target.drop(2, 3);
    assertThat(source.rows()).hasSize(rows);
    source.sendTo(target, 4, 4);
    assertThat(target.phase()).isEqualTo(Phase.READY);
  }

  @Test
  void onlyTheMoveItIsMeantForIsTrimmed() {
    put("a", "2");
    assertThat(source.trim(3, 4, 4).verdict()).isEqualTo(Verdict.REFUSED);
    source.freeze(2, 2);
    assertThat(source.trim(2, 2, 4).verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(source.state().transit().changes().bytes()).isEqualTo(CHANGE_BYTES);
  }

  private void put(String key, String value) {
    source.put(EARLY, ++seq, seq, key, value);
  }

  private void delete(String key) {
    source.delete(EARLY, ++seq, seq, key);
  }

  private KvCommand.Piece next(int bytesMax) {
    return source.piece(bytesMax, target.state().transit().cursor()).orElseThrow();
  }

  private PieceCursor cursor() {
    return PieceCursor.decode(target.states.get(SHARD).transit().cursor()).orElseThrow();
  }

  private static ByteString key(String key) {
    return TestGroup.bytes(key);
  }
}

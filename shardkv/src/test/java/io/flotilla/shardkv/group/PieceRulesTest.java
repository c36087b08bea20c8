package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.EARLY;
import static io.flotilla.shardkv.group.TestGroup.LATE;
import static io.flotilla.shardkv.group.TestGroup.SHARD;
import static io.flotilla.shardkv.group.TestGroup.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.ShardStatus.Verdict;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PieceRulesTest {
  private final TestGroup source = TestGroup.serving(1);
  private final TestGroup target = new TestGroup(2);

  @BeforeEach
  void freeze() {
    for (int i = 1; i <= 5; i++) {
      source.put(EARLY, i, 1, "key" + i, "value" + i);
    }
    source.put(LATE, 1, 1, "key3", "again");
    target.beginImport(2, 2, 1);
    source.beginExport(2, 2, target);
    source.freeze(2, 2);
  }

  @Test
  void piecesInOrderMakeTheShardReady() {
    List<KvCommand.Piece> pieces = source.pieces(1);
    assertThat(pieces).hasSize(7);
    for (KvCommand.Piece piece : pieces) {
      assertThat(target.phase()).isEqualTo(Phase.STAGING);
      assertThat(target.receive(piece).cursor()).isEqualTo(piece.to());
    }
    assertThat(target.phase()).isEqualTo(Phase.READY);
    assertThat(target.state().tally()).isEqualTo(source.state().tally());
    assertThat(target.rows()).containsExactlyElementsOf(source.rows());
  }

  @Test
  void anEmptyShardTakesOnePiece() {
    TestGroup empty = TestGroup.serving(5);
    empty.sendTo(new TestGroup(6), 2, 2);
    assertThat(empty.pieces(100)).hasSize(1);
  }

  @Test
  void aPieceThatDoesNotContinueHasNoEffectAndLearnsTheCursor() {
    List<KvCommand.Piece> pieces = source.pieces(1);
    target.receive(pieces.get(0));
    ShardState before = target.state();
    for (KvCommand.Piece piece : pieces) {
      if (!piece.equals(pieces.get(1))) {
        assertThat(target.receive(piece).cursor()).isEqualTo(pieces.get(0).to());
      }
    }
    assertThat(target.state()).isEqualTo(before);
  }

  @Test
  void piecesOfAnotherCutFitFromTheCursorOn() {
    target.receive(source.pieces(1).get(2));
    target.receive(source.pieces(1).get(0));
    ByteString cursor = target.receive(source.pieces(1).get(1)).cursor();
    KvCommand.Piece rest = piece(cursor, MoveSizes.DEFAULT.pieceBytes());
    assertThat(target.receive(rest).status().phase()).isEqualTo(Phase.READY);
  }

  @Test
  void countsThatDifferLeaveOnlyAnAbort() {
    KvCommand.Piece whole = piece(ByteString.EMPTY, MoveSizes.DEFAULT.pieceBytes());
    KvCommand.Piece short1 =
        new KvCommand.Piece(
            whole.stamp(),
            whole.from(),
            whole.to(),
            whole.rows().subList(1, whole.rows().size()),
            whole.last());
    ShardStatus status = target.receive(short1).status();
    assertThat(status.phase()).isEqualTo(Phase.STAGING);
    assertThat(status.reason()).contains("rows 4 of 5");
    assertThat(target.receive(whole).status().verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(target.drop(2, 3).phase()).isEqualTo(Phase.ABSENT);
    assertThat(target.state().transit().reason()).isEmpty();
  }

  @Test
  void aPieceOfAnotherMoveHasNoEffect() {
    KvCommand.Piece whole = piece(ByteString.EMPTY, MoveSizes.DEFAULT.pieceBytes());
    target.drop(2, 3);
    target.beginImport(3, 4, 1);
    assertThat(target.receive(whole).status().verdict()).isEqualTo(Verdict.SUPERSEDED);
    assertThat(target.state().tally().rows()).isZero();
  }

  @Test
  void aRepeatedLastPieceFindsTheShardReady() {
    KvCommand.Piece whole = piece(ByteString.EMPTY, MoveSizes.DEFAULT.pieceBytes());
    target.receive(whole);
    ShardState ready = target.state();
    assertThat(target.receive(whole).status().phase()).isEqualTo(Phase.READY);
    target.activate(2, 2);
    assertThat(target.receive(whole).status().phase()).isEqualTo(Phase.SERVING);
    assertThat(target.state().tally()).isEqualTo(ready.tally());
  }

  @Test
  void onlyAShardOnItsWayOutIsCut() {
    assertThat(target.pieces(1)).isEmpty();
    source.end(2, 3);
    assertThat(source.pieces(1)).isEmpty();
  }

  @Test
  void theWatermarkTravels() {
    source.end(2, 3);
    source.expireBefore(2);
    source.sendTo(target, 4, 4);
    target.drop(2, 3);
    target.beginImport(4, 4, 1);
    source.pieces(1).forEach(target::receive);
    target.activate(4, 4);
    assertThat(target.put(EARLY, 9, 1, "k", "v"))
        .isEqualTo(refused(KvResult.Reason.SESSION_EXPIRED));
  }

  private KvCommand.Piece piece(ByteString from, int bytesMax) {
    try {
      Optional<KvCommand.Piece> piece =
          new PieceBuilder(source.states, source.rows, bytesMax).next(SHARD, from);
      return piece.orElseThrow();
    } catch (StoreDamage e) {
      throw new AssertionError(e);
    }
  }
}

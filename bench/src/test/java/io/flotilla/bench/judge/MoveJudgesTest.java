package io.flotilla.bench.judge;

import static io.flotilla.bench.judge.RaftJudgesTest.broken;
import static io.flotilla.bench.judge.RaftJudgesTest.holds;
import static io.flotilla.bench.judge.Stage.GROUP;
import static io.flotilla.bench.judge.Stage.OTHER;
import static io.flotilla.bench.judge.Stage.shard;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.bench.judge.Stage.Actor;
import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardctrler.state.MoveTally;
import io.flotilla.shardkv.group.Answer;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Each judge of shards and sessions, shown a state that must not be and one next to it. */
final class MoveJudgesTest {
  private final Truth truth = new Truth();
  private final Actor source = new Actor(1, GROUP).logged(1, 1, 1, 1, 1, 1);
  private final Actor target = new Actor(2, OTHER).logged(1, 1, 1, 1, 1, 1);
  private long sourceApplied;
  private long targetApplied;

  @Test
  void twoGroupsThatServeAShardAreNoticed() {
    truth.listen(new OneOwner(truth));
    source(shard(Phase.SERVING, 1, 1, 0, 0));

    holds(() -> target(shard(Phase.READY, 2, 2, 9, 0)));
    broken("one owner", () -> target(shard(Phase.SERVING, 2, 2, 9, 0)));
  }

  @Test
  void aReplicaThatLagsServesNobody() {
    truth.listen(new OneOwner(truth));
    source(shard(Phase.SERVING, 1, 1, 0, 0));
    source(shard(Phase.ABSENT, 2, 0, 9, 0));
    target(shard(Phase.SERVING, 2, 2, 9, 0));
    Actor late = new Actor(3, GROUP).logged(1).standing(shard(Phase.SERVING, 1, 1, 0, 0));

    holds(() -> late.becomes(truth, Role.FOLLOWER, 1, 1, 1));
  }

  @Test
  void anOwnerNobodyDecidedUponIsNoticed() {
    truth.listen(new DecidedOwner(truth));
    truth.decide(new Truth.Ownership(0, 1, GROUP.gid()));

    holds(() -> source(shard(Phase.SERVING, 1, 1, 0, 0)));
    broken("decided owner", () -> source(shard(Phase.SERVING, 2, 2, 0, 0)));
    broken("decided owner", () -> target(shard(Phase.SERVING, 1, 1, 0, 0)));
  }

  @Test
  void aFenceThatGoesBackIsNoticed() {
    truth.listen(new Fences());
    source(shard(Phase.ABSENT, 5, 0, 0, 0));

    broken("fences", () -> source(shard(Phase.ABSENT, 4, 0, 0, 0)));
    broken("fences", () -> target(shard(Phase.SERVING, 2, 3, 0, 0)));
  }

  @Test
  void aWriteAfterTheFreezeIsNoticed() {
    truth.listen(new FrozenStill());
    source(shard(Phase.EXPORTING, 1, 1, 9, 3));
    holds(() -> source(shard(Phase.FROZEN, 1, 1, 9, 4)));

    broken("frozen still", () -> source(shard(Phase.FROZEN, 1, 1, 9, 5)));
  }

  @Test
  void rowsLostOnTheWayAreNoticed() {
    truth.listen(new ReadyFits(truth, id -> Optional.of(move(id, Move.Phase.COPY))));
    source(shard(Phase.FROZEN, 1, 1, 9, 4));

    holds(() -> target(shard(Phase.READY, 2, 2, 9, 4)));
    target(shard(Phase.ABSENT, 2, 0, 0, 0));
    broken("ready fits", () -> target(shard(Phase.READY, 2, 2, 9, 3)));
  }

  @Test
  void aDestinationReadyBeforeTheFreezeIsNoticed() {
    truth.listen(new ReadyFits(truth, id -> Optional.of(move(id, Move.Phase.COPY))));
    source(shard(Phase.EXPORTING, 1, 1, 9, 4));

    broken("ready fits", () -> target(shard(Phase.READY, 2, 2, 9, 4)));
  }

  @Test
  void aMoveGivenUpMayBecomeReadyInVain() {
    truth.listen(new ReadyFits(truth, id -> Optional.of(move(id, Move.Phase.ABORTED))));
    source(shard(Phase.SERVING, 3, 3, 9, 5));

    holds(() -> target(shard(Phase.READY, 2, 2, 9, 4)));
  }

  @Test
  void aMoveWithTwoEndsIsNoticed() {
    OneEnd judge = new OneEnd();
    judge.check(move(1, Move.Phase.COPY));
    judge.check(move(1, Move.Phase.COMMITTED));

    holds(() -> judge.check(move(1, Move.Phase.DONE)));
    broken("one end", () -> judge.check(move(1, Move.Phase.ABORTED)));
    judge.check(move(2, Move.Phase.ABORTED));
    broken("one end", () -> judge.check(move(2, Move.Phase.COPY)));
  }

  @Test
  void aWatermarkThatGoesBackIsNoticed() {
    truth.listen(new Watermarks());
    source.expiring(7);
    source(shard(Phase.ABSENT, 1, 0, 0, 0));
    source.expiring(6);

    broken("watermarks", () -> source(shard(Phase.ABSENT, 1, 0, 0, 0)));
  }

  @Test
  void aWatermarkLeftBehindInAMoveIsNoticed() {
    truth.listen(new Watermarks());
    source(expired(shard(Phase.SERVING, 1, 1, 0, 0), 7));

    broken("watermarks", () -> target(expired(shard(Phase.SERVING, 2, 2, 0, 0), 6)));
  }

  @Test
  void aCounterLeftBehindInAMoveIsNoticed() {
    truth.listen(new Counters());
    source(shard(Phase.SERVING, 1, 1, 0, 5));
    source(shard(Phase.ABSENT, 2, 0, 0, 0));

    holds(() -> target(shard(Phase.SERVING, 2, 2, 0, 5)));
    broken("counters", () -> target(shard(Phase.SERVING, 2, 2, 0, 4)));
  }

  @Test
  void aSecondAnswerIsNoticed() {
    AtomicInteger crossed = new AtomicInteger();
    Judge judge = new OneAnswer(crossed::incrementAndGet);
    judge.opened(source.sight);
    judge.opened(target.sight);
    KvCommand.Mutate first = delete(1);
    source.answers(first, new KvResult.Answered(new Answer(Answer.Kind.DELETED, 0)));

    holds(() -> target.answers(first, new KvResult.Answered(new Answer(Answer.Kind.DELETED, 0))));
    assertThat(crossed).hasValue(1);
    holds(() -> target.answers(first, new KvResult.Parked()));
    holds(
        () ->
            target.answers(delete(2), new KvResult.Answered(new Answer(Answer.Kind.NOT_FOUND, 0))));
    broken(
        "one answer",
        () -> target.answers(first, new KvResult.Answered(new Answer(Answer.Kind.NOT_FOUND, 0))));
  }

  private void source(ShardState state) {
    source.standing(state).becomes(truth, Role.LEADER, 1, 6, ++sourceApplied);
  }

  private void target(ShardState state) {
    target.standing(state).becomes(truth, Role.LEADER, 1, 6, ++targetApplied);
  }

  private static ShardState expired(ShardState state, long before) {
    return new ShardState(
        state.phase(),
        state.fence(),
        state.epoch(),
        state.rowEpoch(),
        state.transit(),
        new ShardState.Tally(0, before, 0, 0, 0),
        state.forward());
  }

  private static Move move(long id, Move.Phase phase) {
    return new Move(
        id, 0, GROUP.gid(), 1, OTHER.gid(), 1, 2, phase, false, false, "", MoveTally.NONE);
  }

  private static KvCommand.Mutate delete(long seq) {
    return new KvCommand.Mutate(
        0,
        new OpId(1 << OpId.OFFSET_BITS, seq, 0),
        ByteString.copyFromUtf8("k"),
        new Change.Delete());
  }
}

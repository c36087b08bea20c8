package io.flotilla.shardctrler.move;

import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.shardctrler.rebalance.Route;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.Messages;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardctrler.state.MoveTally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;

/**
 * What the driver has heard about one move in its present phase. Lost with the leader: the next one
 * hears it again.
 */
final class Track {
  private final EnumMap<Step, Telling> tellings = new EnumMap<>(Step.class);
  private Move move;
  private boolean isImporting;
  private boolean isExporting;
  private Optional<MoveTally> ready = Optional.empty();
  private Optional<Ack> targetAck = Optional.empty();
  private Optional<Ack> sourceAck = Optional.empty();
  private String hopeless = "";
  private MoveTally figures = MoveTally.NONE;
  private MoveTally whole = MoveTally.NONE;
  private long progressNanos;
  private final long begunNanos;
  private List<Ack> proposedAcks = List.of();
  private boolean isPending;

  Track(Move move, long nowNanos) {
    this.move = move;
    this.progressNanos = nowNanos;
    this.begunNanos = nowNanos;
  }

  Move move() {
    return move;
  }

  /** Takes what the log says; in a new phase nothing has been heard yet. */
  void follow(Move latest, long nowNanos) {
    boolean isNewPhase = latest.phase() != move.phase();
    move = latest;
    if (isNewPhase) {
      tellings.clear();
      forget();
      progressNanos = nowNanos;
    }
  }

  List<Step> due() {
    return MoveSteps.due(move, isImporting, isExporting);
  }

  Telling telling(Step step, long nowNanos) {
    return tellings.computeIfAbsent(step, unused -> new Telling(nowNanos));
  }

  void hear(Reading reading, Step step, ShardStatus status, long nowNanos) {
    MoveTally tally = Messages.tally(status.getFigures());
    boolean isOfTarget = status.getStamp().getGid() == move.to();
    boolean isMore = isOfTarget && !tally.equals(figures);
    figures = isOfTarget ? tally : figures;
    whole = isOfTarget ? whole : tally;
    switch (reading) {
      case NOTHING -> {}
      case IMPORTING -> {
        isMore |= !isImporting;
        isImporting = true;
      }
      case EXPORTING -> {
        isMore |= !isExporting;
        isExporting = true;
      }
      case READY -> ready = Optional.of(tally);
      case ACKNOWLEDGED -> {
        Ack ack = new Ack(move.id(), step.isToTarget(), status.getStamp().getIncarnation(), tally);
        if (step.isToTarget()) {
          targetAck = Optional.of(ack);
        } else {
          sourceAck = Optional.of(ack);
        }
      }
      case HOPELESS ->
          hopeless =
              status.getReason().isEmpty()
                  ? String.format(
                      "group %d has seen epoch %d", status.getStamp().getGid(), status.getFence())
                  : status.getReason();
    }
    if (isMore || reading == Reading.ACKNOWLEDGED || reading == Reading.READY) {
      progressNanos = nowNanos;
    }
  }

  /** What the target said when it was ready, unless that is being decided upon already. */
  Optional<MoveTally> ready() {
    return isPending ? Optional.empty() : ready;
  }

  /** Why only an abort helps; empty if nothing is known to be wrong. */
  String hopeless() {
    return isPending ? "" : hopeless;
  }

  /** Acknowledgements that are not in the log yet. */
  List<Ack> acks() {
    List<Ack> acks = new ArrayList<>();
    if (!isPending) {
      targetAck.filter(ack -> !move.targetAcked()).ifPresent(acks::add);
      sourceAck.filter(ack -> !move.sourceAcked()).ifPresent(acks::add);
    }
    return acks;
  }

  /** What was heard is being proposed. */
  void propose() {
    proposedAcks = acks();
    isPending = true;
  }

  /**
   * The proposal is over; if it had no effect, the groups have to say it again. What was heard
   * meanwhile was no part of it and is still to be decided upon.
   */
  void proposed(boolean isApplied) {
    isPending = false;
    if (isApplied) {
      ready = Optional.empty();
      hopeless = "";
      targetAck = targetAck.filter(ack -> !proposedAcks.contains(ack));
      sourceAck = sourceAck.filter(ack -> !proposedAcks.contains(ack));
    }
  }

  /** How far the copy is, as far as this leader has heard. */
  MoveProgress progress(long nowNanos) {
    return new MoveProgress(figures, whole.bytes(), nowNanos - begunNanos);
  }

  Route route(long nowNanos, long stallNanos) {
    return new Route(move.shard(), move.from(), move.to(), nowNanos - progressNanos > stallNanos);
  }

  private void forget() {
    ready = Optional.empty();
    targetAck = Optional.empty();
    sourceAck = Optional.empty();
    hopeless = "";
  }
}

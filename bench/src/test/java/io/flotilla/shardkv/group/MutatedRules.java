package io.flotilla.shardkv.group;

import io.flotilla.shardkv.group.KvCommand.FinalCounts;
import io.flotilla.shardkv.group.KvCommand.Mutate;
import io.flotilla.shardkv.group.KvResult.Reason;
import io.flotilla.shardkv.group.ShardState.Tally;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The real rules applied to images, with one of them broken if so asked. */
final class MutatedRules {
  private final Mutant mutant;

  MutatedRules(Mutant mutant) {
    this.mutant = mutant;
  }

  /** What applying came to. {@code executed}: an operation was evaluated, not just remembered. */
  record Applied(GroupImage after, KvResult result, boolean executed) {}

  Applied apply(GroupImage image, KvCommand command) {
    if (command instanceof Mutate operation) {
      return mutate(image, operation);
    } else if (command instanceof KvCommand.ExpireBefore expire) {
      return expire(image, expire);
    } else if (command instanceof KvCommand.Piece piece) {
      return piece(image, piece);
    }
    return control(image, command);
  }

  static Applied real(GroupImage image, KvCommand command) {
    KvResult[] result = new KvResult[1];
    GroupImage after =
        image.after(
            (states, rows) -> {
              try {
                result[0] = new GroupRules(states, rows).apply(command);
              } catch (StoreDamage e) {
                throw new AssertionError(e);
              }
            });
    boolean executed =
        command instanceof Mutate operation
            && result[0] instanceof KvResult.Answered
            && image.session(operation.id().session()).answer(operation.id().seq()).isEmpty();
    return new Applied(after, result[0], executed);
  }

  private Applied mutate(GroupImage image, Mutate operation) {
    OpId id = operation.id();
    Phase phase = image.phase();
    switch (mutant) {
      case WRITE_WHILE_FROZEN:
        if (phase == Phase.FROZEN) {
          return as(Phase.EXPORTING, image, operation);
        }
        break;
      case OWNERSHIP_AT_ARRIVAL:
        if (phase == Phase.ABSENT && image.state().transit().move() != 0) {
          return as(Phase.SERVING, image, operation);
        }
        break;
      case SESSION_BEFORE_OWNERSHIP:
        if (!phase.serves() && id.block() < image.expireBefore()) {
          return new Applied(image, new KvResult.Refused(Reason.SESSION_EXPIRED), false);
        }
        break;
      case OLD_SESSION_ACCEPTED:
        long watermark = image.state().tally().expireBefore();
        Applied fresh = real(image.with(s -> s.with(watermark(s.tally(), 0))), operation);
        GroupImage marked = fresh.after().with(s -> s.with(watermark(s.tally(), watermark)));
        return new Applied(marked, fresh.result(), fresh.executed());
      default:
        break;
    }
    return forgetful(image, operation, real(image, operation));
  }

  /** What is wrong with the record of an operation that was applied by the rules. */
  private Applied forgetful(GroupImage image, Mutate operation, Applied applied) {
    OpId id = operation.id();
    SessionRow before = image.session(id.session());
    if (mutant == Mutant.STALE_EXECUTED
        && applied.result().equals(new KvResult.Refused(Reason.STALE))) {
      Mutate unrecorded =
          new Mutate(operation.shard(), OpId.NONE, operation.key(), operation.change());
      Applied executed = real(image, unrecorded);
      return new Applied(executed.after(), executed.result(), true);
    }
    if (!applied.executed()) {
      return applied;
    }
    Answer answer = ((KvResult.Answered) applied.result()).answer();
    GroupImage after = applied.after();
    if (mutant == Mutant.NO_IS_NOT_RECORDED && answer.kind() == Answer.Kind.NOT_FOUND) {
      after = after.withSession(id.session(), before);
    } else if (mutant == Mutant.PRUNES_TOO_MUCH) {
      long from = after.session(id.session()).firstIncomplete();
      after = after.withSession(id.session(), SessionRow.NEW.record(from, id.seq(), answer));
    } else if (mutant == Mutant.FIRST_INCOMPLETE_GOES_BACK) {
      SessionRow back = SessionRow.NEW;
      SessionRow row = after.session(id.session());
      for (long seq = id.firstIncomplete(); seq < id.firstIncomplete() + 8; seq++) {
        Optional<Answer> known = row.answer(seq);
        back = known.isPresent() ? back.record(id.firstIncomplete(), seq, known.get()) : back;
      }
      after = after.withSession(id.session(), back);
    }
    return new Applied(after, applied.result(), true);
  }

  private Applied expire(GroupImage image, KvCommand.ExpireBefore expire) {
    if (mutant == Mutant.EXPIRY_WHILE_FROZEN && image.phase() == Phase.FROZEN) {
      return as(Phase.EXPORTING, image, expire);
    }
    Applied applied = real(image, expire);
    if (mutant == Mutant.WATERMARK_GOES_BACK && image.phase().serves()) {
      GroupImage back =
          applied
              .after()
              .heard(expire.block())
              .with(s -> s.with(watermark(s.tally(), expire.block())));
      return new Applied(back, applied.result(), false);
    }
    return applied;
  }

  private Applied piece(GroupImage image, KvCommand.Piece piece) {
    if (mutant != Mutant.PIECES_IN_ANY_ORDER || image.phase() != Phase.STAGING) {
      return control(image, piece);
    }
    Tally come = image.state().tally();
    long sessions = come.sessions();
    long rows = come.rows();
    long bytes = come.bytes();
    for (KvCommand.MovedRow row : piece.rows()) {
      sessions += row.session() ? 1 : 0;
      rows += row.session() ? 0 : 1;
      bytes += row.session() ? 0 : row.key().size() + row.value().size();
    }
    FinalCounts counts = new FinalCounts(rows, bytes, sessions, 0, 0);
    Optional<FinalCounts> last =
        piece
            .last()
            .map(
                l ->
                    new FinalCounts(
                        counts.rows(),
                        counts.bytes(),
                        counts.sessions(),
                        l.counter(),
                        l.expireBefore()));
    return real(
        image,
        new KvCommand.Piece(
            piece.stamp(), image.state().transit().cursor(), piece.to(), piece.rows(), last));
  }

  private Applied control(GroupImage image, KvCommand command) {
    if (mutant == Mutant.COMMANDS_WITHOUT_INCARNATION) {
      return real(image, Restamped.to(image.id(), command));
    }
    if (mutant == Mutant.NO_FENCE) {
      Applied applied = real(image.with(s -> s.fencedAt(0)), command);
      long fence = Math.max(image.state().fence(), applied.after().state().fence());
      return new Applied(applied.after().with(s -> s.fencedAt(fence)), applied.result(), false);
    }
    if (mutant == Mutant.ABORT_RAISES_NO_FENCE
        && command instanceof KvCommand.Drop
        && image.phase() == Phase.ABSENT) {
      return new Applied(image, real(image, command).result(), false);
    }
    if (mutant == Mutant.BEGIN_IMPORT_RESETS
        && command instanceof KvCommand.BeginImport begin
        && image.phase().arrives()
        && image.state().isIn(begin.stamps().get(0))) {
      return real(GroupImage.empty(image.id()), command);
    }
    return real(image, command);
  }

  /** Applies a command as if the shard were in another phase. */
  private static Applied as(Phase phase, GroupImage image, KvCommand command) {
    Phase truly = image.phase();
    Applied applied = real(image.with(s -> s.in(phase)), command);
    return new Applied(
        applied.after().with(s -> s.in(truly)), applied.result(), applied.executed());
  }

  private static Tally watermark(Tally tally, long block) {
    return new Tally(tally.counter(), block, tally.rows(), tally.bytes(), tally.sessions());
  }

  /** The pieces of a frozen shard, one row each and all in one. */
  List<KvCommand.Piece> pieces(GroupImage image) {
    List<KvCommand.Piece> pieces = new ArrayList<>();
    image.after(
        (states, rows) -> {
          cut(pieces, new PieceBuilder(states, rows, 1));
          cut(pieces, new PieceBuilder(states, rows, Limits.PIECE_BYTES_MAX));
        });
    return pieces.stream().map(this::tampered).distinct().toList();
  }

  private static void cut(List<KvCommand.Piece> pieces, PieceBuilder builder) {
    try {
      Optional<KvCommand.Piece> piece = builder.next(GroupImage.SHARD, PieceCursor.START.encode());
      while (piece.isPresent()) {
        pieces.add(piece.get());
        piece = builder.next(GroupImage.SHARD, piece.get().to());
      }
    } catch (StoreDamage e) {
      throw new AssertionError(e);
    }
  }

  private KvCommand.Piece tampered(KvCommand.Piece piece) {
    boolean noSessions = mutant == Mutant.SESSION_ROWS_STAY;
    List<KvCommand.MovedRow> rows =
        piece.rows().stream().filter(row -> !(noSessions && row.session())).toList();
    Optional<FinalCounts> last =
        piece
            .last()
            .map(
                l ->
                    new FinalCounts(
                        l.rows(),
                        l.bytes(),
                        noSessions ? 0 : l.sessions(),
                        mutant == Mutant.COUNTER_STAYS ? 0 : l.counter(),
                        mutant == Mutant.WATERMARK_STAYS ? 0 : l.expireBefore()));
    return new KvCommand.Piece(piece.stamp(), piece.from(), piece.to(), rows, last);
  }

  /** A restart that loses something, or a rule that acts by itself; the same image if it can't. */
  GroupImage byItself(GroupImage image) {
    Phase phase = image.phase();
    Tally tally = image.state().tally();
    return switch (mutant) {
      case UNFREEZE_BY_TIMEOUT ->
          phase == Phase.FROZEN ? image.with(s -> s.in(Phase.SERVING)) : image;
      case IDLE_EVICTION -> phase.serves() ? image.without(RowKind.SESSION) : image;
      case FENCE_LOST -> image.with(s -> s.fencedAt(0));
      case WATERMARK_LOST -> image.heard(0).with(s -> s.with(watermark(tally, 0)));
      case COUNTER_LOST ->
          image.with(
              s ->
                  s.with(
                      new Tally(
                          0, tally.expireBefore(), tally.rows(), tally.bytes(), tally.sessions())));
      case SESSION_ROWS_LOST -> image.without(RowKind.SESSION);
      case CURSOR_LOST ->
          phase == Phase.STAGING
              ? image.with(s -> s.with(s.transit().at(PieceCursor.START.encode())))
              : image;
      case STAGED_ROWS_LOST -> phase == Phase.STAGING ? image.without(RowKind.DATA) : image;
      default -> image;
    };
  }
}

package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.KvCommand.FinalCounts;
import io.flotilla.shardkv.group.KvCommand.MovedRow.Kind;
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
  private final MoveSizes sizes;

  MutatedRules(Mutant mutant, MoveSizes sizes) {
    this.mutant = mutant;
    this.sizes = sizes;
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

  private Applied real(GroupImage image, KvCommand command) {
    KvResult[] result = new KvResult[1];
    GroupImage after =
        image.after(
            (states, rows) -> {
              try {
                result[0] = new GroupRules(states, rows, sizes).apply(command);
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
      sessions += row.kind() == Kind.SESSION ? 1 : 0;
      rows += row.kind() == Kind.DATA ? 1 : 0;
      bytes += row.kind() == Kind.SESSION ? 0 : row.key().size() + row.value().size();
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
    if (mutant == Mutant.FREEZE_WHEN_STUCK && command instanceof KvCommand.Freeze) {
      return real(image.with(s -> s.with(s.transit().stuck(""))), command);
    }
    if (mutant == Mutant.TRIMS_TOO_MUCH && command instanceof KvCommand.Trim trim) {
      return real(image, new KvCommand.Trim(trim.stamp(), Long.MAX_VALUE));
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
  private Applied as(Phase phase, GroupImage image, KvCommand command) {
    Phase truly = image.phase();
    Applied applied = real(image.with(s -> s.in(phase)), command);
    return new Applied(
        applied.after().with(s -> s.in(truly)), applied.result(), applied.executed());
  }

  private static Tally watermark(Tally tally, long block) {
    return new Tally(tally.counter(), block, tally.rows(), tally.bytes(), tally.sessions());
  }

  /** Without the sessions, unless a broken rule sends them all the same. */
  GroupImage cuttable(GroupImage image) {
    if (mutant == Mutant.SESSIONS_BEFORE_FREEZE) {
      return image;
    }
    Tally tally = image.state().tally();
    Tally counted = new Tally(tally.counter(), 0, tally.rows(), tally.bytes(), 0);
    return image.without(RowKind.SESSION).heard(0).with(s -> s.with(counted));
  }

  /** The pieces from a cursor on, as small and as large as can be. */
  List<KvCommand.Piece> pieces(GroupImage image, ByteString from) {
    List<KvCommand.Piece> pieces = new ArrayList<>();
    PieceCursor cursor = PieceCursor.decode(from).orElseThrow();
    long counter = image.state().tally().counter();
    if (mutant == Mutant.SESSIONS_BEFORE_FREEZE) {
      cut(pieces, image.with(s -> s.in(Phase.FROZEN)), from);
    } else if (mutant == Mutant.SCAN_FROM_THE_PAST && cursor.counter() > counter) {
      cut(pieces, image, new PieceCursor(cursor.stage(), cursor.after(), counter).encode());
      pieces.replaceAll(piece -> restarted(piece, from, cursor.counter()));
    } else if (mutant == Mutant.PIECES_IN_ANY_ORDER) {
      cut(pieces, image, from);
      cut(pieces, image, ByteString.EMPTY);
      List.copyOf(pieces).forEach(piece -> cut(pieces, image, piece.to()));
    } else {
      cut(pieces, image, from);
    }
    return pieces.stream().map(this::tampered).distinct().toList();
  }

  /** The rows of a piece as if they were of a later moment. */
  private static KvCommand.Piece restarted(KvCommand.Piece piece, ByteString from, long counter) {
    PieceCursor to = PieceCursor.decode(piece.to()).orElseThrow();
    ByteString later = new PieceCursor(to.stage(), to.after(), counter).encode();
    return new KvCommand.Piece(piece.stamp(), from, later, piece.rows(), piece.last());
  }

  private static void cut(List<KvCommand.Piece> pieces, GroupImage image, ByteString from) {
    image.after(
        (states, rows) -> {
          for (int bytes : new int[] {1, MoveSizes.DEFAULT.pieceBytes()}) {
            try {
              new PieceBuilder(states, rows, bytes)
                  .next(GroupImage.SHARD, from)
                  .filter(piece -> !piece.to().equals(piece.from()))
                  .ifPresent(pieces::add);
            } catch (StoreDamage e) {
              throw new AssertionError(e);
            }
          }
        });
  }

  private KvCommand.Piece tampered(KvCommand.Piece piece) {
    boolean noSessions = mutant == Mutant.SESSION_ROWS_STAY;
    List<KvCommand.MovedRow> rows =
        piece.rows().stream().filter(row -> !staysBehind(piece, row)).toList();
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

  private boolean staysBehind(KvCommand.Piece piece, KvCommand.MovedRow row) {
    return switch (mutant) {
      case SESSION_ROWS_STAY -> row.kind() == Kind.SESSION;
      case DELETES_STAY -> row.kind() == Kind.DELETED;
      case CHANGES_STAY ->
          row.kind() == Kind.DATA
              && PieceCursor.decode(piece.from()).orElseThrow().stage()
                  == PieceCursor.Stage.CHANGES;
      default -> false;
    };
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
              ? image.with(s -> s.with(s.transit().with(ShardState.Carried.NOTHING)))
              : image;
      case STAGED_ROWS_LOST -> phase == Phase.STAGING ? image.without(RowKind.DATA) : image;
      case CHANGES_LOST -> image.without(RowKind.CHANGE);
      case OVERFLOW_LOST ->
          phase == Phase.EXPORTING ? image.with(s -> s.with(s.transit().stuck(""))) : image;
      default -> image;
    };
  }
}

package io.flotilla.shardkv.group;

import io.flotilla.base.check.Check;
import io.flotilla.internal.v1.Activate;
import io.flotilla.internal.v1.BeginExport;
import io.flotilla.internal.v1.BeginImport;
import io.flotilla.internal.v1.Drop;
import io.flotilla.internal.v1.End;
import io.flotilla.internal.v1.ExpireBefore;
import io.flotilla.internal.v1.FinalCounts;
import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.MoveFigures;
import io.flotilla.internal.v1.MoveStamp;
import io.flotilla.internal.v1.MovedRow;
import io.flotilla.internal.v1.PieceRequest;
import io.flotilla.internal.v1.Release;
import io.flotilla.internal.v1.Trim;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.store.KvStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Commands of moves as messages of the wire, and back. What comes from the wire is checked here
 * against every bound the rules rely on. Stateless; any thread.
 */
public final class MoveMessages {
  private MoveMessages() {}

  /** The command a request carries; empty if it makes no sense. */
  public static Optional<KvCommand> command(GroupCommandRequest request) {
    return switch (request.getCommandCase()) {
      case BEGIN_IMPORT -> {
        int from = request.getBeginImport().getFrom();
        yield stamps(request.getBeginImport().getStampsList())
            .filter(stamps -> from >= 0)
            .map(stamps -> new KvCommand.BeginImport(stamps, from));
      }
      case BEGIN_EXPORT -> {
        BeginExport begin = request.getBeginExport();
        yield stamp(begin.getStamp())
            .filter(stamp -> begin.getTo() >= 1)
            .map(s -> new KvCommand.BeginExport(s, begin.getTo(), begin.getToIncarnation()));
      }
      case ACTIVATE -> stamps(request.getActivate().getStampsList()).map(KvCommand.Activate::new);
      case RELEASE -> {
        Release release = request.getRelease();
        yield stamp(release.getStamp())
            .filter(stamp -> release.getTo() >= 1)
            .map(stamp -> new KvCommand.Release(stamp, release.getTo()));
      }
      case END -> stamp(request.getEnd().getStamp()).map(KvCommand.End::new);
      case DROP -> stamp(request.getDrop().getStamp()).map(KvCommand.Drop::new);
      case EXPIRE_BEFORE -> {
        long block = request.getExpireBefore().getBlock();
        yield block >= 0 ? Optional.of(new KvCommand.ExpireBefore(block)) : Optional.empty();
      }
      case COMMAND_NOT_SET -> Optional.empty();
    };
  }

  /** The request that carries {@code command}, which must be one of the controller's. */
  public static GroupCommandRequest toProto(KvCommand command) {
    GroupCommandRequest.Builder request = GroupCommandRequest.newBuilder();
    if (command instanceof KvCommand.BeginImport begin) {
      request.setBeginImport(
          BeginImport.newBuilder().addAllStamps(toProto(begin.stamps())).setFrom(begin.from()));
    } else if (command instanceof KvCommand.BeginExport begin) {
      request.setBeginExport(
          BeginExport.newBuilder()
              .setStamp(toProto(begin.stamp()))
              .setTo(begin.to())
              .setToIncarnation(begin.toIncarnation()));
    } else if (command instanceof KvCommand.Activate activate) {
      request.setActivate(Activate.newBuilder().addAllStamps(toProto(activate.stamps())));
    } else if (command instanceof KvCommand.Release release) {
      request.setRelease(
          Release.newBuilder().setStamp(toProto(release.stamp())).setTo(release.to()));
    } else if (command instanceof KvCommand.End end) {
      request.setEnd(End.newBuilder().setStamp(toProto(end.stamp())));
    } else if (command instanceof KvCommand.Drop drop) {
      request.setDrop(Drop.newBuilder().setStamp(toProto(drop.stamp())));
    } else {
      Check.that(command instanceof KvCommand.ExpireBefore, "not the controller's: %s", command);
      long block = ((KvCommand.ExpireBefore) command).block();
      request.setExpireBefore(ExpireBefore.newBuilder().setBlock(block));
    }
    return request.build();
  }

  /** The piece a request carries; empty if it makes no sense or its checksum differs. */
  public static Optional<KvCommand.Piece> piece(PieceRequest request) {
    Optional<Stamp> stamp = stamp(request.getStamp());
    boolean sound =
        PieceCursor.decode(request.getFrom()).isPresent()
            && PieceCursor.decode(request.getTo()).isPresent()
            && request.getCrc32C() == crc(request.getRowsList());
    if (stamp.isEmpty() || !sound) {
      return Optional.empty();
    }
    List<KvCommand.MovedRow> rows = new ArrayList<>(request.getRowsCount());
    for (MovedRow row : request.getRowsList()) {
      if (!fits(row)) {
        return Optional.empty();
      }
      rows.add(
          new KvCommand.MovedRow(
              kind(row.getKind()), row.getKey(), row.getValue(), row.getCounter()));
    }
    Optional<KvCommand.FinalCounts> last = Optional.empty();
    if (request.hasLast()) {
      FinalCounts counts = request.getLast();
      last =
          Optional.of(
              new KvCommand.FinalCounts(
                  counts.getRows(),
                  counts.getBytes(),
                  counts.getSessionRows(),
                  counts.getCounter(),
                  counts.getExpireBefore()));
    }
    return Optional.of(
        new KvCommand.Piece(stamp.get(), request.getFrom(), request.getTo(), rows, last));
  }

  /** The request that carries {@code piece}. */
  public static PieceRequest toProto(KvCommand.Piece piece) {
    PieceRequest.Builder request =
        PieceRequest.newBuilder()
            .setStamp(toProto(piece.stamp()))
            .setFrom(piece.from())
            .setTo(piece.to());
    for (KvCommand.MovedRow row : piece.rows()) {
      request.addRows(
          MovedRow.newBuilder()
              .setKind(proto(row.kind()))
              .setKey(row.key())
              .setValue(row.value())
              .setCounter(row.counter()));
    }
    piece
        .last()
        .ifPresent(
            last ->
                request.setLast(
                    FinalCounts.newBuilder()
                        .setRows(last.rows())
                        .setBytes(last.bytes())
                        .setSessionRows(last.sessions())
                        .setCounter(last.counter())
                        .setExpireBefore(last.expireBefore())));
    return request.setCrc32C(crc(request.getRowsList())).build();
  }

  /** The trimming a message is; empty if it makes no sense. */
  static Optional<KvCommand.Trim> trim(Trim trim) {
    return stamp(trim.getStamp())
        .filter(stamp -> trim.getUpTo() >= 0)
        .map(stamp -> new KvCommand.Trim(stamp, trim.getUpTo()));
  }

  /** A trimming as a message. */
  static Trim toProto(KvCommand.Trim trim) {
    return Trim.newBuilder().setStamp(toProto(trim.stamp())).setUpTo(trim.upTo()).build();
  }

  /** A status as a message. */
  public static io.flotilla.internal.v1.ShardStatus toProto(ShardStatus status) {
    return io.flotilla.internal.v1.ShardStatus.newBuilder()
        .setStamp(toProto(status.stamp()))
        .setStateValue(status.phase().code())
        .setFence(status.fence())
        .setSuperseded(status.verdict() == ShardStatus.Verdict.SUPERSEDED)
        .setRefused(status.verdict() == ShardStatus.Verdict.REFUSED)
        .setReason(status.reason())
        .setFigures(
            MoveFigures.newBuilder()
                .setRows(status.rows())
                .setBytes(status.bytes())
                .setRounds(status.rounds()))
        .build();
  }

  /** A stamp as a message. */
  public static MoveStamp toProto(Stamp stamp) {
    return MoveStamp.newBuilder()
        .setMove(stamp.move())
        .setShard(stamp.shard())
        .setEpoch(stamp.epoch())
        .setGid(stamp.group().gid())
        .setIncarnation(stamp.group().incarnation())
        .build();
  }

  /** The stamp a message is; empty if a number is out of range. */
  public static Optional<Stamp> stamp(MoveStamp stamp) {
    boolean inRange =
        stamp.getShard() >= 0
            && stamp.getShard() < Limits.SHARDS_MAX
            && stamp.getEpoch() >= 1
            && stamp.getMove() != 0;
    GroupId group = new GroupId(stamp.getGid(), stamp.getIncarnation());
    return inRange
        ? Optional.of(new Stamp(stamp.getMove(), stamp.getShard(), stamp.getEpoch(), group))
        : Optional.empty();
  }

  private static List<MoveStamp> toProto(List<Stamp> stamps) {
    return stamps.stream().map(MoveMessages::toProto).toList();
  }

  private static Optional<List<Stamp>> stamps(List<MoveStamp> messages) {
    List<Stamp> stamps = new ArrayList<>(messages.size());
    for (MoveStamp message : messages) {
      stamp(message).ifPresent(stamps::add);
    }
    boolean all = stamps.size() == messages.size() && stamps.size() <= Limits.SHARDS_MAX;
    return all ? Optional.of(stamps) : Optional.empty();
  }

  private static KvCommand.MovedRow.Kind kind(MovedRow.Kind kind) {
    return switch (kind) {
      case SESSION -> KvCommand.MovedRow.Kind.SESSION;
      case DELETED -> KvCommand.MovedRow.Kind.DELETED;
      case DATA, UNRECOGNIZED -> KvCommand.MovedRow.Kind.DATA;
    };
  }

  private static MovedRow.Kind proto(KvCommand.MovedRow.Kind kind) {
    return switch (kind) {
      case DATA -> MovedRow.Kind.DATA;
      case SESSION -> MovedRow.Kind.SESSION;
      case DELETED -> MovedRow.Kind.DELETED;
    };
  }

  private static boolean fits(MovedRow row) {
    int key = row.getKey().size();
    int value = row.getValue().size();
    boolean isKey = key >= 1 && key <= Limits.KEY_BYTES_MAX;
    return switch (row.getKind()) {
      case DATA -> isKey && value <= Limits.VALUE_BYTES_MAX;
      case DELETED -> isKey && value == 0;
      case SESSION -> key == SessionRows.KEY_BYTES && value <= KvStore.VALUE_BYTES_MAX;
      case UNRECOGNIZED -> false;
    };
  }

  private static int crc(List<MovedRow> rows) {
    CRC32C crc = new CRC32C();
    for (MovedRow row : rows) {
      for (var buffer : row.toByteString().asReadOnlyByteBufferList()) {
        crc.update(buffer);
      }
    }
    return (int) crc.getValue();
  }
}

package io.flotilla.shardctrler.move;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.check.Check;
import io.flotilla.base.rpc.GroupCalls;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.internal.v1.Activate;
import io.flotilla.internal.v1.BeginExport;
import io.flotilla.internal.v1.BeginImport;
import io.flotilla.internal.v1.Drop;
import io.flotilla.internal.v1.End;
import io.flotilla.internal.v1.ExpireBefore;
import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.GroupCommandResponse;
import io.flotilla.internal.v1.MoveStamp;
import io.flotilla.internal.v1.Release;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.state.Move;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the controller tells groups, as messages. Stateless. */
public final class GroupCommands {
  private static final String METHOD = "flotilla.internal.v1.Group/Command";

  private GroupCommands() {}

  /** Whether {@code step} of {@code move} may share one command with others to the same group. */
  static boolean isShared(Step step, Move move) {
    return step == Step.ACTIVATE || (step == Step.BEGIN_IMPORT && move.isFirstOwnership());
  }

  /** {@code step} for each of {@code moves}; more than one only if they may share a command. */
  public static GroupCommandRequest of(Step step, List<Move> moves) {
    Move move = moves.get(0);
    Check.that(moves.size() == 1 || isShared(step, move), "%s for many moves", step);
    List<MoveStamp> stamps = moves.stream().map(each -> stamp(step, each)).toList();
    GroupCommandRequest.Builder request = to(group(step, move));
    switch (step) {
      case BEGIN_IMPORT ->
          request.setBeginImport(
              BeginImport.newBuilder().addAllStamps(stamps).setFrom(move.from()));
      case BEGIN_EXPORT ->
          request.setBeginExport(
              BeginExport.newBuilder()
                  .setStamp(stamps.get(0))
                  .setTo(move.to())
                  .setToIncarnation(move.toIncarnation()));
      case ACTIVATE -> request.setActivate(Activate.newBuilder().addAllStamps(stamps));
      case RELEASE ->
          request.setRelease(Release.newBuilder().setStamp(stamps.get(0)).setTo(move.to()));
      case END -> request.setEnd(End.newBuilder().setStamp(stamps.get(0)));
      case DROP -> request.setDrop(Drop.newBuilder().setStamp(stamps.get(0)));
    }
    return request.build();
  }

  /** Tells {@code group}; {@code then} hears on the loop what was applied, empty if nobody led. */
  static void tell(
      GroupCalls calls,
      GroupMembers group,
      GroupCommandRequest command,
      Consumer<Optional<List<ShardStatus>>> then) {
    calls.ask(group, METHOD, command.toByteString(), GroupCommands::read, then);
  }

  private static GroupCalls.Heard<List<ShardStatus>> read(ByteString bytes)
      throws InvalidProtocolBufferException {
    GroupCommandResponse response = GroupCommandResponse.parseFrom(bytes);
    return response.hasApplied()
        ? GroupCalls.Heard.answer(response.getApplied().getShardsList())
        : GroupCalls.Heard.notLeader(response.getNotLeader().getLeader());
  }

  /** Tells a group that the sessions of lower blocks are over. */
  public static GroupCommandRequest expireBefore(GroupId group, long block) {
    return to(group).setExpireBefore(ExpireBefore.newBuilder().setBlock(block)).build();
  }

  /** Whom {@code step} is for. */
  static GroupId group(Step step, Move move) {
    return step.isToTarget()
        ? new GroupId(move.to(), move.toIncarnation())
        : new GroupId(move.from(), move.fromIncarnation());
  }

  private static GroupCommandRequest.Builder to(GroupId group) {
    return GroupCommandRequest.newBuilder().setGid(group.gid()).setIncarnation(group.incarnation());
  }

  private static MoveStamp stamp(Step step, Move move) {
    GroupId group = group(step, move);
    return MoveStamp.newBuilder()
        .setMove(move.id())
        .setShard(move.shard())
        .setEpoch(move.commandEpoch())
        .setGid(group.gid())
        .setIncarnation(group.incarnation())
        .build();
  }
}

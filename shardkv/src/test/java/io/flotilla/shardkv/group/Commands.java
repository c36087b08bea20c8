package io.flotilla.shardkv.group;

import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.World.Field;
import java.util.List;

/** Numbers of all commands of one move; -1 where a new shard has no source. */
record Commands(
    int beginImport, int beginExport, int freeze, int activate, int release, int end, int drop) {
  static Commands of(Interner<KvCommand> numbers, int number, int move) {
    int from = Field.FROM.of(move);
    int to = Field.TO.of(move);
    long epoch = Field.NEW_EPOCH.of(move);
    GroupId source = new GroupId(from, Field.FROM_INCARNATION.of(move));
    GroupId target = new GroupId(to, Field.TO_INCARNATION.of(move));
    Stamp atSource = new Stamp(number + 1, GroupImage.SHARD, epoch, source);
    Stamp atTarget = new Stamp(number + 1, GroupImage.SHARD, epoch, target);
    Stamp end = new Stamp(number + 1, GroupImage.SHARD, epoch + 1, source);
    Stamp drop = new Stamp(number + 1, GroupImage.SHARD, epoch + 1, target);
    boolean isNew = from == 0;
    return new Commands(
        numbers.number(new KvCommand.BeginImport(List.of(atTarget), from)),
        isNew ? -1 : numbers.number(new KvCommand.BeginExport(atSource, to, target.incarnation())),
        isNew ? -1 : numbers.number(new KvCommand.Freeze(atSource)),
        numbers.number(new KvCommand.Activate(List.of(atTarget))),
        isNew ? -1 : numbers.number(new KvCommand.Release(atSource, to)),
        isNew ? -1 : numbers.number(new KvCommand.End(end)),
        numbers.number(new KvCommand.Drop(drop)));
  }
}

package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.EARLY;
import static io.flotilla.shardkv.group.TestGroup.SHARD;
import static io.flotilla.shardkv.group.TestGroup.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import io.flotilla.shardkv.store.MemoryCheckpoints;
import io.flotilla.shardkv.store.MemoryStore;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvMachineTest {
  private static final GroupId GROUP = new GroupId(1, 1);

  private final QueueLoop loop = new QueueLoop();
  private final MemoryCheckpoints checkpoints = new MemoryCheckpoints();
  private final List<Entry> log = new ArrayList<>();

  @Test
  void answersEveryCommandInOrder() {
    KvMachine machine = open(checkpoints);
    List<KvResult> results = apply(machine, serve(), put("a", "1"), put("b", "2"));
    assertThat(results).hasSize(4);
    assertThat(results.subList(2, 4)).containsExactly(TestGroup.written(1), TestGroup.written(2));
    assertThat(machine.applied()).isEqualTo(new LogPosition(1, 4));
  }

  @Test
  void bytesThatAreNoCommandAreRefusedAlikeEverywhere() {
    KvMachine machine = open(checkpoints);
    Entry garbage = new Entry(1, 1, Entry.Kind.COMMAND, bytes("garbage"));
    assertThat(applyEntries(machine, List.of(garbage)))
        .containsExactly(new KvResult.Refused(KvResult.Reason.MALFORMED));
  }

  @Test
  void aCheckpointHoldsEverythingThatIsNotARow() throws Exception {
    KvMachine machine = open(checkpoints);
    apply(machine, serve(), put("a", "1"), put("b", "2"));
    apply(machine, List.of(new KvCommand.ExpireBefore(1)), export(), freeze());
    checkpoint(machine);
    KvMachine again = open(checkpoints);
    assertThat(again.recovered().position()).isEqualTo(machine.applied());
    assertThat(again.applied()).isEqualTo(machine.applied());
    assertThat(again.shard(SHARD)).isEqualTo(machine.shard(SHARD));
    assertThat(again.expireBefore()).isEqualTo(1);
    assertThat(again.chain()).isEqualTo(machine.chain());
    assertThat(again.piece(SHARD, ByteString.EMPTY))
        .isEqualTo(machine.piece(SHARD, ByteString.EMPTY));
  }

  @Test
  void theChainTellsWhatWasAppliedAndNotHowItWasBatched() {
    KvMachine one = open(checkpoints);
    apply(one, serve(), put("a", "1"), put("b", "2"));
    KvMachine other = open(new MemoryCheckpoints());
    for (Entry entry : log) {
      applyEntries(other, List.of(entry));
    }
    assertThat(other.chain()).isEqualTo(one.chain());
    KvMachine third = open(new MemoryCheckpoints());
    applyEntries(third, log.subList(0, 3));
    assertThat(third.chain()).isNotEqualTo(one.chain());
  }

  @Test
  void theChainGoesOnAfterARestartAsIfThereHadBeenNone() {
    KvMachine machine = open(checkpoints);
    apply(machine, serve(), put("a", "1"));
    checkpoint(machine);
    KvMachine again = open(checkpoints);
    int from = log.size();
    apply(machine, put("b", "2"), export());
    applyEntries(again, log.subList(from, log.size()));
    assertThat(again.chain()).isEqualTo(machine.chain());
  }

  @Test
  void rowsThatNoShardNamesAreDroppedAtRecovery() {
    MemoryStore store = new MemoryStore(checkpoints, loop, loop);
    KvMachine machine = new KvMachine(GROUP, store, MoveSizes.DEFAULT);
    apply(machine, serve(), put("a", "1"));
    Namespace lost = new Namespace(SHARD, 99);
    store.put(lost, RowKind.DATA, bytes("x"), Row.of(bytes("y"), 1));
    checkpoint(machine);
    MemoryStore reopened = new MemoryStore(checkpoints, loop, loop);
    new KvMachine(GROUP, reopened, MoveSizes.DEFAULT);
    assertThat(reopened.namespaces()).containsExactly(new Namespace(SHARD, 1));
  }

  @Test
  void listenersHearOfAChangeBeforeItsCommandIsAnswered() {
    KvMachine machine = open(checkpoints);
    List<String> order = new ArrayList<>();
    machine.listen((shard, before, after) -> order.add(before.phase() + ">" + after.phase()));
    for (KvCommand command : serve()) {
      ApplyBatch.Answers<KvResult> answers = (entry, result) -> order.add("answer");
      Entry entry = append(command);
      machine.apply(new ApplyBatch<>(List.of(entry), entry.position(), answers));
    }
    assertThat(order).containsExactly("ABSENT>READY", "answer", "READY>SERVING", "answer");
  }

  @Test
  void aRestoredCheckpointReplacesTheStateAndSaysWhatChanged() throws Exception {
    KvMachine leader = open(checkpoints);
    apply(leader, serve(), put("a", "1"));
    checkpoint(leader);
    KvMachine follower = open(new MemoryCheckpoints());
    List<Phase> heard = new ArrayList<>();
    follower.listen((shard, before, after) -> heard.add(after.phase()));
    try (SnapshotSource source = leader.openSnapshot()) {
      SnapshotSink sink = follower.beginRestore(source.header(), source.length());
      sink.write(0, source.read(0, (int) source.length()));
      assertThat(sink.commit()).isTrue();
    }
    follower.restored();
    assertThat(heard).containsExactly(Phase.SERVING);
    assertThat(follower.applied()).isEqualTo(leader.applied());
    assertThat(follower.chain()).isEqualTo(leader.chain());
    assertThat(follower.get(SHARD, bytes("a")).map(Row::value)).contains(bytes("1"));
  }

  @Test
  void aScanMergesTheShardsServedHere() throws Exception {
    KvMachine machine = open(checkpoints);
    Stamp other = new Stamp(2, 2, 1, GROUP);
    apply(
        machine,
        serve(),
        List.of(
            new KvCommand.BeginImport(List.of(other), 0), new KvCommand.Activate(List.of(other))),
        put("p1", "1"),
        put("p3", "3"),
        List.of(mutate(2, "p2", "2"), mutate(2, "p4", "4"), mutate(2, "q", "5")));
    ScanPage page = machine.scan(List.of(2, 3, SHARD), bytes("p"), bytes("p1"), 2);
    assertThat(page.rows().stream().map(row -> row.key().toStringUtf8()))
        .containsExactly("p2", "p3");
    assertThat(page.more()).isTrue();
    assertThat(page.covered()).containsExactly(2, SHARD);
    ScanPage rest = machine.scan(List.of(2, SHARD), bytes("p"), bytes("p3"), 10);
    assertThat(rest.rows().stream().map(row -> row.key().toStringUtf8())).containsExactly("p4");
    assertThat(rest.more()).isFalse();
  }

  private KvMachine open(MemoryCheckpoints from) {
    return new KvMachine(GROUP, new MemoryStore(from, loop, loop), MoveSizes.DEFAULT);
  }

  private void checkpoint(KvMachine machine) {
    List<Boolean> outcome = new ArrayList<>();
    SnapshotHeader header = new SnapshotHeader(machine.applied(), Membership.of(List.of(1)));
    machine.checkpoint(
        header,
        new StateMachine.CheckpointDone() {
          @Override
          public void durable() {
            outcome.add(true);
          }

          @Override
          public void failed(DiskException failure) {
            outcome.add(false);
          }
        });
    loop.run();
    assertThat(outcome).containsExactly(true);
  }

  @SafeVarargs
  private List<KvResult> apply(KvMachine machine, List<KvCommand>... commands) {
    List<Entry> entries = new ArrayList<>();
    for (List<KvCommand> some : commands) {
      for (KvCommand command : some) {
        entries.add(append(command));
      }
    }
    return applyEntries(machine, entries);
  }

  private Entry append(KvCommand command) {
    Entry entry = new Entry(1, log.size() + 1, Entry.Kind.COMMAND, KvCommandCodec.encode(command));
    log.add(entry);
    return entry;
  }

  private static List<KvResult> applyEntries(KvMachine machine, List<Entry> entries) {
    List<KvResult> results = new ArrayList<>();
    LogPosition last = entries.get(entries.size() - 1).position();
    machine.apply(new ApplyBatch<>(entries, last, (entry, result) -> results.add(result)));
    return results;
  }

  private static List<KvCommand> serve() {
    List<Stamp> stamps = List.of(new Stamp(1, SHARD, 1, GROUP));
    return List.of(new KvCommand.BeginImport(stamps, 0), new KvCommand.Activate(stamps));
  }

  private static List<KvCommand> export() {
    return List.of(new KvCommand.BeginExport(new Stamp(2, SHARD, 2, GROUP), 2, 1));
  }

  private static List<KvCommand> freeze() {
    return List.of(new KvCommand.Freeze(new Stamp(2, SHARD, 2, GROUP)));
  }

  private static List<KvCommand> put(String key, String value) {
    OpId id = new OpId(EARLY, value.charAt(0), 1);
    return List.of(new KvCommand.Mutate(SHARD, id, bytes(key), new Change.Put(bytes(value))));
  }

  private static KvCommand mutate(int shard, String key, String value) {
    return new KvCommand.Mutate(shard, OpId.NONE, bytes(key), new Change.Put(bytes(value)));
  }
}

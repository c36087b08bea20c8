package io.flotilla.shardkv.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.StateMachine;
import io.flotilla.shardkv.store.KvStore;
import io.flotilla.shardkv.store.MemoryCheckpoints;
import io.flotilla.shardkv.store.MemoryStore;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.StoreDamage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a machine says and shows when its store turns out to be damaged. */
class DamagedMachineTest {
  private static final GroupId GROUP = new GroupId(1, 1);
  private static final ByteString KEY = ByteString.copyFromUtf8("key");

  private final QueueLoop loop = new QueueLoop();
  private final KvStore memory = new MemoryStore(new MemoryCheckpoints(), loop, loop);
  private final KvMachine machine = new KvMachine(GROUP, rotting(memory), MoveSizes.DEFAULT);
  private final List<StoreDamage> reported = new ArrayList<>();
  private final List<KvResult> results = new ArrayList<>();
  private boolean isRotten;
  private long index;

  @BeforeEach
  void serve() {
    machine.onDamage(reported::add);
    Stamp stamp = new Stamp(1, 0, 1, GROUP);
    apply(new KvCommand.BeginImport(List.of(stamp), 0), new KvCommand.Activate(List.of(stamp)));
    apply(put("before"));
    results.clear();
  }

  @Test
  void damageMetWhileApplyingEndsTheBatchUnanswered() {
    isRotten = true;
    apply(put("a"), put("b"));
    assertThat(results).isEmpty();
    assertThat(reported).hasSize(1);
    isRotten = false;
    apply(put("c"));
    assertThat(results).as("nothing more is done over half an effect").isEmpty();
    assertThat(reported).hasSize(1);
    assertThatThrownBy(() -> machine.get(0, KEY)).isInstanceOf(StoreDamage.class);
  }

  @Test
  void damageMetByAReadIsReportedAndNothingIsReadAfterIt() throws Exception {
    assertThat(machine.get(0, KEY).map(Row::value)).contains(ByteString.copyFromUtf8("before"));
    isRotten = true;
    assertThatThrownBy(() -> machine.get(0, KEY)).isInstanceOf(StoreDamage.class);
    isRotten = false;
    assertThatThrownBy(() -> machine.get(0, KEY)).isInstanceOf(StoreDamage.class);
    assertThatThrownBy(() -> machine.scan(List.of(0), ByteString.EMPTY, ByteString.EMPTY, 9))
        .isInstanceOf(StoreDamage.class);
    assertThat(reported).hasSize(1);
  }

  @Test
  void aDamagedMachineWritesNoCheckpoint() {
    isRotten = true;
    apply(put("a"));
    List<DiskException> failures = new ArrayList<>();
    machine.checkpoint(
        new SnapshotHeader(machine.applied(), Membership.of(List.of(1))),
        new StateMachine.CheckpointDone() {
          @Override
          public void durable() {
            throw new AssertionError("of half an effect");
          }

          @Override
          public void failed(DiskException failure) {
            failures.add(failure);
          }
        });
    assertThat(failures).hasSize(1);
  }

  private static KvCommand put(String value) {
    return new KvCommand.Mutate(0, OpId.NONE, KEY, new Change.Put(ByteString.copyFromUtf8(value)));
  }

  private void apply(KvCommand... commands) {
    List<Entry> entries = new ArrayList<>();
    for (KvCommand command : commands) {
      index++;
      entries.add(new Entry(1, index, Entry.Kind.COMMAND, KvCommandCodec.encode(command)));
    }
    machine.apply(
        new ApplyBatch<>(
            entries,
            entries.get(entries.size() - 1).position(),
            (of, result) -> results.add(result)));
  }

  /** The same store, whose rows cannot be read while it is rotten. */
  private KvStore rotting(KvStore store) {
    return (KvStore)
        Proxy.newProxyInstance(
            KvStore.class.getClassLoader(),
            new Class<?>[] {KvStore.class},
            (proxy, method, arguments) -> {
              if (isRotten && method.getName().equals("get")) {
                throw new StoreDamage("7.sdb", "checksum of a row");
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }
}

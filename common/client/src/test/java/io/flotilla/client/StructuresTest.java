package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The client's own structures, each against the plain one it replaces. */
final class StructuresTest {
  private static final int STEPS = 20_000;

  private final SplittableRandom random = new SplittableRandom(7);

  private static final class Silence implements PendingCall.Completion {
    @Override
    public void answered(Outcome outcome) {}

    @Override
    public void failed(FlotillaException failure) {}
  }

  private static PendingCall call(long deadline) {
    return new PendingCall(
        Requests.get(ByteString.copyFromUtf8("k")), false, 0, deadline, new Silence());
  }

  @Test
  void aHeapYieldsTheEarliestOfWhatIsLeft() {
    DueHeap<PendingCall> heap = new DueHeap<>();
    List<PendingCall> model = new ArrayList<>();
    long origin = Long.MAX_VALUE - STEPS;
    for (int step = 0; step < STEPS; step++) {
      if (model.isEmpty() || random.nextInt(5) < 3) {
        // Across the overflow of the clock, mostly but not always in order.
        PendingCall added = call(origin + step * 2L + random.nextInt(50));
        heap.add(added);
        model.add(added);
      } else {
        PendingCall removed = model.remove(random.nextInt(model.size()));
        heap.remove(removed);
        heap.remove(removed);
      }
      assertThat(heap.size()).isEqualTo(model.size());
      if (!model.isEmpty() && step % 16 == 0) {
        long earliest =
            model.stream().mapToLong(each -> each.dueNanos - origin).min().orElseThrow();
        assertThat(heap.first().dueNanos - origin).isEqualTo(earliest);
      }
    }
  }

  @Test
  void aTableOfAttemptsIsAMap() {
    AttemptTable table = new AttemptTable();
    TreeMap<Long, Attempt> model = new TreeMap<>();
    FakeCluster cluster = new FakeCluster(1, 1);
    NodeStreams streams = new NodeStreams(cluster.seams(), new Deaf());
    ShardRouter.Route route = new ShardRouter.Route(1, 1, new NodeAddress(1, 1, "n1:1", "p1:1"));
    long id = 0;
    for (int step = 0; step < STEPS; step++) {
      if (model.isEmpty() || random.nextInt(5) < 3) {
        id += 1 + random.nextInt(3) * random.nextInt(200);
        Attempt attempt = new Attempt(id, call(1), route, streams.to("n1:1"), 1);
        table.add(attempt);
        model.put(id, attempt);
      } else {
        long wanted = random.nextLong(id + 2);
        Long near = model.ceilingKey(wanted);
        long removed = near == null || random.nextInt(4) == 0 ? wanted : near;
        assertThat(table.remove(removed).isPresent()).isEqualTo(model.remove(removed) != null);
      }
      assertThat(table.size()).isEqualTo(model.size());
    }
    assertThat(table.removeAll())
        .isSortedAccordingTo(Comparator.comparingLong(attempt -> attempt.id))
        .containsExactlyElementsOf(model.values());
    assertThat(table.size()).isZero();
  }

  private static final class Deaf implements NodeStream.Listener {
    @Override
    public void onOutcome(Attempt attempt, Outcome outcome) {}

    @Override
    public void onOver(List<Attempt> unanswered, List<Attempt> unsent) {}
  }

  @Test
  void aSequenceKnowsItsFirstIncomplete() {
    Session session = new Session(1, 0, 0);
    TreeSet<Long> incomplete = new TreeSet<>();
    long last = 0;
    for (int step = 0; step < 5 * STEPS; step++) {
      if (session.hasRoom(3) && random.nextInt(100) < 52) {
        last++;
        assertThat(session.begin(3)).isEqualTo(last);
        incomplete.add(last);
      } else if (!incomplete.isEmpty()) {
        long from = incomplete.first();
        Long picked = incomplete.ceiling(from + random.nextLong(last - from + 1));
        long ended = picked == null ? from : picked;
        session.end(3, ended);
        session.end(3, ended);
        incomplete.remove(ended);
      }
      long first = incomplete.isEmpty() ? last + 1 : incomplete.first();
      assertThat(session.opId(3, 1).getFirstIncomplete()).isEqualTo(first);
      assertThat(session.hasRoom(3)).isEqualTo(last - first + 1 < Session.OUTSTANDING_MAX);
    }
    assertThat(session.opId(4, 1).getFirstIncomplete()).isEqualTo(1);
  }

  @Test
  void requestsAndResultsOfOneKindHaveOneNumber() {
    for (Operation.RequestCase request : Operation.RequestCase.values()) {
      String result =
          request == Operation.RequestCase.REQUEST_NOT_SET ? "RESULT_NOT_SET" : request.name();
      assertThat(Outcome.ResultCase.valueOf(result).getNumber()).isEqualTo(request.getNumber());
    }
  }

  @Test
  void roomIsForAsManyCallsAndAsManyBytesAndNotMore() {
    Room room = new Room(3, 100);
    assertThat(room.take(60)).isTrue();
    assertThat(room.take(41)).isFalse();
    assertThat(room.take(40)).isTrue();
    assertThat(room.take(0)).isTrue();
    assertThat(room.take(0)).isFalse();
    room.give(60);
    assertThat(room.take(61)).isFalse();
    assertThat(room.take(60)).isTrue();
  }
}

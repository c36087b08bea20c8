package io.flotilla.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.bench.load.MemoryTarget.Ending;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.HistoryReader;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import io.flotilla.sim.history.check.CheckBudget;
import io.flotilla.sim.history.check.LinearizabilityChecker;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RecordingTest {
  private static final int KEYS = 20;
  private static final long END = 2_000;

  private final MemoryTarget target = new MemoryTarget();
  private final StringWriter sink = new StringWriter();
  private long now;

  private LoadConfig config(Workload workload) {
    return new LoadConfig(
        workload, 4, 1, 0, 0, KEYS, 8, 32, Optional.empty(), Duration.ofSeconds(1));
  }

  private List<HistoryLine> lines() throws IOException {
    List<HistoryLine> lines = new ArrayList<>();
    HistoryReader reader = new HistoryReader(new StringReader(sink.toString()));
    for (var line = reader.next(); line.isPresent(); line = reader.next()) {
      lines.add(line.get());
    }
    return lines;
  }

  private List<Operation> operations() throws IOException {
    return lines().stream().filter(Operation.class::isInstance).map(Operation.class::cast).toList();
  }

  private Slots slots(Workload workload, Recording recording) {
    return new Slots(
        config(workload), target, recording, new Pace(0, END, 0), new Tally(0, END), () -> now++);
  }

  private void load(Workload workload, Recording recording) {
    new Preload(target, config(workload), recording, () -> now++).start().join();
  }

  @Test
  void theHistoryOfALinearizableStoreIsFoundLinearizable() throws IOException {
    for (Workload workload : Workload.values()) {
      now = 0;
      sink.getBuffer().setLength(0);
      try (Recording recording = Recording.into(sink)) {
        load(workload, recording);
        slots(workload, recording).poke();
      }
      assertThat(LinearizabilityChecker.check(lines(), CheckBudget.DEFAULT).isLinearizable())
          .as(workload.word())
          .isTrue();
      assertThat(operations()).as(workload.word()).isNotEmpty();
    }
  }

  @Test
  void everyLoadedKeyStandsAsAnInitLine() throws IOException {
    try (Recording recording = Recording.into(sink)) {
      load(Workload.PUT, recording);
    }
    assertThat(lines()).hasSize(KEYS).allMatch(InitLine.class::isInstance);
  }

  @Test
  void aLoadedKeyThatMayBePutAgainLaterSaysSo() throws IOException {
    target.endNext(Ending.LOST, Ending.REFUSED);
    try (Recording recording = Recording.into(sink)) {
      load(Workload.PUT, recording);
    }
    assertThat(lines()).hasSize(KEYS + 1);
    assertThat(operations())
        .singleElement()
        .extracting(Operation::status)
        .isEqualTo(OpStatus.UNKNOWN);
  }

  @Test
  void keysThatCannotBeLoadedEndTheRun() {
    target.endNext(Ending.REFUSED, Ending.REFUSED, Ending.REFUSED);
    assertThatThrownBy(() -> load(Workload.PUT, Recording.off())).hasMessageContaining("refused");
  }

  @Test
  void afterAnUnknownOutcomeAClientHasANewNameAndValuesStayUnique() throws IOException {
    target.endNext(Ending.DONE, Ending.LOST, Ending.REFUSED, Ending.LOST);
    try (Recording recording = Recording.into(sink)) {
      slots(Workload.PUT, recording).poke();
    }
    TreeSet<String> over = new TreeSet<>();
    TreeSet<String> values = new TreeSet<>();
    for (Operation operation : operations()) {
      assertThat(over).doesNotContain(operation.client());
      assertThat(values.add(operation.value().orElseThrow())).isTrue();
      if (operation.status() == OpStatus.UNKNOWN) {
        over.add(operation.client());
      }
    }
    assertThat(over).hasSize(2);
    assertThat(operations()).filteredOn(op -> op.status() == OpStatus.FAIL).hasSize(1);
  }

  @Test
  void whatIsNeverAnsweredStandsWithoutAReturnAndIsNotChangedLater() throws IOException {
    target.hold();
    try (Recording recording = Recording.into(sink)) {
      Slots slots = slots(Workload.GET, recording);
      slots.poke();
      slots.abandon();
    }
    target.answerOne();
    assertThat(operations()).hasSize(4).allMatch(op -> op.returned().isEmpty());
  }

  @Test
  void aFullDiskIsTheRunsFailure() throws IOException {
    Recording recording = Recording.into(new FullDisk());
    load(Workload.PUT, recording);
    assertThatThrownBy(recording::close).isInstanceOf(IOException.class).hasMessage("disk full");
  }

  private static final class FullDisk extends Writer {
    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
      throw new IOException("disk full");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

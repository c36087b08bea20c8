package io.flotilla.bench.drill.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is lost and what is there twice, counted by the last read of each key. */
final class WriteAuditTest {
  private static final String KEY = "k";

  private final List<HistoryLine> history = new ArrayList<>(List.of(new InitLine(KEY, "first")));

  @Test
  void keyNobodyWroteIsWhatItWas() {
    read("first", 10);
    assertThat(audit()).isEqualTo(new WriteAudit(0, 0, 0));
  }

  @Test
  void acknowledgedPutThatIsGoneIsLost() {
    history.add(Operation.put("a", KEY, "a.1", 1).done(2));
    read("first", 10);
    assertThat(audit().lost()).isOne();
  }

  @Test
  void valueThatWasOverwrittenAndComesBackIsLoss() {
    history.add(Operation.put("a", KEY, "a.1", 1).done(2));
    history.add(Operation.put("b", KEY, "b.1", 3).done(4));
    read("a.1", 10);
    assertThat(audit().lost()).isOne();
  }

  @Test
  void oneOfTwoPutsAtOnceMayBeTheLast() {
    history.add(Operation.put("a", KEY, "a.1", 1).done(4));
    history.add(Operation.put("b", KEY, "b.1", 2).done(3));
    read("a.1", 10);
    assertThat(audit().lost()).isZero();
  }

  @Test
  void putOfUnknownOutcomeMayComeLate() {
    history.add(Operation.put("a", KEY, "a.1", 1).unknown(2));
    history.add(Operation.put("b", KEY, "b.1", 3).done(4));
    read("a.1", 10);
    assertThat(audit().lost()).isZero();
  }

  @Test
  void valueNobodyHasWrittenIsLoss() {
    history.add(Operation.put("a", KEY, "a.1", 1).done(2));
    read("z.9", 10);
    assertThat(audit().lost()).isOne();
  }

  @Test
  void absenceNeedsADelete() {
    history.add(Operation.put("a", KEY, "a.1", 1).done(2));
    history.add(Operation.get("r", KEY, 10).read(Optional.empty(), 11));
    assertThat(audit().lost()).isOne();
    history.add(Operation.delete("b", KEY, 3).answered(true, 4));
    assertThat(audit().lost()).isZero();
  }

  @Test
  void refusedCasExplainsNothing() {
    history.add(Operation.put("a", KEY, "a.1", 1).done(2));
    history.add(Operation.cas("b", KEY, Optional.of("x"), "b.1", 3).answered(false, 4));
    read("b.1", 10);
    assertThat(audit().lost()).isOne();
  }

  @Test
  void appendsAreCountedOneByOne() {
    history.add(Operation.append("a", KEY, "[a.1]", 1).done(2));
    history.add(Operation.append("a", KEY, "[a.2]", 3).done(4));
    history.add(Operation.append("b", KEY, "[b.1]", 3).unknown(4));
    read("first[a.1][a.2]", 10);
    assertThat(audit()).isEqualTo(new WriteAudit(0, 0, 0));
    read("first[a.2][b.1][b.1]", 20);
    assertThat(audit()).isEqualTo(new WriteAudit(1, 1, 0));
  }

  @Test
  void keyThatWasNotReadAfterItsLastWriteIsCounted() {
    read("first", 1);
    history.add(Operation.put("a", KEY, "a.1", 5).done(6));
    assertThat(audit()).isEqualTo(new WriteAudit(0, 0, 1));
  }

  private void read(String value, long at) {
    history.add(Operation.get("r", KEY, at).read(Optional.of(value), at + 1));
  }

  private WriteAudit audit() {
    return WriteAudit.of(history);
  }
}

package io.flotilla.sim.history.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.sim.history.HistoryFormatException;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.HistoryReader;
import io.flotilla.sim.history.InitLine;
import io.flotilla.sim.history.Operation;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Small histories whose verdict anybody can check by hand. */
class NamedHistoriesTest {
  private static final Optional<String> ABSENT = Optional.empty();

  private static Operation put(String value, long call, long returned) {
    return Operation.put("w" + call, "k", value, call).done(returned);
  }

  private static Operation append(String value, long call, long returned) {
    return Operation.append("w" + call, "k", value, call).done(returned);
  }

  private static Operation get(Optional<String> seen, long call, long returned) {
    return Operation.get("r" + call, "k", call).read(seen, returned);
  }

  private static Operation get(String seen, long call, long returned) {
    return get(Optional.of(seen), call, returned);
  }

  private static Operation delete(boolean found, long call, long returned) {
    return Operation.delete("d" + call, "k", call).answered(found, returned);
  }

  private static Operation cas(
      String expect, String value, boolean done, long call, long returned) {
    return cas(Optional.of(expect), value, done, call, returned);
  }

  private static Operation cas(
      Optional<String> expect, String value, boolean done, long call, long returned) {
    return Operation.cas("c" + call, "k", expect, value, call).answered(done, returned);
  }

  private static Verdict check(HistoryLine... lines) {
    return LinearizabilityChecker.check(List.of(lines), CheckBudget.DEFAULT);
  }

  private static void assertGood(HistoryLine... lines) {
    Verdict verdict = check(lines);
    assertThat(verdict.outcome()).as(verdict::text).isEqualTo(Outcome.LINEARIZABLE);
  }

  private static Violation assertBad(HistoryLine... lines) {
    Verdict verdict = check(lines);
    assertThat(verdict.outcome()).isEqualTo(Outcome.VIOLATION);
    return verdict.violation().orElseThrow();
  }

  @Test
  void emptyHistoryIsFine() {
    assertGood();
    assertGood(new InitLine("k", "a"));
  }

  @Test
  void readMayGoEitherWayWhileAWriteRuns() {
    assertGood(put("a", 0, 1), put("b", 2, 9), get("a", 3, 4), get("b", 5, 6));
    assertGood(put("a", 0, 1), put("b", 2, 9), get("b", 3, 4));
  }

  @Test
  void staleReadIsFound() {
    Violation violation = assertBad(put("a", 0, 1), put("b", 2, 3), get("a", 4, 5));
    assertThat(violation.contradiction()).hasSize(3);
    assertThat(violation.text()).contains("put \"b\" ok").contains("get saw \"a\"");
  }

  @Test
  void readsThatGoBackInTimeAreFound() {
    assertBad(put("a", 0, 1), put("b", 2, 9), get("b", 3, 4), get("a", 5, 6));
  }

  @Test
  void twoClientsWhoSeeWritesInOppositeOrderAreFound() {
    assertBad(put("a", 0, 9), put("b", 0, 9), get("a", 1, 2), get("b", 3, 4), get("a", 5, 6));
  }

  @Test
  void initialValueIsReadUntilOverwritten() {
    assertGood(new InitLine("k", "start"), get("start", 0, 1), put("a", 2, 3), get("a", 4, 5));
    assertBad(new InitLine("k", "start"), put("a", 2, 3), get("start", 4, 5));
    assertBad(new InitLine("k", "start"), get(ABSENT, 0, 1));
  }

  @Test
  void keyWithoutInitialValueIsAbsent() {
    assertGood(get(ABSENT, 0, 1), delete(false, 2, 3), put("a", 4, 5));
    assertBad(delete(true, 0, 1));
  }

  @Test
  void lostUpdateIsFound() {
    assertBad(put("a", 0, 1), get(ABSENT, 2, 3));
  }

  @Test
  void valueNobodyWroteIsFound() {
    Violation violation = assertBad(put("a", 0, 1), get("x", 2, 3));
    assertThat(violation.reason()).contains("nobody had written");
    assertThat(violation.contradiction()).containsExactly(get("x", 2, 3));
  }

  @Test
  void readOfTheFutureIsFound() {
    assertBad(get("a", 0, 1), put("a", 2, 3));
  }

  @Test
  void failedWriteThatIsReadIsNamed() {
    Operation failed = Operation.put("f", "k", "a", 0).failed(1);
    Violation violation = assertBad(failed, get("a", 2, 3));
    assertThat(violation.reason()).isEqualTo("a failed operation took effect");
    assertThat(violation.text()).contains("client f: put \"a\" fail");
    assertGood(failed, get(ABSENT, 2, 3));
  }

  @Test
  void failedDeleteThatTookEffectIsNamed() {
    Violation violation =
        assertBad(put("a", 0, 1), Operation.delete("f", "k", 2).failed(3), get(ABSENT, 4, 5));
    assertThat(violation.reason()).isEqualTo("a failed operation took effect");
  }

  @Test
  void failedAppendThatTookEffectIsNamed() {
    Violation violation =
        assertBad(
            append("[1.1]", 0, 1),
            Operation.append("f", "k", "[2.1]", 2).failed(3),
            get("[1.1][2.1]", 4, 5));
    assertThat(violation.reason()).isEqualTo("a failed operation took effect");
  }

  @Test
  void unknownWriteMayTakeEffectLateOrNever() {
    Operation unknown = Operation.put("u", "k", "u", 0);
    assertGood(unknown, put("a", 1, 2), get("a", 3, 4), get("u", 5, 6));
    assertGood(unknown, put("a", 1, 2), get("a", 3, 4));
    assertGood(unknown.unknown(1), put("a", 1, 2), get("a", 3, 4), get("u", 5, 6));
  }

  @Test
  void unknownWriteCannotTakeEffectBeforeItsCall() {
    assertBad(get("u", 0, 1), Operation.put("u", "k", "u", 2));
  }

  @Test
  void unknownWriteSeenAndThenVanishedIsFound() {
    Operation unknown = Operation.put("u", "k", "u", 0);
    assertBad(unknown, put("a", 1, 2), get("u", 3, 4), get("a", 5, 6));
  }

  @Test
  void unknownDeleteExplainsAbsence() {
    Operation unknown = Operation.delete("u", "k", 2);
    assertGood(put("a", 0, 1), unknown, get("a", 3, 4), get(ABSENT, 5, 6));
    assertBad(put("a", 0, 1), unknown, get(ABSENT, 3, 4), get("a", 5, 6));
  }

  @Test
  void oneDeleteIsTrueOnlyOnce() {
    assertGood(put("a", 0, 1), delete(true, 2, 9), delete(false, 2, 9));
    assertBad(put("a", 0, 1), delete(true, 2, 9), delete(true, 2, 9));
    assertGood(put("a", 0, 1), delete(true, 2, 9), delete(true, 2, 9), put("b", 3, 8));
  }

  @Test
  void deleteThatFoundNothingWhileTheKeyWasThereIsFound() {
    assertBad(put("a", 0, 1), delete(false, 2, 3), get("a", 4, 5));
  }

  @Test
  void casSucceedsOncePerValue() {
    assertGood(put("a", 0, 1), cas("a", "b", true, 2, 9), cas("a", "c", false, 2, 9));
    assertBad(put("a", 0, 1), cas("a", "b", true, 2, 9), cas("a", "c", true, 2, 9));
  }

  @Test
  void casOnAbsenceSucceedsOnce() {
    assertGood(cas(ABSENT, "a", true, 0, 9), cas(ABSENT, "b", false, 0, 9));
    assertBad(cas(ABSENT, "a", true, 0, 9), cas(ABSENT, "b", true, 0, 9));
    assertGood(cas(ABSENT, "a", true, 0, 9), delete(true, 0, 9), cas(ABSENT, "b", true, 0, 9));
  }

  @Test
  void casThatIgnoredWhatItExpectedIsFound() {
    assertBad(put("a", 0, 1), put("b", 2, 3), cas("a", "c", true, 4, 5));
  }

  @Test
  void casRefusedForNoReasonIsFound() {
    assertBad(put("a", 0, 1), cas("a", "b", false, 2, 3));
    assertGood(put("a", 0, 1), cas("a", "b", false, 2, 3), Operation.put("u", "k", "u", 2));
  }

  @Test
  void unknownCasExplainsItsValueAndNoOther() {
    Operation unknown = Operation.cas("u", "k", Optional.of("a"), "u", 2);
    assertGood(put("a", 0, 1), unknown, get("a", 3, 4), get("u", 5, 6));
    assertBad(put("a", 0, 1), unknown, get("u", 3, 4), get("a", 5, 6));
    assertBad(put("b", 0, 1), unknown, get("u", 3, 4));
  }

  @Test
  void lostUpdateBetweenTwoReadModifyWritesIsFound() {
    assertBad(
        put("0", 0, 1),
        get("0", 2, 3),
        get("0", 2, 3),
        cas("0", "1", true, 4, 6),
        cas("0", "2", true, 5, 7),
        get("2", 8, 9));
  }

  @Test
  void appendsAccumulate() {
    assertGood(append("[1.1]", 0, 1), append("[2.1]", 0, 5), get("[2.1][1.1]", 6, 7));
    assertGood(new InitLine("k", "s"), append("[1.1]", 0, 1), get("s[1.1]", 6, 7));
    assertBad(append("[1.1]", 0, 1), append("[2.1]", 2, 3), get("[2.1][1.1]", 6, 7));
  }

  @Test
  void appendThatTookEffectTwiceIsNamed() {
    Violation violation =
        assertBad(append("[1.1]", 0, 1), append("[1.2]", 2, 3), get("[1.1][1.2][1.1]", 4, 5));
    assertThat(violation.reason()).isEqualTo("one append took effect twice: \"[1.1]\"");
  }

  @Test
  void acknowledgedAppendThatIsMissingIsFound() {
    assertBad(append("[1.1]", 0, 1), append("[1.2]", 2, 3), get("[1.1]", 4, 5));
    assertGood(append("[1.1]", 0, 1), append("[1.2]", 2, 6), get("[1.1]", 4, 5));
  }

  @Test
  void halfAnAppendIsFound() {
    assertBad(append("[1.1]", 0, 1), append("[1.2]", 2, 9), get("[1.1][1.", 4, 5));
  }

  @Test
  void appendsMixWithEverythingElse() {
    assertGood(
        append("[1.1]", 0, 1),
        put("x", 2, 3),
        append("[1.2]", 4, 5),
        get("x[1.2]", 6, 7),
        cas("x[1.2]", "y", true, 8, 9),
        delete(true, 10, 11),
        append("[1.3]", 12, 13),
        get("[1.3]", 14, 15));
    assertBad(append("[1.1]", 0, 1), put("x", 2, 3), get("x[1.1]", 6, 7));
  }

  @Test
  void sameValueMayBeWrittenOften() {
    assertGood(put("a", 0, 1), put("b", 2, 3), put("a", 4, 5), get("a", 6, 7));
    assertBad(put("a", 0, 1), put("a", 2, 3), put("b", 4, 5), get("a", 6, 7));
  }

  @Test
  void keysAreJudgedApartAndTheSmallestOffenderIsExplained() {
    Operation big = Operation.put("w", "big", "b", 0).done(1);
    Operation bigToo = Operation.put("w", "big", "c", 2).done(3);
    Operation bigRead = Operation.get("r", "big", 4).read(Optional.of("b"), 5);
    Operation small = Operation.get("r", "small", 4).read(Optional.of("b"), 5);
    Operation fine = Operation.get("r", "fine", 4).read(ABSENT, 5);
    Verdict verdict = check(big, bigToo, bigRead, small, fine);
    assertThat(verdict.violatedKeys()).containsExactly("big", "small");
    assertThat(verdict.violation().orElseThrow().key()).isEqualTo("small");
    assertThat(verdict.operations()).isEqualTo(5);
    assertThat(verdict.keys()).isEqualTo(3);
  }

  @Test
  void explanationEndsWithTheOperationThatBrokeTheHistory() {
    Violation violation =
        assertBad(
            put("a", 0, 1),
            get("a", 2, 3),
            put("b", 4, 5),
            get("a", 6, 7),
            put("c", 8, 9),
            get("c", 10, 11));
    assertThat(violation.prefixOperations()).isEqualTo(4);
    assertThat(violation.keyOperations()).isEqualTo(6);
    assertThat(violation.contradiction())
        .containsExactly(get("a", 2, 3), put("b", 4, 5), get("a", 6, 7));
    assertThat(violation.background()).containsExactly(put("a", 0, 1));
  }

  @Test
  void secondInitialValueOfAKeyIsRefusedWithItsLine() {
    String init = "{\"op\":\"init\",\"key\":\"k\",\"value\":\"v\"}\n";
    HistoryReader lines = new HistoryReader(new StringReader(init + init));
    assertThatThrownBy(() -> LinearizabilityChecker.check(lines, CheckBudget.DEFAULT))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessage("line 2: init: a second one for key \"k\"");
  }
}

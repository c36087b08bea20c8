package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.flotilla.base.check.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a shard remembers of one session: up to where the client knows its answers, and the recorded
 * answers from there on. Immutable; at most {@link Limits#OUTSTANDING_MAX} answers.
 *
 * <p>Format: firstIncomplete, number of answers, then for each, by ascending seq, the distance from
 * the previous seq (the first: from firstIncomplete), the answer's code and its version; all
 * varints.
 */
final class SessionRow {
  /** Of a session never seen here. */
  static final SessionRow NEW = new SessionRow(0, new long[0], new Answer[0]);

  private final long firstIncomplete;
  private final long[] seqs;
  private final Answer[] answers;

  private SessionRow(long firstIncomplete, long[] seqs, Answer[] answers) {
    this.firstIncomplete = firstIncomplete;
    this.seqs = seqs;
    this.answers = answers;
  }

  long firstIncomplete() {
    return firstIncomplete;
  }

  /** The recorded answer to {@code seq}. */
  Optional<Answer> answer(long seq) {
    int at = Arrays.binarySearch(seqs, seq);
    return at >= 0 ? Optional.of(answers[at]) : Optional.empty();
  }

  /**
   * This row with one more answer, pruned below {@code newFirstIncomplete}, which never makes it go
   * back: an attempt that comes late carries an old one.
   */
  SessionRow record(long newFirstIncomplete, long seq, Answer answer) {
    long from = Math.max(firstIncomplete, newFirstIncomplete);
    Check.that(seq >= from, "answer %d recorded below %d", seq, from);
    int first = insertion(from);
    int at = insertion(seq);
    Check.that(at == seqs.length || seqs[at] != seq, "answer %d recorded twice", seq);
    int kept = seqs.length - first;
    Check.that(kept < Limits.OUTSTANDING_MAX, "%d answers in one row", kept + 1);
    long[] newSeqs = new long[kept + 1];
    Answer[] newAnswers = new Answer[kept + 1];
    Arrays.fill(newAnswers, answer);
    System.arraycopy(seqs, first, newSeqs, 0, at - first);
    System.arraycopy(answers, first, newAnswers, 0, at - first);
    newSeqs[at - first] = seq;
    System.arraycopy(seqs, at, newSeqs, at - first + 1, seqs.length - at);
    System.arraycopy(answers, at, newAnswers, at - first + 1, seqs.length - at);
    return new SessionRow(from, newSeqs, newAnswers);
  }

  ByteString encode() {
    byte[] bytes = new byte[encodedBytes()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt64NoTag(firstIncomplete);
      out.writeUInt32NoTag(seqs.length);
      long previous = firstIncomplete;
      for (int i = 0; i < seqs.length; i++) {
        out.writeUInt64NoTag(seqs[i] - previous);
        out.writeUInt32NoTag(answers[i].kind().code());
        out.writeUInt64NoTag(answers[i].version());
        previous = seqs[i];
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory failed", e);
    }
    out.checkNoSpaceLeft();
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** To the byte: the row stays in memory as it was encoded. */
  private int encodedBytes() {
    int bytes =
        CodedOutputStream.computeUInt64SizeNoTag(firstIncomplete)
            + CodedOutputStream.computeUInt32SizeNoTag(seqs.length);
    long previous = firstIncomplete;
    for (int i = 0; i < seqs.length; i++) {
      bytes +=
          CodedOutputStream.computeUInt64SizeNoTag(seqs[i] - previous)
              + CodedOutputStream.computeUInt32SizeNoTag(answers[i].kind().code())
              + CodedOutputStream.computeUInt64SizeNoTag(answers[i].version());
      previous = seqs[i];
    }
    return bytes;
  }

  /** The row that {@code bytes} are; empty if they are none. */
  static Optional<SessionRow> decode(ByteString bytes) {
    CodedInputStream in = bytes.newCodedInput();
    try {
      long firstIncomplete = in.readUInt64();
      int count = in.readUInt32();
      if (firstIncomplete < 0 || count < 0 || count > Limits.OUTSTANDING_MAX) {
        return Optional.empty();
      }
      long[] seqs = new long[count];
      Answer[] answers = new Answer[count];
      long previous = firstIncomplete;
      for (int i = 0; i < count; i++) {
        long step = in.readUInt64();
        int code = in.readUInt32();
        boolean ascends = step > 0 || (step == 0 && i == 0);
        if (!ascends || previous + step < 0 || !Answer.Kind.isCode(code)) {
          return Optional.empty();
        }
        seqs[i] = previous + step;
        previous = seqs[i];
        answers[i] = new Answer(Answer.Kind.ofCode(code), in.readUInt64());
      }
      return in.isAtEnd()
          ? Optional.of(new SessionRow(firstIncomplete, seqs, answers))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private int insertion(long seq) {
    int at = Arrays.binarySearch(seqs, seq);
    return at >= 0 ? at : -at - 1;
  }
}

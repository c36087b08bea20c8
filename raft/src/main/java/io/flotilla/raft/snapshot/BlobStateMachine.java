package io.flotilla.raft.snapshot;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import java.util.Optional;

/**
 * A state machine small enough to be written out as one blob: the machine brings its rules and its
 * encoding, this class the checkpoints and snapshots. Owned by the group's loop.
 *
 * @param <R> what applying a command answers
 */
public final class BlobStateMachine<R> implements StateMachine<R> {
  /** The state itself: deterministic, in memory. */
  public interface State<R> {
    /** Applies committed commands, in order; answers each. */
    void apply(ApplyBatch<R> batch);

    /** The whole state as bytes. */
    ByteString encode();

    /** Replaces the whole state by what {@link #encode} gave elsewhere or earlier. */
    void decode(ByteString bytes);
  }

  private final State<R> state;
  private final SnapshotLoops loops;
  private final BlobCheckpoints files;
  private final SnapshotHeader recovered;
  private ByteString durable;
  private ByteString staged = ByteString.EMPTY;

  private BlobStateMachine(
      State<R> state,
      SnapshotLoops loops,
      BlobCheckpoints files,
      SnapshotHeader recovered,
      ByteString durable) {
    this.state = state;
    this.loops = loops;
    this.files = files;
    this.recovered = recovered;
    this.durable = durable;
  }

  /**
   * Opens the machine kept in {@code directory}, its state decoded from the durable checkpoint if
   * there is one. Blocks: on a loop that may, before the group is opened.
   */
  public static <R> BlobStateMachine<R> open(
      State<R> state, Disk disk, String directory, SnapshotLoops loops) throws DiskException {
    BlobCheckpoints files = new BlobCheckpoints(disk, directory);
    Optional<BlobCheckpoints.Blob> found = files.read();
    if (found.isEmpty()) {
      return new BlobStateMachine<>(state, loops, files, SnapshotHeader.NONE, ByteString.EMPTY);
    }
    state.decode(found.get().state());
    return new BlobStateMachine<>(
        state, loops, files, found.get().header(), BlobCheckpoints.encode(found.get()));
  }

  @Override
  public SnapshotHeader recovered() {
    return recovered;
  }

  @Override
  public void apply(ApplyBatch<R> batch) {
    state.apply(batch);
  }

  @Override
  public void checkpoint(SnapshotHeader header, CheckpointDone done) {
    ByteString bytes = BlobCheckpoints.encode(new BlobCheckpoints.Blob(header, state.encode()));
    loops.files().execute(() -> write(bytes, done));
  }

  @Override
  public SnapshotSource openSnapshot() {
    return new BlobSource(durable);
  }

  @Override
  public SnapshotSink beginRestore(SnapshotHeader header, long length) {
    return new BlobSink(header, length);
  }

  @Override
  public void restored() {
    durable = staged;
    staged = ByteString.EMPTY;
    state.decode(BlobCheckpoints.decode(durable).orElseThrow().state());
  }

  @Override
  public void close() {}

  private void write(ByteString bytes, CheckpointDone done) {
    try {
      files.write(bytes);
      loops
          .loop()
          .execute(
              () -> {
                durable = bytes;
                done.durable();
              });
    } catch (DiskException failure) {
      loops.loop().execute(() -> done.failed(failure));
    }
  }

  /** The durable file as it was when pinned; it is small and kept in memory. */
  private record BlobSource(ByteString bytes) implements SnapshotSource {
    @Override
    public SnapshotHeader header() {
      return BlobCheckpoints.decode(bytes).orElseThrow().header();
    }

    @Override
    public long length() {
      return bytes.size();
    }

    @Override
    public ByteString read(long offset, int maxBytes) {
      int from = (int) Math.min(offset, bytes.size());
      return bytes.substring(from, Math.min(bytes.size(), from + maxBytes));
    }

    @Override
    public void close() {}
  }

  /** Collects a received file in memory. */
  private final class BlobSink implements SnapshotSink {
    private final SnapshotHeader header;
    private final long length;
    private ByteString received = ByteString.EMPTY;

    BlobSink(SnapshotHeader header, long length) {
      this.header = header;
      this.length = length;
    }

    @Override
    public void write(long offset, ByteString bytes) throws DiskException {
      if (length > BlobCheckpoints.BYTES_MAX) {
        throw new DiskException.Broken("a checkpoint of " + length + " bytes is over the limit");
      }
      received = received.concat(bytes);
    }

    @Override
    public boolean commit() throws DiskException {
      Optional<BlobCheckpoints.Blob> blob = BlobCheckpoints.decode(received);
      if (blob.isEmpty() || !blob.get().header().equals(header)) {
        return false;
      }
      files.write(received);
      staged = received;
      return true;
    }

    @Override
    public void abort() {
      received = ByteString.EMPTY;
    }
  }
}

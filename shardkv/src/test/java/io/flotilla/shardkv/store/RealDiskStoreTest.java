package io.flotilla.shardkv.store;

import io.flotilla.base.Meter;
import io.flotilla.base.runtime.FileDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The store in real, mapped files. */
final class RealDiskStoreTest extends KvStoreContract {
  @TempDir Path directory;

  @Override
  KvStore open(String name) throws Exception {
    return SortedFileStore.open(
        FileDisk.open(directory), "groups/" + name, world.loop, world.fileLoop, Meter.NONE);
  }
}

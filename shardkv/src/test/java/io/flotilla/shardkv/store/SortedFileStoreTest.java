package io.flotilla.shardkv.store;

import io.flotilla.base.Meter;

/** The store in files, on a disk that behaves. */
final class SortedFileStoreTest extends KvStoreContract {
  @Override
  KvStore open(String name) throws Exception {
    return SortedFileStore.open(
        world.disk(), "groups/" + name, world.loop, world.fileLoop, Meter.NONE);
  }
}

package io.flotilla.shardkv.store;

import java.util.TreeMap;

/** The store that lasts as long as the test. */
final class MemoryStoreTest extends KvStoreContract {
  private final TreeMap<String, MemoryCheckpoints> checkpoints = new TreeMap<>();

  @Override
  KvStore open(String name) {
    return new MemoryStore(
        checkpoints.computeIfAbsent(name, any -> new MemoryCheckpoints()),
        world.loop,
        world.fileLoop);
  }
}

package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.store.KvStore;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;

/** Rows in a store; every change of one is an effect and goes into the chain. */
final class StoreRows implements ShardRows {
  private final KvStore store;
  private EffectChain chain = new EffectChain(0);

  StoreRows(KvStore store) {
    this.store = store;
  }

  EffectChain chain() {
    return chain;
  }

  /** Goes on from the chain of a checkpoint. */
  void resume(EffectChain recovered) {
    chain = recovered;
  }

  @Override
  public Optional<Row> get(Namespace namespace, RowKind kind, ByteString key) throws StoreDamage {
    return store.get(namespace, kind, key);
  }

  @Override
  public void put(Namespace namespace, RowKind kind, ByteString key, Row row) {
    store.put(namespace, kind, key, row);
    mix(namespace, kind, key);
    chain.mix(row.value());
    chain.mix(row.counter());
  }

  @Override
  public void remove(Namespace namespace, RowKind kind, ByteString key) {
    store.remove(namespace, kind, key);
    mix(namespace, kind, key);
  }

  @Override
  public RowCursor scan(Namespace namespace, RowKind kind, ByteString fromInclusive) {
    return store.scan(namespace, kind, fromInclusive);
  }

  /** Purging is each replica's own affair and no effect. */
  @Override
  public void dropNamespace(Namespace namespace) {
    store.dropNamespace(namespace);
  }

  private void mix(Namespace namespace, RowKind kind, ByteString key) {
    chain.mix(namespace.shard());
    chain.mix(namespace.epoch());
    chain.mix(kind.code());
    chain.mix(key);
  }
}

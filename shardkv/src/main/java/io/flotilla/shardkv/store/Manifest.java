package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.raft.SnapshotHeader;
import java.util.List;

/**
 * What a checkpoint consists of.
 *
 * @param header what it stands for
 * @param meta the opaque bytes of the machine, from the same instant as the rows
 * @param tables its tables, ascending by key ranges that don't overlap
 * @param namespaces the namespaces that have rows in them, ascending
 */
record Manifest(
    SnapshotHeader header,
    ByteString meta,
    List<TableEntry> tables,
    List<NamespaceSize> namespaces) {
  /** That of a store without a checkpoint. */
  static final Manifest NONE =
      new Manifest(SnapshotHeader.NONE, ByteString.EMPTY, List.of(), List.of());

  /** How much of a namespace a checkpoint holds; bytes are those of keys and values. */
  record NamespaceSize(Namespace namespace, long rows, long bytes) {}

  Manifest {
    tables = List.copyOf(tables);
    namespaces = List.copyOf(namespaces);
  }

  /** Bytes of all files it names. */
  long fileBytes() {
    return tables.stream().mapToLong(TableEntry::bytes).sum();
  }

  List<String> fileNames() {
    return tables.stream().flatMap(table -> table.names().stream()).toList();
  }

  Manifest withTables(List<TableEntry> others) {
    return new Manifest(header, meta, others, namespaces);
  }
}

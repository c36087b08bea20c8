/**
 * The write-ahead log of a node: every group's entries and promises, one sync for all of them.
 *
 * <p>The log is a row of files {@code <20 digits>.log}, numbered without gaps; numbers on disk are
 * little-endian. A file is a row of batches, each starting on 512 bytes, then zeros. A batch is
 *
 * <pre>
 *  0 magic "FWAL"      4 version (2), 0 (2)   8 CRC32C of the body     12 CRC32C of the header
 * 16 length            20 groups              24 records               28 0
 * 32 batch number (8)  40 store id (8)        48 segment id (8)        56 offset in the file (8)
 * 64 synced through: the last batch known durable when this one was written (8)
 * 72 first segment: files below it hold nothing that is needed (8)
 * 80 for each group touched: gid (4), incarnation (8), first record number (8), records (4)
 *    the body: records, then zeros up to the length, a multiple of 512
 * </pre>
 *
 * The CRC of the header covers the header except itself, the CRC of the body with it; so both cover
 * everything. A record is
 *
 * <pre>
 *  0 length   4 CRC32C of what follows   8 kind (1), 0 (3)   12 gid   16 incarnation (8)
 * 24 the group's own record number (8)
 * 32 entries 1, carried 6: first index (8), count (4), then each: term (8), kind (1), size (4), bytes
 *    hard state 2: term (8), vote (4), commit (8)
 *    compaction mark 3, reset 4: term (8), index (8)
 *    group removed 5: nothing
 * </pre>
 *
 * <p>Batch numbers go up by one through all files, record numbers by one through each group. What
 * is above the highest "synced through" and unreadable was torn by a crash; at or below it, it is
 * rot, and the log is never cut there. {@code docs/formats/log.md} tells how a log is recovered.
 */
package io.flotilla.raft.wal;

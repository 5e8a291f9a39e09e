package io.skein.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A history of writes and its two names, as PSYNC knows them.
final class ModelHistory {
  /// How many of the newest writes a replica may lack to go on without a full synchronization.
  private static final int BACKLOG = 200;

  private String replid;
  private String replid2 = "";
  private long secondOffset = -1;
  private List<Entry> entries;

  ModelHistory(String replid, List<Entry> entries) {
    this.replid = replid;
    this.entries = entries;
  }

  String replid() {
    return replid;
  }

  long offset() {
    return entries.size();
  }

  long hash() {
    return entries.isEmpty() ? 0 : entries.getLast().hash();
  }

  List<Entry> copy() {
    return List.copyOf(entries);
  }

  void each(Consumer<Entry> visitor) {
    entries.forEach(visitor);
  }

  void add(Entry entry) {
    entries.add(entry);
  }

  /// Goes on under a new name: what was written so far is part of both histories.
  void shift(String newReplid) {
    replid2 = replid;
    secondOffset = offset();
    replid = newReplid;
  }

  /// Takes over another history.
  void adopt(String newReplid, List<Entry> newEntries) {
    replid = newReplid;
    replid2 = "";
    secondOffset = -1;
    entries = newEntries;
  }

  void restart(String newReplid) {
    adopt(newReplid, new ArrayList<>());
  }

  /// What a replica lacks that has `from` writes of `id`, or null when only a full synchronization
  /// helps.
  @Nullable List<Entry> missing(String id, long from) {
    boolean ours = id.equals(replid) || id.equals(replid2) && from <= secondOffset;
    boolean held = from <= offset() && from >= offset() - BACKLOG;
    return ours && held ? List.copyOf(entries.subList((int) from, entries.size())) : null;
  }
}

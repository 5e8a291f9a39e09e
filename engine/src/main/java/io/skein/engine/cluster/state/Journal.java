package io.skein.engine.cluster.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What this node saw, said and heard about failures and failovers, for `CLUSTER WHY`.
///
/// It holds the last [#LIMIT] entries. What happens again, with nothing else about that node in
/// between, is counted in its entry, so that a node which is denied its vote a hundred times does
/// not push out everything else.
///
/// *Threads*: the machine's.
public final class Journal {
  /// How many entries are kept.
  public static final int LIMIT = 512;

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  /// One thing that happened, once or several times.
  ///
  /// @param subject the id of the node that it is about
  /// @param firstMs when it happened first
  /// @param lastMs when it happened last
  public record Entry(String subject, long firstMs, long lastMs, int times, String text) {}

  /// Notes what happened.
  public void note(ClusterNode about, long nowMs, String text) {
    String subject = about.id();
    Entry last = null;
    for (var i = entries.descendingIterator(); i.hasNext() && last == null; ) {
      Entry entry = i.next();
      last = entry.subject().equals(subject) ? entry : null;
    }
    if (last != null && last.text().equals(text)) {
      entries.remove(last);
      entries.addLast(new Entry(subject, last.firstMs(), nowMs, last.times() + 1, text));
      return;
    }
    if (entries.size() == LIMIT) {
      entries.removeFirst();
    }
    entries.addLast(new Entry(subject, nowMs, nowMs, 1, text));
  }

  /// What is known about the node with this id, the oldest first.
  public List<Entry> about(String id) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.subject().equals(id)) {
        found.add(entry);
      }
    }
    return found;
  }
}

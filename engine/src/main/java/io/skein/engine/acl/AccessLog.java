package io.skein.engine.acl;

import io.skein.engine.bytes.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// What was refused lately, the latest first, and how often anything was.
///
/// What is like one of the ten latest entries, and within a minute of it, is counted there.
public final class AccessLog {
  private static final int LOOKED_AT = 10;
  private static final long GROUPED_MS = 60_000;

  /// What was refused, and to whom.
  ///
  /// @param object the command, the key or the channel
  /// @param user the user's name, raw
  public record Event(Denial.Reason reason, Denial.Context context, Bytes object, String user) {}

  /// One entry.
  public static final class Entry {
    private final long id;
    private final Event event;
    private final long createdMs;
    private long updatedMs;
    private long count = 1;
    private String client;

    private Entry(long id, Event event, String client, long nowMs) {
      this.id = id;
      this.event = event;
      this.client = client;
      this.createdMs = nowMs;
      this.updatedMs = nowMs;
    }

    public long id() {
      return id;
    }

    public Event event() {
      return event;
    }

    /// When it happened first, in Unix milliseconds.
    public long createdMs() {
      return createdMs;
    }

    /// When it happened last, in Unix milliseconds.
    public long updatedMs() {
      return updatedMs;
    }

    /// How often it happened.
    public long count() {
      return count;
    }

    /// The client to which it happened last, as CLIENT LIST shows it.
    public String client() {
      return client;
    }
  }

  private final LongSupplier maxLength;
  private final LinkedList<Entry> entries = new LinkedList<>();
  private final Map<Denial.Reason, Long> counts = new EnumMap<>(Denial.Reason.class);
  private long nextId;

  /// @param maxLength how many entries are kept
  public AccessLog(LongSupplier maxLength) {
    this.maxLength = maxLength;
  }

  /// Something was refused to `client` just now.
  public void add(Event event, String client, long nowMs) {
    counts.merge(event.reason, 1L, Long::sum);
    Iterator<Entry> latest = entries.iterator();
    for (int i = 0; i < LOOKED_AT && latest.hasNext(); i++) {
      Entry entry = latest.next();
      if (entry.event.equals(event) && Math.abs(nowMs - entry.updatedMs) <= GROUPED_MS) {
        latest.remove();
        entry.client = client;
        entry.updatedMs = nowMs;
        entry.count++;
        entries.addFirst(entry);
        return;
      }
    }
    entries.addFirst(new Entry(nextId++, event, client, nowMs));
    while (entries.size() > maxLength.getAsLong()) {
      entries.removeLast();
    }
  }

  /// Up to `most` entries, the latest first.
  public List<Entry> latest(long most) {
    return Collections.unmodifiableList(
        new ArrayList<>(entries.subList(0, Math.clamp(most, 0, entries.size()))));
  }

  /// Forgets the entries, not how often anything was refused.
  public void clear() {
    entries.clear();
  }

  /// How often something was refused for `reason`.
  public long count(Denial.Reason reason) {
    return counts.getOrDefault(reason, 0L);
  }
}

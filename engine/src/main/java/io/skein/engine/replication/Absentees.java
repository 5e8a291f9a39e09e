package io.skein.engine.replication;

import io.skein.engine.log.CommandLog;
import java.util.ArrayList;
import java.util.List;

/// Replicas that followed the log and went away: what they lack is to be there when they come back.
///
/// They are known by the address that they announced. Several may have the same one.
final class Absentees {
  /// More are not waited for.
  private static final int MOST = 100;

  private record Absentee(String name, String replid, long offset, long sinceMs) {}

  private final List<Absentee> absentees = new ArrayList<>();

  /// A replica's link is over.
  void left(ReplicaLink link, CommandLog log, long nowMs) {
    if (!link.mayReturn()) {
      return;
    }
    if (absentees.size() == MOST) {
      absentees.removeFirst();
    }
    long offset = Math.min(link.confirmedOffset(), log.offset());
    absentees.add(new Absentee(link.name(), log.replid(), offset, nowMs));
  }

  /// A replica is back and lacks what follows `offset`, or everything if that is negative.
  void back(ReplicaLink link, long offset) {
    int found = -1;
    for (int i = 0; i < absentees.size(); i++) {
      Absentee each = absentees.get(i);
      boolean candidate = each.name.equals(link.name()) && (offset < 0 || each.offset <= offset);
      if (candidate && (found < 0 || each.offset > absentees.get(found).offset)) {
        found = i;
      }
    }
    if (found >= 0) {
      absentees.remove(found);
    }
  }

  /// Nobody is waited for who has been away for longer than `ttlSeconds`, unless that is 0, or who
  /// could not be served any more.
  void review(CommandLog log, int ttlSeconds, long nowMs) {
    absentees.removeIf(each -> {
      boolean late = ttlSeconds > 0 && nowMs - each.sinceMs > ttlSeconds * 1000L;
      return late || log.refusal(each.replid, each.offset + 1) != null;
    });
  }

  void clear() {
    absentees.clear();
  }

  /// Returns the position from which on they lack the log, or the greatest number.
  long wantedFrom() {
    long from = Long.MAX_VALUE;
    for (Absentee each : absentees) {
      from = Math.min(from, each.offset);
    }
    return from;
  }
}

package io.skein.engine.sentinel;

import org.jspecify.annotations.Nullable;

/// Something that a Sentinel watches: a primary, one of its replicas, or another Sentinel.
abstract sealed class Instance permits Primary, Replica, Peer {
  private final String name;
  private Address address;
  private Link link;

  /// Of a server, its run id; of a Sentinel, its id; null while not known.
  @Nullable String runId;

  boolean subjectivelyDown;
  long subjectivelyDownSinceMs;
  boolean scriptKillSent;
  long downAfterMs;
  long publishedMs;

  /// When INFO came last; 0 if never.
  long infoMs;

  String infoText = "";
  boolean infoKnown;
  boolean canFailOver;
  Role roleReported;
  long roleReportedMs;

  /// Whether nobody watches it any more.
  private boolean forgotten;

  Instance(String name, Address address, long downAfterMs, Role role, long nowMs) {
    this.name = name;
    this.address = address;
    this.downAfterMs = downAfterMs;
    this.link = new Link(nowMs);
    this.link.owners.add(this);
    this.publishedMs = nowMs;
    this.roleReported = role;
    this.roleReportedMs = nowMs;
  }

  abstract Role role();

  /// The primary that this one is watched for: itself, if it is one.
  abstract Primary primary();

  /// When it was last found down by vote; 0 for what is not voted on.
  long objectivelyDownSinceMs() {
    return 0;
  }

  final String name() {
    return name;
  }

  final Address address() {
    return address;
  }

  final void address(Address now) {
    address = now;
  }

  final Link link() {
    return link;
  }

  /// Uses the link of another entry for the same Sentinel.
  final void share(Link other) {
    link.owners.remove(this);
    link = other;
    other.owners.add(this);
  }

  final boolean isForgotten() {
    return forgotten;
  }

  final void forget() {
    forgotten = true;
    link.owners.remove(this);
  }

  /// Whether nothing was found down in the last `ms` milliseconds.
  final boolean wasUpFor(long ms, long nowMs) {
    long latest = Math.max(subjectivelyDownSinceMs, objectivelyDownSinceMs());
    return latest == 0 || nowMs - latest > ms;
  }
}

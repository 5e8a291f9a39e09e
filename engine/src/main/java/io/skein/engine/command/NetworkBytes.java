package io.skein.engine.command;

/// The bytes that clients, replicas and the primary have sent and were sent, as INFO counts them.
public final class NetworkBytes {
  private final Sessions sessions;

  // Of sessions that are closed, less what those that are open had when all was reset.
  private long in;
  private long out;
  private long replicationIn;
  private long replicationOut;
  private long reads;
  private long writes;

  NetworkBytes(Sessions sessions) {
    this.sessions = sessions;
  }

  /// Returns what was received, but not from the primary.
  public long in() {
    long sum = in;
    for (Session session : sessions.all()) {
      sum += ofClient(session);
    }
    return sum;
  }

  /// Returns what was sent, but not to replicas.
  public long out() {
    long sum = out;
    for (Session session : sessions.all()) {
      sum += toClient(session);
    }
    return sum;
  }

  /// Returns what was received from the primary.
  public long replicationIn() {
    long sum = replicationIn;
    for (Session session : sessions.all()) {
      sum += session.inputTotal() - ofClient(session);
    }
    return sum;
  }

  /// Returns what was sent to replicas.
  public long replicationOut() {
    long sum = replicationOut;
    for (Session session : sessions.all()) {
      sum += session.outputTotal() - toClient(session);
    }
    return sum;
  }

  /// Returns how often something was received.
  public long reads() {
    long sum = reads;
    for (Session session : sessions.all()) {
      sum += session.reads();
    }
    return sum;
  }

  /// Returns how often something was sent.
  public long writes() {
    long sum = writes;
    for (Session session : sessions.all()) {
      sum += session.writes();
    }
    return sum;
  }

  /// Counts what comes from the primary before there is a session for it: a snapshot.
  public void countSnapshot(long bytes) {
    replicationIn += bytes;
  }

  void closed(Session session) {
    add(session, 1);
  }

  void reset() {
    in = 0;
    out = 0;
    replicationIn = 0;
    replicationOut = 0;
    reads = 0;
    writes = 0;
    for (Session session : sessions.all()) {
      add(session, -1);
    }
  }

  private void add(Session session, int sign) {
    long clientIn = ofClient(session);
    long clientOut = toClient(session);
    reads += sign * session.reads();
    writes += sign * session.writes();
    in += sign * clientIn;
    out += sign * clientOut;
    replicationIn += sign * (session.inputTotal() - clientIn);
    replicationOut += sign * (session.outputTotal() - clientOut);
  }

  private static long ofClient(Session session) {
    return session.kind() == Session.Kind.PRIMARY ? 0 : session.inputTotal();
  }

  private static long toClient(Session session) {
    return session.kind() == Session.Kind.REPLICA ? 0 : session.outputTotal();
  }
}

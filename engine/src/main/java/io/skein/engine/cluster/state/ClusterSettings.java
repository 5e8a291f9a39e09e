package io.skein.engine.cluster.state;

/// What an operator can set about the control plane; a change replaces the whole record.
///
/// @param nodeTimeoutMs `cluster-node-timeout`: silence after which a node is suspected
/// @param pingIntervalMs how old a pong may get before the next ping, or 0 for half the node
///   timeout
/// @param requireFullCoverage `cluster-require-full-coverage`
/// @param linkSendBufferLimitBytes `cluster-link-sendbuf-limit`, 0 for none
public record ClusterSettings(
    long nodeTimeoutMs,
    long pingIntervalMs,
    boolean requireFullCoverage,
    long linkSendBufferLimitBytes,
    Ports ports,
    Announcement announcement,
    Replicas replicas,
    Haste haste) {

  /// Where this node listens.
  ///
  /// @param tcp the plain client port, 0 for none
  /// @param tls the TLS client port, 0 for none
  /// @param bus `cluster-port`, or 0 for the default client port plus 10000
  /// @param tlsCluster `tls-cluster`: the bus and the default client port use TLS
  /// @param tlsReplication `tls-replication`: replicas connect to the TLS port
  public record Ports(int tcp, int tls, int bus, boolean tlsCluster, boolean tlsReplication) {}

  /// What this node tells others about itself; an empty text or 0 announces what is found out.
  public record Announcement(
      String ip, int port, int tlsPort, int busPort, String hostname, String humanNodename) {
    /// Announces nothing of its own.
    public static final Announcement NONE = new Announcement("", 0, 0, 0, "", "");
  }

  /// What a replica does when its primary fails.
  ///
  /// @param validityFactor `cluster-replica-validity-factor`, 0 to stand however old the data is
  /// @param noFailover `cluster-replica-no-failover`
  /// @param migrationBarrier `cluster-migration-barrier`
  /// @param allowMigration `cluster-allow-replica-migration`
  /// @param replPingPeriodMs `repl-ping-replica-period`, in milliseconds
  public record Replicas(
      int validityFactor,
      boolean noFailover,
      int migrationBarrier,
      boolean allowMigration,
      long replPingPeriodMs) {}

  /// Where we go faster than Redis; each rule is written down where it is applied, and all are safe
  /// among real Redis nodes.
  ///
  /// @param refusedIsEvidence a node whose host refuses connections is suspected after
  ///   [#refusedGraceMs], not after the node timeout (see `FailureDetector`)
  /// @param refusedGraceMs how long a node must refuse every attempt, at least twice
  /// @param refusedRetryMs the pause between attempts to a node that refuses
  /// @param quickElections a replica that saw such evidence itself stands after a short delay (see
  ///   `Election`)
  /// @param quickForming news about members and slots is told at once, and a node that has no past
  ///   is not held back (see `ClusterHealth` and `Heartbeat`)
  public record Haste(
      boolean refusedIsEvidence,
      long refusedGraceMs,
      long refusedRetryMs,
      boolean quickElections,
      boolean quickForming) {
    /// All rules on.
    public static final Haste FULL = new Haste(true, 250, 100, true, true);

    /// Nothing beyond what Redis does.
    public static final Haste NONE = new Haste(false, 250, 100, false, false);
  }

  /// The defaults of Redis 7.2 for a node whose clients connect to `port`, with every rule of
  /// [Haste] on.
  public static ClusterSettings defaults(int port) {
    return new ClusterSettings(
        15_000,
        0,
        true,
        0,
        new Ports(port, 0, 0, false, false),
        Announcement.NONE,
        new Replicas(10, false, 1, true, 10_000),
        Haste.FULL);
  }

  public ClusterSettings withNodeTimeoutMs(long value) {
    return new ClusterSettings(
        value,
        pingIntervalMs,
        requireFullCoverage,
        linkSendBufferLimitBytes,
        ports,
        announcement,
        replicas,
        haste);
  }

  public ClusterSettings withPorts(Ports value) {
    return new ClusterSettings(
        nodeTimeoutMs,
        pingIntervalMs,
        requireFullCoverage,
        linkSendBufferLimitBytes,
        value,
        announcement,
        replicas,
        haste);
  }

  public ClusterSettings withAnnouncement(Announcement value) {
    return new ClusterSettings(
        nodeTimeoutMs,
        pingIntervalMs,
        requireFullCoverage,
        linkSendBufferLimitBytes,
        ports,
        value,
        replicas,
        haste);
  }

  public ClusterSettings withReplicas(Replicas value) {
    return new ClusterSettings(
        nodeTimeoutMs,
        pingIntervalMs,
        requireFullCoverage,
        linkSendBufferLimitBytes,
        ports,
        announcement,
        value,
        haste);
  }

  public ClusterSettings withHaste(Haste value) {
    return new ClusterSettings(
        nodeTimeoutMs,
        pingIntervalMs,
        requireFullCoverage,
        linkSendBufferLimitBytes,
        ports,
        announcement,
        replicas,
        value);
  }

  public ClusterSettings withRequireFullCoverage(boolean value) {
    return new ClusterSettings(
        nodeTimeoutMs,
        pingIntervalMs,
        value,
        linkSendBufferLimitBytes,
        ports,
        announcement,
        replicas,
        haste);
  }

  /// The plain client port that others are told.
  public int announcedTcpPort() {
    return announcement.port() != 0 ? announcement.port() : ports.tcp();
  }

  /// The TLS client port that others are told.
  public int announcedTlsPort() {
    return announcement.tlsPort() != 0 ? announcement.tlsPort() : ports.tls();
  }

  /// The bus port that others are told.
  public int announcedBusPort() {
    return announcement.busPort() != 0 ? announcement.busPort() : listenBusPort();
  }

  /// The bus port this node listens on.
  public int listenBusPort() {
    int client = ports.tlsCluster() ? ports.tls() : ports.tcp();
    return ports.bus() != 0 ? ports.bus() : client + 10_000;
  }
}

package io.skein.engine.command;

import io.skein.engine.acl.User;
import io.skein.engine.resp.Reply;
import io.skein.engine.resp.RequestParser;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One client's connection, as the engine sees it: who it is, what it has selected, what it is in
/// the midst of.
///
/// *States* of its input: open; blocked (commands are held back until something happens); paused
/// (held back by CLIENT PAUSE); closing (nothing more is read).
///
/// *Threads*: only under the data plane.
public final class Session {
  /// What kind of peer it is, for limits and for CLIENT LIST.
  public enum Kind {
    NORMAL,
    REPLICA,
    PUBSUB,
    PRIMARY,
    /// A node of the cluster that gives us slots.
    IMPORT,
    /// Nobody: commands of an append only file.
    FILE
  }

  /// What CLIENT REPLY has asked for.
  public enum ReplyMode {
    ON,
    OFF,
    SKIP_NEXT,
    SKIP
  }

  /// What the engine keeps for a session that the `command` package need not know: per subsystem,
  /// by its class.
  private final Map<Class<?>, Object> attachments = new LinkedHashMap<>(4);

  private final long id;
  private Outlet outlet;
  private final RequestParser parser = new RequestParser();
  private final String peerAddress;
  private final String localAddress;
  private final boolean local;
  private final long createdMs;
  private String name = "";
  private String libraryName = "";
  private String libraryVersion = "";
  private User user = User.nobody();
  private boolean authenticated;
  private Kind kind = Kind.NORMAL;
  private int db;
  private int protocol = 2;
  private ReplyMode replyMode = ReplyMode.ON;
  private @Nullable Transaction transaction;
  private @Nullable Tracking tracking;
  private boolean watchBroken;
  private boolean readOnly;
  private boolean asking;
  private boolean noEvict;
  private boolean noTouch;
  private boolean monitor;
  private boolean closing;
  private boolean paused;
  private boolean congested;
  private @Nullable Blocked blocked;
  private @Nullable Command lastCommand;
  private long lastInteractionMs;
  private long softLimitSinceMs = -1;
  private long countedBytes;
  private int turnBytes;
  private int replyPeak;
  private byte @Nullable [] input;
  private int inputSize;
  private int turnEntry = -1;
  private long inputTotal;
  private long outputTotal;
  private long reads;
  private long writes;
  private long writeOffset;

  /// A session that has just connected.
  ///
  /// @param id unique and growing over the life of the node
  /// @param local whether the peer is this machine, for protected mode
  public Session(
      long id, Outlet outlet, String peerAddress, String localAddress, boolean local, long nowMs) {
    this.id = id;
    this.outlet = outlet;
    this.peerAddress = peerAddress;
    this.localAddress = localAddress;
    this.local = local;
    this.createdMs = nowMs;
    this.lastInteractionMs = nowMs;
  }

  public long id() {
    return id;
  }

  public Outlet outlet() {
    return outlet;
  }

  /// Has everything that is written from now on go to `instead`.
  public void outlet(Outlet instead) {
    outlet = instead;
  }

  public RequestParser parser() {
    return parser;
  }

  /// `ip:port` of the other end, or the path of the unix socket followed by `:0`.
  public String peerAddress() {
    return peerAddress;
  }

  /// `ip:port` of our end.
  public String localAddress() {
    return localAddress;
  }

  /// Whether the peer is on this machine.
  public boolean isLocal() {
    return local;
  }

  public long createdMs() {
    return createdMs;
  }

  public String name() {
    return name;
  }

  public void name(String given) {
    name = given;
  }

  public String libraryName() {
    return libraryName;
  }

  public void libraryName(String given) {
    libraryName = given;
  }

  public String libraryVersion() {
    return libraryVersion;
  }

  public void libraryVersion(String given) {
    libraryVersion = given;
  }

  /// Whose rights it has.
  public User user() {
    return user;
  }

  public boolean isAuthenticated() {
    return authenticated;
  }

  /// Makes the session one of `who`, authenticated or not.
  public void user(User who, boolean proven) {
    user = who;
    authenticated = proven;
  }

  public Kind kind() {
    return kind;
  }

  public void kind(Kind newKind) {
    kind = newKind;
  }

  /// The index of the selected database.
  public int db() {
    return db;
  }

  public void db(int index) {
    db = index;
  }

  /// The version of RESP that the client speaks: 2 or 3.
  public int protocol() {
    return protocol;
  }

  public void protocol(int version) {
    protocol = version;
  }

  public ReplyMode replyMode() {
    return replyMode;
  }

  public void replyMode(ReplyMode mode) {
    replyMode = mode;
  }

  /// Takes back the reply that was written since `mark`, as CLIENT REPLY has asked for.
  public void silence(Reply reply, int mark) {
    switch (replyMode) {
      case OFF -> reply.truncate(mark);
      case SKIP_NEXT -> {
        reply.truncate(mark);
        replyMode = ReplyMode.SKIP;
      }
      case SKIP -> {
        reply.truncate(mark);
        replyMode = ReplyMode.ON;
      }
      case ON -> {}
    }
  }

  /// What was queued since MULTI, or null outside of a transaction.
  public @Nullable Transaction transaction() {
    return transaction;
  }

  public void transaction(@Nullable Transaction begun) {
    transaction = begun;
  }

  /// How the client is told of keys that change, or null when it has not asked to be.
  public @Nullable Tracking tracking() {
    return tracking;
  }

  public void tracking(@Nullable Tracking asked) {
    tracking = asked;
  }

  /// Whether a watched key has changed since WATCH.
  public boolean isWatchBroken() {
    return watchBroken;
  }

  public void watchBroken(boolean broken) {
    watchBroken = broken;
  }

  /// Whether the client has said READONLY in a cluster.
  public boolean isReadOnly() {
    return readOnly;
  }

  public void readOnly(boolean on) {
    readOnly = on;
  }

  /// Whether the last command was ASKING.
  public boolean isAsking() {
    return asking;
  }

  public void asking(boolean on) {
    asking = on;
  }

  public boolean isNoEvict() {
    return noEvict;
  }

  public void noEvict(boolean on) {
    noEvict = on;
  }

  /// Whether this client's reads leave the access clock of keys alone.
  public boolean isNoTouch() {
    return noTouch;
  }

  public void noTouch(boolean on) {
    noTouch = on;
  }

  public boolean isMonitor() {
    return monitor;
  }

  public void monitor(boolean on) {
    monitor = on;
  }

  /// Whether nothing more is read from this client.
  public boolean isClosing() {
    return closing;
  }

  /// Closes the connection once all that was written has left; what was not read yet is ignored.
  public void closeAfterReply() {
    closing = true;
  }

  /// What the session waits for, or null.
  public @Nullable Blocked blocked() {
    return blocked;
  }

  public void blocked(@Nullable Blocked wait) {
    blocked = wait;
  }

  /// Whether CLIENT PAUSE, or a failover, holds its next command back.
  public boolean isPaused() {
    return paused;
  }

  public void paused(boolean on) {
    paused = on;
  }

  /// Whether so many of its replies are held that it has to wait for some to leave.
  public boolean isCongested() {
    return congested;
  }

  public void congested(boolean on) {
    congested = on;
  }

  /// Whether its commands may run now.
  public boolean isRunnable() {
    return !closing && blocked == null && !paused && !congested;
  }

  public @Nullable Command lastCommand() {
    return lastCommand;
  }

  public void lastCommand(@Nullable Command command) {
    lastCommand = command;
  }

  public long lastInteractionMs() {
    return lastInteractionMs;
  }

  public void lastInteractionMs(long nowMs) {
    lastInteractionMs = nowMs;
  }

  /// Since when the output is above the soft limit, or -1.
  public long softLimitSinceMs() {
    return softLimitSinceMs;
  }

  public void softLimitSinceMs(long sinceMs) {
    softLimitSinceMs = sinceMs;
  }

  /// The memory that [ClientBudget] has counted for this session.
  long countedBytes() {
    return countedBytes;
  }

  void countedBytes(long bytes) {
    countedBytes = bytes;
  }

  /// The bytes received in this turn that lie in the loop's buffer, not in [#input()].
  public int turnBytes() {
    return turnBytes;
  }

  public void turnBytes(int bytes) {
    turnBytes = bytes;
  }

  /// The bytes received that no complete argument was found in yet, or that belong to the requests
  /// being executed.
  public int queryBytes() {
    return Math.max(0, (input == null ? turnBytes : inputSize) - parser.understoodBytes());
  }

  /// The most that was sent at once of late, in bytes.
  public int replyPeak() {
    return replyPeak;
  }

  public void replyPeak(int bytes) {
    replyPeak = bytes;
  }

  /// What `type` was attached, or null.
  public <T> @Nullable T attachment(Class<T> type) {
    return type.cast(attachments.get(type));
  }

  /// Attaches `value` as the state that the subsystem with that class keeps for this session.
  public <T> void attach(Class<T> type, T value) {
    attachments.put(type, value);
  }

  public void detach(Class<?> type) {
    attachments.remove(type);
  }

  /// The bytes received that are not executed yet, or null when there are none.
  public byte @Nullable [] input() {
    return input;
  }

  public int inputSize() {
    return inputSize;
  }

  public void input(byte @Nullable [] bytes, int size) {
    input = bytes;
    inputSize = size;
  }

  /// The place of this session's input in the turn that gathers it, or -1.
  public int turnEntry() {
    return turnEntry;
  }

  public void turnEntry(int index) {
    turnEntry = index;
  }

  /// The offset of the log after what this session wrote last, for WAIT.
  public long writeOffset() {
    return writeOffset;
  }

  public void writeOffset(long offset) {
    writeOffset = offset;
  }

  /// Bytes received and sent over the session's life.
  public long inputTotal() {
    return inputTotal;
  }

  public long outputTotal() {
    return outputTotal;
  }

  /// How often something was received, and sent.
  long reads() {
    return reads;
  }

  long writes() {
    return writes;
  }

  public void countInput(long bytes) {
    inputTotal += bytes;
    reads++;
  }

  public void countOutput(int bytes) {
    outputTotal += bytes;
    writes++;
    replyPeak = Math.max(replyPeak, bytes);
  }
}

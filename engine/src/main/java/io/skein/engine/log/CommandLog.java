package io.skein.engine.log;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.machine.Invariant;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The log of all writes, in the form in which they replicate: a history named by a replication id,
/// and its newest bytes.
///
/// Every write is one or more RESP arrays, appended once; whoever follows writes reads them here
/// with a [LogReader]. The offset counts bytes. In PSYNC the first byte that a replica lacks is
/// named, which is its offset plus one.
///
/// Two things keep bytes: the backlog, which holds the newest [#backlogSize] of them for replicas
/// that come back, and open readers, which hold everything they have not read. Nothing is held, and
/// nothing need be appended, when there is neither ([#isFollowed]).
///
/// Older bytes may lie in files ([#archive]), and whoever reads does not see the difference. What
/// lies there need not be kept in memory for a reader.
///
/// A replica's log is its primary's stream byte for byte, fed with [#append].
///
/// *Invariants*: bytes are never changed once appended; the offset never goes back, except when
/// another history is adopted, and then all readers are lost.
///
/// *Threads*: one at a time.
public final class CommandLog {
  /// The number of hexadecimal digits of a replication id.
  public static final int REPLID_CHARS = 40;

  /// What INFO shows in place of a second replication id that does not exist.
  public static final String NO_REPLID = "0".repeat(REPLID_CHARS);

  /// The database of a log in which none has been selected yet.
  public static final int NO_DB = -1;

  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] SELECT = "SELECT".getBytes(StandardCharsets.ISO_8859_1);

  private String replid;
  private String replid2 = NO_REPLID;
  private long secondOffset = -1;
  private final KeptBytes kept;
  private int selectedDb = NO_DB;
  private Runnable onHistory = () -> {};
  private final byte[] header = new byte[1 + Numbers.MAX_LONG_LENGTH + 2];

  /// Starts a history of that id at offset 0, with a backlog of `backlogSize` bytes that is not
  /// there until asked for.
  public CommandLog(String replid, long backlogSize) {
    this.replid = checked(replid);
    this.kept = new KeptBytes(backlogSize);
  }

  // ---- the history

  /// Returns the id of the history.
  public String replid() {
    return replid;
  }

  /// Returns the id of the history that this one continues, or [#NO_REPLID].
  public String replid2() {
    return replid2;
  }

  /// Returns the first PSYNC offset that is no longer part of [#replid2], or -1.
  public long secondOffset() {
    return secondOffset;
  }

  /// Returns the number of bytes of the history so far.
  public long offset() {
    return kept.end();
  }

  /// Goes on under a new id, so that what follows is not taken for the history of the old one;
  /// forgets the second id.
  public void renew(String newReplid) {
    replid = checked(newReplid);
    forgetSecond();
    kept.forgetWanted();
    onHistory.run();
  }

  /// Goes on under `newReplid` as a history that begins with the old one up to here: the new
  /// primary's first step.
  public void shift(String newReplid) {
    shift(newReplid, NO_DB);
  }

  /// As [#shift(String)], where the stream that is fed goes on with `db` selected.
  public void shift(String newReplid, int db) {
    replid2 = replid;
    secondOffset = offset() + 1;
    replid = checked(newReplid);
    selectedDb = db;
    onHistory.run();
  }

  /// Has `action` know whenever the history goes on under another name, or the log goes over to
  /// another one.
  public void onHistory(Runnable action) {
    onHistory = action;
  }

  /// Forgets the second id.
  public void forgetSecond() {
    replid2 = NO_REPLID;
    secondOffset = -1;
  }

  /// Takes over another history at `offset`, with nothing of its past; every reader is lost.
  public void adopt(String newReplid, long offset) {
    replid = checked(newReplid);
    forgetSecond();
    restart(offset);
  }

  /// Takes up a history as a file recorded it: the ids, and the offset with no bytes before it.
  public void restore(String id, long offset, String id2, long secondOffsetOfId2) {
    replid = checked(id);
    replid2 = checked(id2);
    secondOffset = secondOffsetOfId2;
    restart(offset);
  }

  /// Gives the memory of the log back; every reader is lost.
  public void close() {
    restart(offset());
  }

  private void restart(long offset) {
    kept.restart(offset);
    selectedDb = NO_DB;
    onHistory.run();
  }

  // ---- writing

  /// Whether anything reads the log or may come to: if not, writes need not be appended, only
  /// [#skipped].
  public boolean isFollowed() {
    return kept.isFollowed();
  }

  /// Notes a write that was not appended since nothing follows, so that offsets still tell states
  /// apart.
  public void skipped() {
    Invariant.check(!isFollowed(), "a followed log skips nothing");
    kept.leap(offset() + 1);
  }

  /// Appends bytes of the stream as they are.
  public void append(byte[] b, int offset, int length) {
    kept.append(b, offset, length);
    kept.trim();
  }

  /// Appends a command that writes to database `db`, after a SELECT if the one before it wrote to
  /// another.
  public void command(int db, byte[]... arguments) {
    begin(db, arguments.length);
    for (byte[] argument : arguments) {
      argument(argument, 0, argument.length);
    }
  }

  /// Begins a command of `count` arguments, each of which [#argument] has to add.
  public void begin(int db, int count) {
    select(db);
    number('*', count);
  }

  /// Adds one argument of the command begun.
  public void argument(byte[] b, int offset, int length) {
    number('$', length);
    kept.append(b, offset, length);
    kept.append(CRLF, 0, 2);
    kept.trim();
  }

  /// Makes sure that what is appended next applies to `db`; [#NO_DB] is for commands that concern
  /// none.
  public void select(int db) {
    if (db == selectedDb || db == NO_DB) {
      return;
    }
    number('*', 2);
    argument(SELECT, 0, SELECT.length);
    byte[] digits = Numbers.toBytes(db);
    argument(digits, 0, digits.length);
    selectedDb = db;
  }

  /// Returns the database that the stream has selected, or [#NO_DB].
  public int selectedDb() {
    return selectedDb;
  }

  /// Says which database the stream has selected, as the one who feeds it verbatim knows.
  public void selectedDb(int db) {
    selectedDb = db;
  }

  /// Makes the next command begin with a SELECT, since someone will read from here on who knows
  /// nothing of before.
  public void forgetSelectedDb() {
    selectedDb = NO_DB;
  }

  private void number(char mark, int value) {
    header[0] = (byte) mark;
    int n = 1 + Numbers.writeLong(value, header, 1);
    header[n] = '\r';
    header[n + 1] = '\n';
    kept.append(header, 0, n + 2);
  }

  // ---- the backlog

  /// Whether there is a backlog.
  public boolean isBacklogActive() {
    return kept.isBacklogActive();
  }

  /// The offset of a primary as users are told it: 0 until there is a backlog for the first time.
  ///
  /// Redis does not count before, and users take 0 for "nobody has followed this server".
  public long toldOffset() {
    return kept.wasBacklogActive() ? offset() : 0;
  }

  /// Begins to keep a backlog, if there is none; it is empty.
  public void activateBacklog() {
    kept.activateBacklog();
  }

  /// Gives the backlog up; readers keep what they need.
  public void releaseBacklog() {
    kept.releaseBacklog();
  }

  /// Returns the size that the backlog grows to, in bytes.
  public long backlogSize() {
    return kept.backlogSize();
  }

  /// Sets that size; the newest bytes stay.
  public void backlogSize(long bytes) {
    kept.backlogSize(bytes);
  }

  /// Returns the number of bytes in the backlog.
  public long backlogLength() {
    return isBacklogActive() ? offset() - kept.backlogFrom() : 0;
  }

  /// Returns the PSYNC offset of the first byte in the backlog (the next one to come, if it is
  /// empty), or 0 without one.
  public long backlogFirstOffset() {
    return isBacklogActive() ? kept.backlogFrom() + 1 : 0;
  }

  /// Returns the native memory that the log's bytes take.
  public long memoryBytes() {
    return kept.memoryBytes();
  }

  /// Returns the number of bytes that memory holds beyond the backlog since a reader is slow.
  public long heldBytes() {
    return kept.heldBytes();
  }

  /// Returns what of [#memoryBytes] is there by configuration; the rest is there for replicas that
  /// are slow.
  public long backlogBytes() {
    return Math.min(memoryBytes(), backlogSize());
  }

  /// Whether a replica of history `id` that lacks everything from PSYNC offset `from` on can be
  /// served from here.
  ///
  /// Returns null if so, else the reason why not, in words for the log.
  public @Nullable String refusal(String id, long from) {
    boolean current = id.equalsIgnoreCase(replid);
    boolean previous = id.equalsIgnoreCase(replid2) && from <= secondOffset;
    if (!current && !previous) {
      return id.equalsIgnoreCase(replid2)
          ? "its offset " + from + " is beyond the end " + secondOffset + " of our second history"
          : "it asks for history '" + id + "', ours are '" + replid + "' and '" + replid2 + "'";
    }
    if (!isBacklogActive()) {
      return "there is no backlog";
    }
    long first = kept.servedFrom() + 1;
    if (from < first || from > offset() + 1) {
      return "offset " + from + " is not in the backlog (" + first + " to " + (offset() + 1) + ")";
    }
    return null;
  }

  // ---- reading

  /// Opens a reader whose first byte is the one after `offset` bytes of the history.
  ///
  /// What it has not read is kept until it is closed, beyond the backlog's size if need be: whoever
  /// opens it limits how far it may lag. Returns null if those bytes are gone or not there yet.
  public @Nullable LogReader openReader(long offset) {
    return kept.open(this, offset);
  }

  LogReader fork(LogReader reader) {
    Invariant.check(!reader.isLost(), "a lost reader leads nowhere");
    return kept.fork(this, reader);
  }

  void close(LogReader reader) {
    kept.close(reader);
  }

  boolean copy(long position, byte[] to, int offset, int length) {
    return kept.copy(position, to, offset, length);
  }

  long firstInMemory() {
    return kept.firstInMemory();
  }

  // ---- what lies in files

  /// What of the history lies in files, for looking at it.
  public LogArchive archive() {
    return kept.archive();
  }

  /// Whether that is made use of.
  public boolean isArchiveInUse() {
    return kept.isArchiveInUse();
  }

  /// Makes use of what lies in files, or no longer: readers that depend on it are then lost.
  public void useArchive(boolean use) {
    kept.useArchive(use);
  }

  /// Has `to` told why a file could not be read, when that happens: what was in files is given up.
  public void onUnreadable(Consumer<String> to) {
    kept.onUnreadable(to);
  }

  /// Returns a number that changes whenever the bytes at a position may have become others: what
  /// was written to a file before is no part of this log any more.
  public long era() {
    return kept.era();
  }

  /// `length` bytes from `position` on lie in `source`, from `at` on: memory need not hold them for
  /// readers any more.
  ///
  /// They may continue what is known downwards, too. What would leave a gap above it is taken only
  /// when nobody needs what is older, and that is then given up. What does not reach up to memory
  /// is not taken. The bytes have to be of this [#era].
  public void archived(LogArchive.Source source, long at, long position, long length) {
    Invariant.check(position + length <= offset(), "what is archived has been appended");
    kept.archived(source, at, position, length);
  }

  /// Gives up what of the archive lies before `position`; readers there are lost.
  public void dropArchiveBefore(long position) {
    kept.dropArchiveBefore(position);
  }

  /// Gives up what of the archive lies in `source`, and everything older; readers there are lost.
  public void dropArchive(LogArchive.Source source) {
    kept.dropArchive(source);
  }

  /// Says from which position on bytes may be asked for by those who do not read now, and how many
  /// bytes memory may hold for them beyond the backlog until they are in a file.
  ///
  /// @param growing whether all of the log goes into files: memory then holds as many bytes so that
  ///   the archive has no gap
  public void want(long from, long mostBytes, boolean growing) {
    kept.want(from, mostBytes, growing);
  }

  /// Returns the position of the reader that is furthest behind, or the end of the log.
  public long slowestReader() {
    return kept.slowestReader();
  }

  /// Returns the first position that is needed and still there, or the end of the log.
  public long neededFrom() {
    return kept.neededFrom();
  }

  /// Returns the first position that is needed and lies neither in the backlog nor in a file, so
  /// that memory grows until it does; or the end of the log.
  public long unarchivedFrom() {
    return kept.unarchivedFrom();
  }

  private static String checked(String id) {
    Invariant.check(id.length() == REPLID_CHARS, "a replication id has 40 characters");
    return id;
  }
}

package io.skein.engine.node;

import io.skein.engine.resp.Reply;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// What goes to the target of a migration: whole commands in order, and now and then a mark that
/// the target sends back when it has carried out everything before it.
final class SlotPipe {
  private static final int PIECE_BYTES = 64 * 1024;

  /// After so many bytes the target is asked how far it has come.
  private static final int MARK_BYTES = 256 * 1024;

  private static final long KEEP_ALIVE_MS = 1000;

  private final Queue<byte[]> out = new ArrayDeque<>();
  private final Queue<byte[]> behindSnapshot = new ArrayDeque<>();
  private @Nullable PeerLink link;
  private boolean open;
  private boolean marking;
  private int sentOfFirst;
  private long queued;
  private long queuedBehindSnapshot;
  private long sent;
  private long marked;
  private long confirmed;
  private long markedMs;

  /// The connection, which is being made.
  void link(PeerLink made) {
    link = made;
  }

  /// It stands.
  void opened() {
    open = true;
  }

  /// It is gone.
  void closed() {
    link = null;
    open = false;
  }

  /// Closes it, and forgets everything.
  void close() {
    PeerLink over = link;
    closed();
    if (over != null) {
      over.close();
    }
    out.clear();
    behindSnapshot.clear();
    queued = 0;
    queuedBehindSnapshot = 0;
  }

  /// The target understands marks from now on.
  void beginMarks() {
    marking = true;
  }

  /// The bytes that have not left.
  long unsent() {
    PeerLink to = link;
    return queued + (to == null ? 0 : to.pendingBytes());
  }

  /// The bytes that have not left, of those that do not wait for the snapshot.
  long unsentOfSnapshot() {
    return unsent() - queuedBehindSnapshot;
  }

  /// The bytes here.
  long queued() {
    return queued;
  }

  /// The bytes that the target has not carried out, as far as it has said.
  long unconfirmed() {
    return queued + sent - confirmed;
  }

  /// The bytes that it has.
  long confirmed() {
    return confirmed;
  }

  /// Adds whole commands.
  void add(byte[] commands) {
    add(out, commands);
  }

  /// Adds whole commands that have to wait until the snapshot was sent.
  void addBehindSnapshot(byte[] commands) {
    add(behindSnapshot, commands);
    queuedBehindSnapshot += commands.length;
  }

  /// The snapshot was sent: goes on with what waited for that.
  void snapshotSent() {
    out.addAll(behindSnapshot);
    behindSnapshot.clear();
    queuedBehindSnapshot = 0;
  }

  private void add(Queue<byte[]> to, byte[] bytes) {
    if (bytes.length > 0) {
      to.add(bytes);
      queued += bytes.length;
    }
  }

  /// Adds a command of plain words.
  void add(List<String> words) {
    Reply command = new Reply(256);
    command.array(words.size());
    for (String word : words) {
      command.bulk(word);
    }
    add(Arrays.copyOf(command.bytes(), command.size()));
  }

  /// Sends what there is room for.
  void pump(long nowMs) {
    PeerLink to = link;
    if (to == null || !open) {
      return;
    }
    for (byte[] first = out.peek(); first != null && to.hasRoom(); first = out.peek()) {
      int piece = Math.min(PIECE_BYTES, first.length - sentOfFirst);
      to.write(first, sentOfFirst, piece);
      sentOfFirst += piece;
      sent += piece;
      queued -= piece;
      if (sentOfFirst == first.length) {
        out.remove();
        sentOfFirst = 0;
        if (sent - marked >= MARK_BYTES) {
          mark(nowMs);
        }
      }
    }
    if (out.isEmpty() && sent > marked && confirmed >= marked) {
      mark(nowMs);
    }
  }

  /// Asks the target for a sign of life, if it has not been asked for anything for a while.
  void tick(long nowMs) {
    pump(nowMs);
    if (nowMs - markedMs >= KEEP_ALIVE_MS) {
      mark(nowMs);
    }
  }

  private void mark(long nowMs) {
    PeerLink to = link;
    if (to == null || !open || !marking || sentOfFirst != 0) {
      return;
    }
    marked = sent;
    markedMs = nowMs;
    Reply command = new Reply(64);
    command.array(4);
    command.bulk("CLUSTER");
    command.bulk("SYNCSLOTS");
    command.bulk("MARK");
    command.bulk(Long.toString(sent));
    to.write(command.bytes(), 0, command.size());
  }

  /// The target has sent `line`; whether that confirms more than before.
  boolean confirms(String line) {
    String head = "+MARK ";
    if (!line.startsWith(head)) {
      return false;
    }
    long upTo;
    try {
      upTo = Long.parseLong(line.substring(head.length()));
    } catch (NumberFormatException e) {
      return false;
    }
    boolean more = upTo > confirmed && upTo <= sent;
    confirmed = more ? upTo : confirmed;
    return more;
  }
}

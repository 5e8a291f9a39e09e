package io.skein.engine.node;

import io.skein.engine.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/// The requests that carry keys to another server, on their way to its connection.
///
/// Small ones are joined to larger pieces; the payload of a large value is sent in pieces from
/// where it lies.
final class RestoreRequests {
  private static final int PIECE_BYTES = 64 * 1024;

  private final boolean replace;
  private final byte[] command;
  private final Reply gathered = new Reply(4096);
  private final Queue<byte[]> ready = new ArrayDeque<>();
  private int sentOfFirst;

  /// @param asking whether the target is to take keys of a slot that it imports
  RestoreRequests(boolean asking, boolean replace) {
    this.command = ascii(asking ? "RESTORE-ASKING" : "RESTORE");
    this.replace = replace;
  }

  /// Adds a request of plain words.
  void add(List<byte[]> words) {
    gathered.array(words.size());
    for (byte[] word : words) {
      gathered.bulk(word);
    }
  }

  /// Adds the request that restores a key.
  ///
  /// @param ttlMs what it has left to live, 0 for ever
  void add(byte[] key, long ttlMs, byte[] payload) {
    gathered.array(replace ? 5 : 4);
    gathered.bulk(command);
    gathered.bulk(key);
    gathered.bulkInteger(ttlMs);
    if (payload.length < PIECE_BYTES) {
      gathered.bulk(payload);
    } else {
      gathered.raw(ascii("$" + payload.length + "\r\n"));
      gather();
      ready.add(payload);
      gathered.raw(ascii("\r\n"));
    }
    if (replace) {
      gathered.bulk("REPLACE");
    }
    if (gathered.size() >= PIECE_BYTES) {
      gather();
    }
  }

  private void gather() {
    if (gathered.size() > 0) {
      ready.add(Arrays.copyOf(gathered.bytes(), gathered.size()));
      gathered.reset(2 * PIECE_BYTES);
    }
  }

  /// Writes as much to `link` as there is room for.
  ///
  /// @return whether all has been written
  boolean send(TargetLink link) {
    gather();
    for (byte[] first = ready.peek(); first != null; first = ready.peek()) {
      if (!link.hasRoom()) {
        return false;
      }
      int piece = Math.min(PIECE_BYTES, first.length - sentOfFirst);
      link.write(first, sentOfFirst, piece);
      sentOfFirst += piece;
      if (sentOfFirst == first.length) {
        ready.remove();
        sentOfFirst = 0;
      }
    }
    return true;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

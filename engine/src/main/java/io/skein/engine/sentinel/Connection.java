package io.skein.engine.sentinel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One connection to an instance, and the replies that are still to come on it.
final class Connection {
  /// What a reply is for.
  enum Purpose {
    PING,
    INFO,
    HELLO,
    ASK,
    /// The end of a transaction that changes an instance's role.
    ROLE_CHANGE,
    /// The subscription to hellos: without it the connection is of no use.
    SUBSCRIBE,
    /// FAILOVER, to a healthy primary.
    FAILOVER,
    /// Nothing: its effects are seen elsewhere.
    NOTHING
  }

  /// A reply to come: its purpose, and the instance that it concerns.
  record Pending(Purpose purpose, Instance about) {}

  final long id;
  final Link link;
  final boolean forMessages;
  final long sinceMs;
  final ReplyParser parser = new ReplyParser();
  final Deque<Pending> pending = new ArrayDeque<>();
  @Nullable String localIp;

  /// What waits for the connection to stand; null once it does.
  private @Nullable ByteArrayOutputStream early = new ByteArrayOutputStream();

  Connection(long id, Link link, boolean forMessages, long nowMs) {
    this.id = id;
    this.link = link;
    this.forMessages = forMessages;
    this.sinceMs = nowMs;
  }

  boolean isOpen() {
    return early == null;
  }

  /// Returns what has waited.
  byte[] opened(String ip) {
    localIp = ip;
    byte[] waiting = early == null ? new byte[0] : early.toByteArray();
    early = null;
    return waiting;
  }

  /// Keeps `bytes` if the connection does not stand yet.
  boolean keeps(byte[] bytes) {
    if (early == null) {
      return false;
    }
    early.writeBytes(bytes);
    return true;
  }

  static byte[] request(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(bytes);
      out.writeBytes(new byte[] {'\r', '\n'});
    }
    return out.toByteArray();
  }
}

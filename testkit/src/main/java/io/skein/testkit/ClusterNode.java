package io.skein.testkit;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// A server on this machine that can be asked: a [SkeinNode], or whatever else speaks RESP.
public interface ClusterNode {
  /// Where it listens.
  default String host() {
    return "127.0.0.1";
  }

  /// The port for clients.
  int port();

  /// `host:port`.
  default String address() {
    return host() + ":" + port();
  }

  /// Whether it is up, paused or not.
  boolean isRunning();

  /// Sends it a command and returns the reply: a [String], a [Long], a [List] of replies, or null.
  ///
  /// @throws ReplyError when the reply is an error
  /// @throws UncheckedIOException when it cannot be reached
  @Nullable Object call(String... words);

  /// What it has logged.
  String log();

  /// Sends it a command and returns the reply as text; nil is the empty text.
  default String text(String... words) {
    Object reply = call(words);
    return reply == null ? "" : reply.toString();
  }

  /// The value of a field in INFO or CLUSTER INFO, or the empty text.
  ///
  /// @param words the command that gives `field:value` lines
  default String field(String name, String... words) {
    for (String line : text(words).split("\r\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1);
      }
    }
    return "";
  }

  /// Whether it says that it is a primary.
  default boolean isPrimary() {
    return field("role", "INFO", "replication").equals("master");
  }

  /// Whether it is a replica that has an intact link to its primary.
  default boolean isInSync() {
    return field("master_link_status", "INFO", "replication").equals("up");
  }
}

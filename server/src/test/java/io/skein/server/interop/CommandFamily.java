package io.skein.server.interop;

import java.util.List;

/// A source of random commands of one family, for [FamiliesInteropTest].
interface CommandFamily {
  /// The next command.
  String[] next();

  /// What is asked about each key when a round is over.
  List<String[]> questions(String key);

  /// The keys that commands use.
  List<String> keys();

  /// What both servers are told first, since one of them has seen other rounds.
  default List<String[]> preparations() {
    return List.of();
  }

  /// Whether Redis 7.0 answers some of the commands otherwise than 7.2.
  default boolean isOf72() {
    return false;
  }

  /// A payload that DUMP has returned, by either server.
  default void payload(String dumped) {}

  /// Whether the order of the elements of the reply to a command is each server's own.
  default boolean isUnordered(String command) {
    return false;
  }
}

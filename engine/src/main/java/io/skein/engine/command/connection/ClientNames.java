package io.skein.engine.command.connection;

import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;

/// What may stand in the fields of CLIENT LIST that clients choose: nothing that breaks its format.
final class ClientNames {
  private static final CommandError NAME =
      new CommandError("ERR Client names cannot contain spaces, newlines or special characters.");

  private ClientNames() {}

  /// Refuses argument `i` as the name of a connection unless it is empty or of printable ASCII
  /// without spaces.
  static void checkName(Call call, int i) {
    if (!isPlain(call, i)) {
      throw NAME;
    }
  }

  /// Whether all bytes of argument `i` are printable ASCII other than space.
  static boolean isPlain(Call call, int i) {
    int from = call.offset(i);
    for (int p = from; p < from + call.length(i); p++) {
      byte c = call.buffer()[p];
      if (c < '!' || c > '~') {
        return false;
      }
    }
    return true;
  }
}

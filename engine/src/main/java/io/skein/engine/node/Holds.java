package io.skein.engine.node;

import io.skein.engine.command.Call;
import io.skein.engine.script.Scripting;
import org.jspecify.annotations.Nullable;

/// Who has commands wait before they are executed: a pause, or what is on its way.
final class Holds {
  private final Gates gates;
  private @Nullable Transfers transfers;
  private @Nullable SlotMigrations migrations;
  private @Nullable Scripting scripting;

  Holds(Gates gates) {
    this.gates = gates;
  }

  /// Has commands wait that may write to keys on their way to another server.
  void by(Transfers moves) {
    transfers = moves;
  }

  /// Has commands wait whose slots leave.
  void by(SlotMigrations slots) {
    migrations = slots;
  }

  /// Has commands wait that need an interpreter before there can be one.
  void by(Scripting scripts) {
    scripting = scripts;
  }

  /// Whether `call` should come again later.
  boolean mustWait(Call call) {
    return gates.isPaused(call)
        || transfers != null && transfers.holds(call)
        || migrations != null && migrations.holds().holds(call)
        || scripting != null && scripting.holds(call);
  }
}

package io.skein.engine.cluster.commands;

import static io.skein.engine.command.CommandFlag.FAST;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;

/// READONLY, READWRITE and ASKING: what a client says about being redirected.
final class RedirectionCommands {
  private final boolean enabled;

  RedirectionCommands(boolean enabled) {
    this.enabled = enabled;
  }

  void declare(CommandTable table) {
    table.add(
        Command.named("readonly")
            .group(Group.CLUSTER)
            .docs("3.0.0", "O(1)", "Lets this connection read from a replica.")
            .flags(FAST, LOADING, STALE)
            .categories(Category.CONNECTION)
            .does(call -> readOnly(call, true)));
    table.add(
        Command.named("readwrite")
            .group(Group.CLUSTER)
            .docs("3.0.0", "O(1)", "Ends the effect of READONLY.")
            .flags(FAST, LOADING, STALE)
            .categories(Category.CONNECTION)
            .does(call -> readOnly(call, false)));
    table.add(
        Command.named("asking")
            .group(Group.CLUSTER)
            .docs("3.0.0", "O(1)", "Says that the next command follows an ASK redirection.")
            .flags(FAST)
            .categories(Category.CONNECTION)
            .does(this::asking));
  }

  private void readOnly(Call call, boolean on) {
    check();
    call.session().readOnly(on);
    call.reply().ok();
  }

  private void asking(Call call) {
    check();
    call.session().asking(true);
    call.reply().ok();
  }

  private void check() {
    if (!enabled) {
      throw ClusterCommands.DISABLED;
    }
  }
}

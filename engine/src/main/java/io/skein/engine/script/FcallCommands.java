package io.skein.engine.script;

import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.CommandTable;
import io.skein.engine.resp.CommandError;
import java.util.function.Consumer;

/// FCALL and FCALL_RO.
final class FcallCommands {
  private static final CommandError NOT_FOUND = new CommandError("ERR Function not found");

  private final Scripting scripting;
  private final Consumer<Call> announce;

  FcallCommands(Scripting scripting, Consumer<Call> announce) {
    this.scripting = scripting;
    this.announce = announce;
  }

  void declare(CommandTable table) {
    table.add(
        EvalCommands.writing("fcall", "7.0.0", "function", "Runs a function.")
            .flagsOf(this::flagBits)
            .does(this::call));
    table.add(
        EvalCommands.reading("fcall_ro", "function", "Runs a function that does not write.")
            .flagsOf(this::flagBits)
            .does(this::call));
  }

  private long flagBits(Arguments call, long bits) {
    Library.Function function = scripting.libraries().function(call.string(1));
    return function == null ? bits : function.flags().commandBits(bits);
  }

  private void call(Call call) {
    announce.accept(call);
    Library.Function function = scripting.libraries().function(call.string(1));
    if (function == null) {
      throw NOT_FOUND;
    }
    scripting
        .runner()
        .run(
            call,
            scripting.functionInterpreter(),
            function.reference(),
            function.name(),
            function.flags(),
            false);
  }
}

package io.skein.engine.command.hyperloglog;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.config.EncodingSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;

/// PFDEBUG and PFSELFTEST: what is inside, and whether it works.
final class SketchDebugging {
  private static final CommandError NO_KEY =
      new CommandError("ERR The specified key does not exist");
  private static final CommandError NOT_SPARSE = new CommandError("ERR HLL encoding is not sparse");

  private final Settings settings;
  private final Sparse space = new Sparse();

  SketchDebugging(Settings settings) {
    this.settings = settings;
  }

  void declare(CommandTable table) {
    table.add(pfdebug());
    table.add(pfselftest());
  }

  private Command pfdebug() {
    return Command.named("pfdebug")
        .group(Group.HYPERLOGLOG)
        .docs("2.8.9", "N/A", "Shows what is inside of a HyperLogLog.")
        .syntax("subcommand key")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.ADMIN)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS, 2))
        .does(this::pfdebug);
  }

  private void pfdebug(Call call) {
    Key key = call.keyAt(0);
    long entry = call.database().write(key);
    if (entry == 0) {
      throw NO_KEY;
    }
    SketchValue.check(entry);
    SketchValue value = new SketchValue(settings, space, call.database(), key);
    value.open(entry);
    if (call.is(1, "getreg")) {
      makeDense(call, value);
      call.reply().array(Sketch.REGISTERS);
      for (int i = 0; i < Sketch.REGISTERS; i++) {
        call.reply().integer(Dense.get(value.registers(), i));
      }
    } else if (call.is(1, "decode")) {
      if (!value.isSparse()) {
        throw NOT_SPARSE;
      }
      call.reply().bulk(value.sparse().decoded());
    } else if (call.is(1, "encoding")) {
      call.reply().simple(value.isSparse() ? "sparse" : "dense");
    } else if (call.is(1, "todense")) {
      call.reply().integer(makeDense(call, value) ? 1 : 0);
    } else {
      throw new CommandError("ERR Unknown PFDEBUG subcommand '" + call.string(1) + "'");
    }
  }

  private static boolean makeDense(Call call, SketchValue value) {
    if (!value.isSparse()) {
      return false;
    }
    value.toDense();
    call.dirty(1);
    return true;
  }

  private Command pfselftest() {
    return Command.named("pfselftest")
        .group(Group.HYPERLOGLOG)
        .docs("2.8.9", "N/A", "Counts ten million elements and checks how good the estimates are.")
        .syntax("")
        .flags(CommandFlag.ADMIN)
        .does(this::pfselftest);
  }

  private void pfselftest(Call call) {
    long most = settings.number(EncodingSettings.HLL_SPARSE_MAX_BYTES);
    String failure = SelfTest.run(call.nowMs(), most);
    if (!failure.isEmpty()) {
      throw new CommandError("ERR TESTFAILED " + failure);
    }
    call.reply().ok();
  }
}

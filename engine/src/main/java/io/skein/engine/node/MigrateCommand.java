package io.skein.engine.node;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeyPositions;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// MIGRATE: moves keys to another server; the work is that of [Transfers].
final class MigrateCommand {
  private static final CommandError KEY_BESIDE_KEYS =
      new CommandError(
          "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");

  private static final int KEY = 3;
  private static final int FIRST_OPTION = 6;
  private static final int USE = KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE;
  private static final long USUAL_TIMEOUT_MS = 1000;

  private final Transfers transfers;

  MigrateCommand(Transfers transfers) {
    this.transfers = transfers;
  }

  void declare(CommandTable table) {
    table.add(
        Command.named("migrate")
            .group(Group.GENERIC)
            .docs(
                "2.6.0",
                "That of DUMP and DEL here and of RESTORE in the target, and O(N) for the way"
                    + " between them.",
                "Moves keys to another server.")
            .history(
                "3.0.0",
                "Options `COPY` and `REPLACE`.",
                "3.0.6",
                "Option `KEYS`.",
                "4.0.7",
                "Option `AUTH`.",
                "6.0.0",
                "Option `AUTH2`.")
            .syntax(
                "host port:integer (key-selector: key | empty-string) destination-db:integer"
                    + " timeout:integer [COPY] [REPLACE] [authentication: AUTH auth | AUTH2"
                    + " username password] [KEYS keys:key...]")
            .arity(-6)
            .flags(CommandFlag.WRITE, CommandFlag.NO_MULTI)
            .categories(Category.DANGEROUS)
            .tips("nondeterministic_output")
            .keys(
                KeySpec.one(USE, KEY), KeySpec.behind(USE | KeySpec.INCOMPLETE, "KEYS", -2, -1, 1))
            .keyFinder(MigrateCommand::findKeys)
            .does(this::migrate));
  }

  /// The one key, or all behind KEYS. Where both are given the call is wrong, and has none.
  private static void findKeys(Arguments call, KeyPositions keys) {
    for (int i = FIRST_OPTION; i < call.count(); i++) {
      if (call.is(i, "KEYS")) {
        for (int k = i + 1; k < call.count() && call.length(KEY) == 0; k++) {
          keys.add(k, USE);
        }
        return;
      }
      i += call.is(i, "AUTH") ? 1 : call.is(i, "AUTH2") ? 2 : 0;
    }
    keys.add(KEY, USE);
  }

  private void migrate(Call call) {
    boolean copy = false;
    boolean replace = false;
    List<byte[]> login = null;
    int firstKey = KEY;
    int afterKeys = KEY + 1;
    for (int i = FIRST_OPTION; i < call.count(); i++) {
      int left = call.count() - 1 - i;
      if (call.is(i, "COPY")) {
        copy = true;
      } else if (call.is(i, "REPLACE")) {
        replace = true;
      } else if (call.is(i, "AUTH") && left >= 1) {
        login = List.of(call.bytes(++i));
      } else if (call.is(i, "AUTH2") && left >= 2) {
        login = List.of(call.bytes(++i), call.bytes(++i));
      } else if (call.is(i, "KEYS")) {
        if (call.length(KEY) != 0) {
          throw KEY_BESIDE_KEYS;
        }
        firstKey = i + 1;
        afterKeys = call.count();
        break;
      } else {
        throw Errors.SYNTAX;
      }
    }
    begin(call, copy, replace, login, present(call, firstKey, afterKeys));
  }

  /// The names from `first` on that there are keys of, each once.
  private static List<byte[]> present(Call call, int first, int end) {
    // The numbers are looked at before the keys are, as in Redis.
    call.integer(5);
    call.integer(4);
    LinkedHashSet<Bytes> names = new LinkedHashSet<>();
    for (int i = first; i < end; i++) {
      if (call.database().read(call.key(i)) != 0) {
        names.add(call.toBytes(i));
      }
    }
    List<byte[]> keys = new ArrayList<>();
    names.forEach(name -> keys.add(name.toByteArray()));
    return keys;
  }

  private void begin(
      Call call, boolean copy, boolean replace, @Nullable List<byte[]> login, List<byte[]> keys) {
    if (keys.isEmpty()) {
      call.reply().simple("NOKEY");
      return;
    }
    long timeout = call.integer(5);
    transfers.begin(
        call,
        new MigrateRequest(
            call.string(1),
            port(call),
            call.integer(4),
            timeout <= 0 ? USUAL_TIMEOUT_MS : timeout,
            copy,
            replace,
            login,
            keys));
  }

  /// The port, or one that nobody can listen on.
  private static long port(Call call) {
    return call.isInteger(2) ? call.integer(2) : 0;
  }
}

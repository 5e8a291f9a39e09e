package io.skein.engine.sentinel.commands;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Glob;
import io.skein.engine.command.Call;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import io.skein.engine.sentinel.Admin;
import io.skein.engine.sentinel.Answer;
import io.skein.engine.sentinel.SentinelPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// SENTINEL CONFIG: options of the Sentinel, and the log level of the server that it is.
final class ConfigOptions {
  private static final CommandError WRONG_USE =
      new CommandError(
          "ERR Only SENTINEL CONFIG GET <param> [<param> <param> ...]/ SET <param> <value> [<param>"
              + " <value> ...] are supported.");

  private final Settings settings;
  private final SentinelPort port;

  ConfigOptions(Settings settings, SentinelPort port) {
    this.settings = settings;
    this.port = port;
  }

  void run(Call call) {
    List<String> words = SentinelCommands.words(call, 3);
    if (call.is(2, "SET") && words.size() >= 2) {
      Answers.write(call.reply(), port.ask(admin -> set(admin, words)));
    } else if (call.is(2, "GET")) {
      Answers.write(call.reply(), port.ask(admin -> get(admin, words)));
    } else {
      throw WRONG_USE;
    }
  }

  private Map<String, String> all(Admin admin) {
    Map<String, String> all = new LinkedHashMap<>(admin.globals());
    all.put("loglevel", settings.get(ServerSettings.LOGLEVEL).token());
    return all;
  }

  private Answer get(Admin admin, List<String> patterns) {
    Map<String, Answer> found = new LinkedHashMap<>();
    for (String pattern : patterns) {
      Bytes lower = Bytes.of(pattern.toLowerCase(Locale.ROOT));
      all(admin)
          .forEach((name, value) -> {
            if (Glob.matches(lower, Bytes.of(name))) {
              found.putIfAbsent(name, new Answer.Bulk(value));
            }
          });
    }
    return new Answer.Fields(found);
  }

  private Answer set(Admin admin, List<String> words) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i += 2) {
      String option = words.get(i);
      String name = option.toLowerCase(Locale.ROOT);
      if (!all(admin).containsKey(name)) {
        return error("Invalid argument '" + option + "' to SENTINEL CONFIG SET");
      }
      if (values.containsKey(name)) {
        return error("Duplicate argument '" + option + "' to SENTINEL CONFIG SET");
      }
      if (i + 1 == words.size()) {
        return error("Missing argument '" + option + "' value");
      }
      String value = words.get(i + 1);
      String objection =
          name.equals("loglevel")
              ? level(value) != null
                  ? null
                  : "Invalid value '" + value + "' to SENTINEL CONFIG SET '" + option + "'"
              : admin.objection(name, value);
      if (objection != null) {
        return error(objection);
      }
      values.put(name, value);
    }
    String level = values.remove("loglevel");
    if (level != null) {
      settings.put(ServerSettings.LOGLEVEL, Objects.requireNonNull(level(level)));
    }
    return admin.setGlobals(values);
  }

  private static Answer error(String text) {
    return new Answer.Failure("ERR " + text);
  }

  private static @Nullable LogLevel level(String text) {
    for (LogLevel level : LogLevel.values()) {
      if (level.token().equalsIgnoreCase(text)) {
        return level;
      }
    }
    return null;
  }
}

package io.skein.engine.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Loads configuration text, line by line, into settings that are at their defaults.
///
/// Not thread-safe; the settings are of no use after an error.
public final class ConfigReader {
  /// The version of Redis whose directives these are.
  public static final String REDIS_VERSION = "7.2.6";

  private final Settings settings;
  private final Directives directives;
  private final boolean sentinelMode;
  private final List<SentinelLine> sentinelLines = new ArrayList<>();
  private final Map<Setting<?>, Place> doubtful = new LinkedHashMap<>();
  private boolean saveSeen;

  /// A line of configuration.
  private record Place(@Nullable String source, int number, String line) {}

  /// A reader into `settings`, which asks `directives` for what are no settings.
  public ConfigReader(Settings settings, Directives directives, boolean sentinelMode) {
    this.settings = settings;
    this.directives = directives;
    this.sentinelMode = sentinelMode;
  }

  /// Reads the main text: the file, standard input and the command line in one. `text` is raw: one
  /// `char` per byte.
  public void read(String text) throws ConfigFileError {
    readLines(null, text);
  }

  /// Reads the text of an included file; its name is for messages.
  public void readIncluded(String file, String text) throws ConfigFileError {
    readLines(file, text);
  }

  private void readLines(@Nullable String source, String text) throws ConfigFileError {
    int number = 0;
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf('\n', from);
      boolean isComment = text.startsWith("#", from);
      String line =
          isComment ? "" : ConfigText.trimmed(text.substring(from, end < 0 ? text.length() : end));
      from = end < 0 ? text.length() + 1 : end + 1;
      number++;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        readLine(new Place(source, number, line));
      } catch (ConfigError refused) {
        throw ConfigFileError.at(source, number, line, refused.reason());
      }
    }
  }

  private void readLine(Place place) throws ConfigError, ConfigFileError {
    String line = place.line;
    if (line.indexOf('\0') >= 0) {
      throw new ConfigError("NUL byte in configuration line");
    }
    List<String> words = LineGrammar.split(line);
    if (words == null) {
      throw unbalanced();
    }
    for (int i = 0; i < words.size(); i++) {
      words.set(i, ConfigText.text(words.get(i)));
    }
    if (words.isEmpty()) {
      return;
    }
    String name = ConfigText.lower(words.getFirst());
    List<String> arguments = words.subList(1, words.size());
    Setting<?> setting = SettingTable.find(name);
    if (setting != null) {
      set(setting, arguments);
      if (UnsupportedSettings.concerns(setting)) {
        doubtful.put(setting, place);
      }
    } else if (!isObsolete(name, arguments.size())) {
      directive(name, arguments, place);
    }
  }

  private static ConfigError unbalanced() {
    return new ConfigError("Unbalanced quotes in configuration line");
  }

  /// Directives that once meant something and are skipped for old files' sake.
  private static boolean isObsolete(String name, int arguments) {
    return arguments == 1
        && switch (name) {
          case "list-max-ziplist-entries", "list-max-ziplist-value", "lua-replicate-commands" ->
              true;
          default -> false;
        };
  }

  private <T> void set(Setting<T> setting, List<String> arguments) throws ConfigError {
    List<String> words = arguments;
    if (!setting.takesSeveral()) {
      if (words.size() != 1) {
        throw new ConfigError("wrong number of arguments");
      }
    } else if (words.size() == 1 && !words.getFirst().isEmpty()) {
      words = LineGrammar.split(words.getFirst());
      if (words == null) {
        throw unbalanced();
      }
    }
    T current = settings.get(setting);
    boolean firstSave = !saveSeen && setting.equals(PersistenceSettings.SAVE);
    if (firstSave) {
      saveSeen = true;
      current = setting.startOfSet(current);
    }
    settings.assign(setting, words, current);
  }

  private void directive(String name, List<String> arguments, Place place)
      throws ConfigError, ConfigFileError {
    int count = arguments.size();
    if (name.equals("include") && count == 1) {
      directives.include(arguments.getFirst(), this);
    } else if (name.equals("rename-command") && count == 2) {
      directives.renameCommand(arguments.get(0), arguments.get(1));
    } else if (name.equals("user") && count >= 1) {
      directives.user(List.copyOf(arguments));
    } else if (name.equals("loadmodule") && count >= 1) {
      throw new ConfigError("modules are libraries for redis-server and cannot be loaded");
    } else if (name.indexOf('.') >= 0) {
      throw new ConfigError(
          count == 0
              ? "Module config specified without value"
              : "modules are libraries for redis-server and cannot be configured");
    } else if (name.equals("sentinel")) {
      sentinel(arguments, place);
    } else {
      throw new ConfigError("Bad directive or wrong number of arguments");
    }
  }

  /// A lone `sentinel` is what `--sentinel` on the command line becomes.
  private void sentinel(List<String> arguments, Place place) throws ConfigError {
    if (arguments.isEmpty()) {
      return;
    }
    if (!sentinelMode) {
      throw new ConfigError("sentinel directive while not in sentinel mode");
    }
    sentinelLines.add(new SentinelLine(place.number, place.line, List.copyOf(arguments)));
  }

  /// The `sentinel` directives read, in order.
  public List<SentinelLine> sentinelLines() {
    return Collections.unmodifiableList(sentinelLines);
  }

  /// Checks what concerns several lines; returns warnings for the log.
  ///
  /// What this version cannot honour is refused only now, since a later line may have withdrawn it:
  /// packaged files say `daemonize yes` and service units then `--daemonize no`.
  public List<String> finish() throws ConfigFileError {
    for (Map.Entry<Setting<?>, Place> entry : doubtful.entrySet()) {
      try {
        UnsupportedSettings.check(settings, entry.getKey());
      } catch (ConfigError refused) {
        Place at = entry.getValue();
        throw ConfigFileError.at(at.source, at.number, at.line, refused.reason());
      }
    }
    try {
      SettingConflicts.checkAll(settings);
    } catch (ConfigError conflict) {
      throw ConfigFileError.ofWhole(conflict.reason());
    }
    if (!settings.isOn(ClusterSettings.CLUSTER_ENABLED)) {
      return List.of();
    }
    if (settings.get(ReplicationSettings.REPLICAOF).isReplica()) {
      throw ConfigFileError.ofWhole("replicaof directive not allowed in cluster mode");
    }
    long databases = settings.number(ServerSettings.DATABASES);
    if (databases == 1) {
      return List.of();
    }
    settings.put(ServerSettings.DATABASES, 1L);
    return List.of(
        "WARNING: Changing databases number from "
            + databases
            + " to 1 since we are in cluster mode");
  }
}

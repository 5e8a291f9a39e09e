package io.skein.engine.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One CONFIG SET: finds the settings, checks that they may be set, parses every value, then lets
/// the listeners carry it out. Whatever fails, all values are as before.
final class ConfigSet {
  private final Settings settings;
  private final boolean localClient;
  private final boolean loading;

  ConfigSet(Settings settings, boolean localClient, boolean loading) {
    this.settings = settings;
    this.localClient = localClient;
    this.loading = loading;
  }

  void run(List<String> pairs) throws ConfigError {
    if (pairs.isEmpty() || pairs.size() % 2 != 0) {
      throw new ConfigError("ERR syntax error");
    }
    List<Setting<?>> targets = targets(pairs);
    Object[] before = settings.snapshot();
    Set<Setting<?>> changed = new HashSet<>();
    for (int i = 0; i < targets.size(); i++) {
      Setting<?> setting = targets.get(i);
      Object old = settings.get(setting);
      try {
        assign(setting, pairs.get(2 * i + 1));
        UnsupportedSettings.check(settings, setting);
      } catch (ConfigError refused) {
        settings.restore(before);
        throw failed(ConfigText.lower(pairs.get(2 * i)), refused.reason());
      }
      if (setting.has(Setting.VOLATILE) || !old.equals(settings.get(setting))) {
        changed.add(setting);
      }
    }
    for (int i = 0; i < targets.size(); i++) {
      try {
        SettingConflicts.check(settings, targets.get(i));
      } catch (ConfigError refused) {
        settings.restore(before);
        throw failed(ConfigText.lower(pairs.get(2 * i)), refused.reason());
      }
    }
    Settings.Refusal refusal = settings.notifyListeners(changed, before);
    if (refusal != null) {
      throw failed(nameGiven(refusal.setting(), pairs), refusal.reason().reason());
    }
  }

  private static String nameGiven(Setting<?> setting, List<String> pairs) {
    for (int i = 0; i < pairs.size(); i += 2) {
      if (setting.equals(SettingTable.find(pairs.get(i)))) {
        return ConfigText.lower(pairs.get(i));
      }
    }
    return setting.name();
  }

  private List<Setting<?>> targets(List<String> pairs) throws ConfigError {
    List<Setting<?>> targets = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < pairs.size(); i += 2) {
      String name = pairs.get(i);
      Setting<?> setting = SettingTable.find(name);
      if (setting == null) {
        throw new ConfigError(
            "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'");
      }
      if (setting.has(Setting.IMMUTABLE)) {
        throw failed(name, "can't set immutable config");
      }
      if (setting.has(Setting.PROTECTED) && !mayTouchProtected()) {
        throw failed(name, "can't set protected config");
      }
      if (loading && setting.has(Setting.NOT_WHILE_LOADING)) {
        throw new ConfigError("LOADING Redis is loading the dataset in memory");
      }
      if (!seen.add(ConfigText.lower(name))) {
        throw failed(name, "duplicate parameter");
      }
      targets.add(setting);
    }
    return targets;
  }

  private boolean mayTouchProtected() {
    return switch (settings.get(SecuritySettings.ENABLE_PROTECTED_CONFIGS)) {
      case NO -> false;
      case YES -> true;
      case LOCAL -> localClient;
    };
  }

  private static ConfigError failed(String name, String reason) {
    return new ConfigError(
        "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason);
  }

  private <T> void assign(Setting<T> setting, String text) throws ConfigError {
    List<String> words = setting.takesSeveral() ? atEachSpace(text) : List.of(text);
    settings.assign(setting, words, setting.startOfSet(settings.get(setting)));
  }

  /// The parts of `text` between single spaces: two spaces in a row have an empty part between
  /// them.
  private static List<String> atEachSpace(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}

package io.skein.engine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The values of all settings of one server.
///
/// *Threads*: read by any, changed by one (the data plane's). A change publishes a new array of
/// values, so that a reader sees each SET wholly or not at all, setting by setting. A read costs
/// two loads; hot paths that want less keep a copy and register a listener.
public final class Settings {
  private final WorkingDirectory workingDirectory;
  private final List<Registration> registrations = new ArrayList<>();
  private volatile Object[] values;

  private record Registration(Setting<?> setting, SettingListener listener) {}

  /// Every setting at its default; `directory` is the absolute path of the working directory.
  public Settings(String directory, WorkingDirectory workingDirectory) {
    this.workingDirectory = workingDirectory;
    List<Setting<?>> all = SettingTable.all();
    Object[] initial = new Object[all.size()];
    for (int i = 0; i < initial.length; i++) {
      initial[i] = all.get(i).initial();
    }
    initial[PersistenceSettings.DIR.index()] = directory;
    values = initial;
  }

  /// The value of `setting`.
  @SuppressWarnings("unchecked") // only assign() stores, and it takes a T
  public <T> T get(Setting<T> setting) {
    return (T) values[setting.index()];
  }

  /// The value of `setting`; where Redis has an unsigned number above 2^63 - 1, that bound.
  public long number(NumberSetting setting) {
    return setting.signed(get(setting));
  }

  /// The value of `setting` as an int; beyond its range, the nearest there is.
  public int integer(NumberSetting setting) {
    return Math.clamp(number(setting), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /// Whether `setting` is `yes`.
  public boolean isOn(BoolSetting setting) {
    return get(setting);
  }

  /// Calls `listener` whenever CONFIG SET has changed `setting`.
  ///
  /// Listeners are called in the order in which the settings are declared, for one setting in that
  /// of registration; one that is registered for several settings is called once per SET.
  public void onChange(Setting<?> setting, SettingListener listener) {
    int at = registrations.size();
    while (at > 0 && registrations.get(at - 1).setting.index() > setting.index()) {
      at--;
    }
    registrations.add(at, new Registration(setting, listener));
  }

  /// Changes one value as a part of something else, for example `replicaof` by REPLICAOF: nothing
  /// is checked and no listener called.
  public <T> void put(Setting<T> setting, T value) {
    Object[] changed = values.clone();
    changed[setting.index()] = value;
    values = changed;
  }

  /// CONFIG GET: the settings whose names match one of `patterns`, as names and values in turn, in
  /// the order of declaration. A name without glob characters finds hidden settings too, and is
  /// returned as it was asked for.
  public List<String> matching(List<String> patterns) {
    return ConfigGet.matching(this, patterns);
  }

  /// CONFIG SET: gives all settings their new values, or none.
  ///
  /// @param pairs names and values in turn
  /// @param localClient whether the client is connected from this machine
  /// @param loading whether the data set is being loaded
  /// @throws ConfigError whose reason is the error reply, from its code on
  public void set(List<String> pairs, boolean localClient, boolean loading) throws ConfigError {
    new ConfigSet(this, localClient, loading).run(pairs);
  }

  /// The text of one value as CONFIG GET shows it.
  public <T> String show(Setting<T> setting) {
    return setting.show(get(setting));
  }

  /// Parses `words` and stores the value; `current` is what the directive adds to, if it adds to
  /// something.
  <T> void assign(Setting<T> setting, List<String> words, T current) throws ConfigError {
    T value = setting.parse(words, current);
    if (setting instanceof DirectorySetting directory) {
      put(directory, workingDirectory.enter(get(directory), words.getFirst()));
    } else {
      put(setting, value);
    }
  }

  Object[] snapshot() {
    return values;
  }

  void restore(Object[] snapshot) {
    values = snapshot;
  }

  /// Calls the listeners of the settings in `changed`; if one refuses, puts `before` back and says
  /// which setting was at fault.
  @Nullable Refusal notifyListeners(Set<Setting<?>> changed, Object[] before) {
    List<SettingListener> inOrder = new ArrayList<>();
    for (Registration registration : registrations) {
      if (changed.contains(registration.setting) && !inOrder.contains(registration.listener)) {
        inOrder.add(registration.listener);
        try {
          registration.listener.changed(this);
        } catch (ConfigError refused) {
          values = before;
          rollBack(inOrder, refused);
          return new Refusal(registration.setting, refused);
        }
      }
    }
    return null;
  }

  private void rollBack(List<SettingListener> listeners, ConfigError cause) {
    for (SettingListener listener : listeners) {
      try {
        listener.changed(this);
      } catch (ConfigError again) {
        cause.addSuppressed(again);
      }
    }
  }

  /// The setting whose listener refused, and its reason.
  record Refusal(Setting<?> setting, ConfigError reason) {}
}

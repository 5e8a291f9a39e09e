package io.skein.engine.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All settings there are, in the order of their declaration, and their names.
public final class SettingTable {
  private static final List<Setting<?>> ALL = number();
  private static final Map<String, Setting<?>> BY_NAME = byName();

  private SettingTable() {}

  private static List<Setting<?>> number() {
    List<Setting<?>> all = new ArrayList<>(256);
    all.addAll(NetworkSettings.ALL);
    all.addAll(ServerSettings.ALL);
    all.addAll(SecuritySettings.ALL);
    all.addAll(MemorySettings.ALL);
    all.addAll(EncodingSettings.ALL);
    all.addAll(PersistenceSettings.ALL);
    all.addAll(ReplicationSettings.ALL);
    all.addAll(ClusterSettings.ALL);
    all.addAll(TlsSettings.ALL);
    all.addAll(InertSettings.ALL);
    for (int i = 0; i < all.size(); i++) {
      all.get(i).numbered(i);
    }
    return List.copyOf(all);
  }

  private static Map<String, Setting<?>> byName() {
    Map<String, Setting<?>> names = HashMap.newHashMap(ALL.size() + 32);
    for (Setting<?> setting : ALL) {
      named(names, setting.name(), setting);
      String alias = setting.alias();
      if (alias != null) {
        named(names, alias, setting);
      }
    }
    return names;
  }

  private static void named(Map<String, Setting<?>> names, String name, Setting<?> setting) {
    if (names.put(name, setting) != null) {
      throw new IllegalStateException("two settings are named " + name);
    }
  }

  /// Every setting, in the order of declaration.
  public static List<Setting<?>> all() {
    return ALL;
  }

  /// The setting of this name or alias, in any case of letters; null if there is none.
  public static @Nullable Setting<?> find(String name) {
    return BY_NAME.get(ConfigText.lower(name));
  }
}

package io.skein.engine.config;

import io.skein.engine.bytes.Glob;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// CONFIG GET.
final class ConfigGet {
  private ConfigGet() {}

  static List<String> matching(Settings settings, List<String> patterns) {
    Set<String> shown = new LinkedHashSet<>();
    List<String> out = new ArrayList<>();
    for (String pattern : patterns) {
      if (isGlob(pattern)) {
        for (Setting<?> setting : SettingTable.all()) {
          if (!setting.has(Setting.HIDDEN)) {
            offer(settings, setting, setting.name(), pattern, shown, out);
            String alias = setting.alias();
            if (alias != null) {
              offer(settings, setting, alias, pattern, shown, out);
            }
          }
        }
      } else {
        Setting<?> setting = SettingTable.find(pattern);
        if (setting != null && shown.add(ConfigText.lower(pattern))) {
          out.add(pattern);
          out.add(settings.show(setting));
        }
      }
    }
    return out;
  }

  private static void offer(
      Settings settings,
      Setting<?> setting,
      String name,
      String pattern,
      Set<String> shown,
      List<String> out) {
    byte[] glob = ConfigText.bytes(pattern);
    byte[] text = ConfigText.bytes(name);
    if (Glob.matches(glob, 0, glob.length, text, 0, text.length, true) && shown.add(name)) {
      out.add(name);
      out.add(settings.show(setting));
    }
  }

  private static boolean isGlob(String pattern) {
    return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0 || pattern.indexOf('[') >= 0;
  }
}

package io.skein.engine.sentinel;

import io.skein.engine.config.ConfigRewrite;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The state of a Sentinel as lines of its configuration file.
public final class SentinelConfig {
  /// Directives whose old lines go when no new line takes their place.
  private static final List<String> OWNED =
      List.of(
          "monitor",
          "down-after-milliseconds",
          "failover-timeout",
          "parallel-syncs",
          "notification-script",
          "client-reconfig-script",
          "auth-pass",
          "auth-user",
          "config-epoch",
          "leader-epoch",
          "known-replica",
          "known-slave",
          "known-sentinel",
          "rename-command",
          "master-reboot-down-after-period",
          "forget-replicas-after",
          "forget-sentinels-after",
          "announce-ip",
          "announce-port",
          "sentinel-user",
          "sentinel-pass");

  private record Line(String directive, String text, boolean force) {}

  private final List<Line> lines = new ArrayList<>();

  /// Adds `sentinel DIRECTIVE words...`.
  void add(String directive, String words) {
    lines.add(new Line(directive, "sentinel " + directive + " " + words, true));
  }

  /// As [#add], but where the value is the default the line is written only if there is one
  /// already.
  void addUnlessDefault(String directive, String words, boolean isDefault) {
    lines.add(new Line(directive, "sentinel " + directive + " " + words, !isDefault));
  }

  /// The lines, in order, for a file that has none yet.
  public List<String> lines() {
    return lines.stream().filter(line -> line.force).map(Line::text).toList();
  }

  /// Brings the lines into `file`, each in the place of an old one of the same directive.
  public void writeTo(ConfigRewrite file) {
    for (Line line : lines) {
      String option = "sentinel " + line.directive;
      if (line.directive.equals("known-replica")
          && file.replace("sentinel known-slave", line.text)) {
        continue;
      }
      file.line(option, line.text, line.force);
    }
    Set<String> all = new LinkedHashSet<>(OWNED);
    all.forEach(directive -> file.processed("sentinel " + directive));
  }
}

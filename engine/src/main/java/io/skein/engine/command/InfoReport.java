package io.skein.engine.command;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What INFO says: sections, to which every subsystem adds what it knows.
///
/// A section that nobody adds to is not shown, so that a Sentinel shows only what it has.
public final class InfoReport {
  private final Map<InfoSection, List<InfoSource>> sources = new EnumMap<>(InfoSection.class);
  private final List<Runnable> counters = new ArrayList<>();

  /// Adds `source` to the end of `section`.
  public void add(InfoSection section, InfoSource source) {
    sources.computeIfAbsent(section, s -> new ArrayList<>()).add(source);
  }

  /// Drops all sections but these.
  public void keepOnly(Set<InfoSection> sections) {
    sources.keySet().retainAll(sections);
  }

  /// Has `forget` called by CONFIG RESETSTAT.
  public void onReset(Runnable forget) {
    counters.add(forget);
  }

  /// Starts all statistics anew.
  public void reset() {
    counters.forEach(Runnable::run);
  }

  /// The text of the sections in `wanted`.
  public String text(Set<InfoSection> wanted) {
    InfoText out = new InfoText();
    sources.forEach((section, parts) -> {
      if (wanted.contains(section)) {
        out.section(section.title());
        parts.forEach(part -> part.write(out));
      }
    });
    return out.toString();
  }
}

package io.skein.engine.command;

import java.util.Locale;

/// The sections of INFO, in the order in which they are shown.
public enum InfoSection {
  SERVER("Server", true),
  CLIENTS("Clients", true),
  MEMORY("Memory", true),
  PERSISTENCE("Persistence", true),
  STATS("Stats", true),
  REPLICATION("Replication", true),
  CPU("CPU", true),
  MODULES("Modules", true),
  COMMANDSTATS("Commandstats", false),
  ERRORSTATS("Errorstats", true),
  LATENCYSTATS("Latencystats", false),
  CLUSTER("Cluster", true),
  SENTINEL("Sentinel", true),
  KEYSPACE("Keyspace", true),
  /// Only shown when asked for by name.
  DEBUG("Debug", false);

  private final String title;
  private final boolean usual;

  InfoSection(String title, boolean usual) {
    this.title = title;
    this.usual = usual;
  }

  /// What stands above the section.
  public String title() {
    return title;
  }

  /// Whether INFO without arguments shows it.
  public boolean isUsual() {
    return usual;
  }

  /// The name that asks for it.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}

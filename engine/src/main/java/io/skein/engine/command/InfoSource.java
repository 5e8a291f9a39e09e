package io.skein.engine.command;

/// Writes one section of INFO, its head included.
@FunctionalInterface
public interface InfoSource {
  /// Appends the section to `out`.
  void write(InfoText out);
}

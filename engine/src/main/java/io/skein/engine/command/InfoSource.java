package io.skein.engine.command;

/// Writes fields of one section of INFO.
@FunctionalInterface
public interface InfoSource {
  /// Appends the fields as they are now to `out`, which has written the section's head.
  void write(InfoText out);
}

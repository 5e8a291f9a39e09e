package io.skein.engine.config;

/// Carries out a change of settings at run time.
@FunctionalInterface
public interface SettingListener {
  /// Called after the new values are in `settings`. A refusal rolls all of them back; the listeners
  /// that were called are then called again, this one included, with the old values.
  void changed(Settings settings) throws ConfigError;
}

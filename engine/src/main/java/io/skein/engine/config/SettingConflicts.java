package io.skein.engine.config;

/// Settings that make no sense together.
final class SettingConflicts {
  private SettingConflicts() {}

  /// Refuses the values in `settings` if `setting` is one of several that contradict each other.
  static void check(Settings settings, Setting<?> setting) throws ConfigError {
    if (setting.equals(ReplicationSettings.REPLY_WAIT_FSYNC)
        || setting.equals(PersistenceSettings.APPENDONLY)
        || setting.equals(PersistenceSettings.APPENDFSYNC)
        || setting.equals(PersistenceSettings.NO_APPENDFSYNC_ON_REWRITE)) {
      checkFsync(settings);
    }
  }

  /// As [#check], for whichever.
  static void checkAll(Settings settings) throws ConfigError {
    checkFsync(settings);
  }

  private static void checkFsync(Settings settings) throws ConfigError {
    if (!settings.isOn(ReplicationSettings.REPLY_WAIT_FSYNC)) {
      return;
    }
    if (!settings.isOn(PersistenceSettings.APPENDONLY)) {
      throw new ConfigError("reply-wait-fsync yes needs appendonly yes");
    }
    if (settings.isOn(PersistenceSettings.NO_APPENDFSYNC_ON_REWRITE)) {
      throw new ConfigError(
          "reply-wait-fsync yes would wait for whole rewrites with no-appendfsync-on-rewrite yes");
    }
    if (settings.get(PersistenceSettings.APPENDFSYNC) == AppendFsync.NO) {
      throw new ConfigError(
          "reply-wait-fsync yes would wait without end with appendfsync no: nobody flushes the file");
    }
  }
}

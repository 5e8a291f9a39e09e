package io.skein.engine.replication;

/// Settings that several tests use.
final class Settings {
  private Settings() {}

  static PrimarySettings diskless(int delaySeconds) {
    return new PrimarySettings(true, delaySeconds, 0, 10, 60, 3600, 0, 10, 0, 0, 0);
  }

  static PrimarySettings disk() {
    return new PrimarySettings(false, 0, 0, 10, 60, 3600, 0, 10, 0, 0, 0);
  }
}

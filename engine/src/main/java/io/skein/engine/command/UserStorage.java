package io.skein.engine.command;

/// The file of users that the setting `aclfile` names.
public interface UserStorage {
  /// Whether there is such a setting.
  boolean isConfigured();

  /// The name of the file, for messages.
  String name();

  /// Reads the file, as raw text.
  ///
  /// @throws HostError with the system's reason
  String read() throws HostError;

  /// Replaces the file by `text`, which is raw: wholly or not at all. On return it is on disk.
  ///
  /// @throws HostError with the system's reason
  void write(String text) throws HostError;
}

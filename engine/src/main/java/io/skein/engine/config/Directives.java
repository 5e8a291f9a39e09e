package io.skein.engine.config;

import java.util.List;

/// What a configuration file may ask for besides settings. A refusal becomes the fault of the line.
public interface Directives {
  /// `include PATTERN`: reads, by [ConfigReader#readIncluded], the files that match.
  ///
  /// @throws ConfigFileError for a fault inside them, or when one cannot be opened
  void include(String pattern, ConfigReader reader) throws ConfigError, ConfigFileError;

  /// `rename-command NAME NEW-NAME`: gives a command another name; an empty one removes it.
  void renameCommand(String name, String newName) throws ConfigError;

  /// `user NAME RULE ...`: declares a user of the access control list.
  void user(List<String> nameAndRules) throws ConfigError;
}

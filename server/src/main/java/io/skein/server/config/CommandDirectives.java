package io.skein.server.config;

import io.skein.engine.config.ConfigError;
import java.util.List;

/// The directives that are for the command table and the access control list to carry out.
public interface CommandDirectives {
  /// `rename-command NAME NEW-NAME`; an empty new name removes the command.
  void renameCommand(String name, String newName) throws ConfigError;

  /// `user NAME RULE ...`.
  void user(List<String> nameAndRules) throws ConfigError;
}

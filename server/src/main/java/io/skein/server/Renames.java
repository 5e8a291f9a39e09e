package io.skein.server;

import io.skein.engine.acl.RefusedRules;
import io.skein.engine.acl.UserDeclarations;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.config.ConfigError;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.ConfigText;
import io.skein.server.config.CommandDirectives;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Keeps the directives that are about commands and users until there is a node to carry them out.
final class Renames implements CommandDirectives {
  /// `oldName` is to be known as `newName`, or not at all if that is empty.
  record Rename(String oldName, String newName) {}

  private final List<Rename> renames = new ArrayList<>();
  private final UserDeclarations users = new UserDeclarations();

  @Override
  public void renameCommand(String name, String newName) {
    renames.add(new Rename(name, newName));
  }

  @Override
  public void user(List<String> nameAndRules) throws ConfigError {
    List<String> words = nameAndRules.stream().map(ConfigText::raw).toList();
    try {
      users.add(words.getFirst(), words.subList(1, words.size()));
    } catch (RefusedRules refused) {
      throw new ConfigError(ConfigText.text(refused.text()));
    }
  }

  /// The users declared.
  UserDeclarations users() {
    return users;
  }

  /// Gives the commands of `table` their new names.
  void apply(CommandTable table) throws ConfigFileError {
    for (Rename rename : renames) {
      Map<String, Command> known = table.byName();
      if (!known.containsKey(rename.oldName().toLowerCase(Locale.ROOT))) {
        throw refusal(rename, "No such command in rename-command");
      }
      if (known.containsKey(rename.newName().toLowerCase(Locale.ROOT))) {
        throw refusal(rename, "Target command name already exists");
      }
      table.rename(rename.oldName(), rename.newName());
    }
  }

  private static ConfigFileError refusal(Rename rename, String reason) {
    return ConfigFileError.ofWhole(
        "rename-command " + rename.oldName() + " " + rename.newName() + ": " + reason);
  }
}

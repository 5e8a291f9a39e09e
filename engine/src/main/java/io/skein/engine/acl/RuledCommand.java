package io.skein.engine.acl;

import java.util.Collection;

/// A command or subcommand, as far as rules can speak of it.
public interface RuledCommand {
  /// Its number, unique among commands and subcommands, below [CommandRules#MOST_COMMANDS].
  int id();

  /// The name as rules have it: `get`, `config|set`.
  String fullName();

  /// A mask of the categories it is in.
  long categoryBits();

  /// Whether it is a part of another command.
  boolean isSubcommand();

  /// Its subcommands; none for a plain command.
  Collection<? extends RuledCommand> subcommands();
}

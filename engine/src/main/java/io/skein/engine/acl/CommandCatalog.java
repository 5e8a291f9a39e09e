package io.skein.engine.acl;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// All commands that rules can name, by the names they were declared with.
public interface CommandCatalog {
  /// The command called `name`, or `container|subcommand`, in any case; or null.
  @Nullable RuledCommand find(String name);

  /// All commands, without their subcommands.
  Collection<? extends RuledCommand> all();

  /// The bit of the category called `name`, without the `@` and in any case; or 0.
  long category(String name);
}

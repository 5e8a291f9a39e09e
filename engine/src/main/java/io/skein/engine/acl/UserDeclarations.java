package io.skein.engine.acl;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The users that a configuration file declares, until there are commands that their rules can
/// name.
public final class UserDeclarations {
  private static final CommandCatalog NO_COMMANDS =
      new CommandCatalog() {
        @Override
        public @Nullable RuledCommand find(String name) {
          return null;
        }

        @Override
        public Collection<RuledCommand> all() {
          return List.of();
        }

        @Override
        public long category(String name) {
          return 0;
        }
      };

  private final Map<String, List<String>> byName = new LinkedHashMap<>();

  /// Takes one declaration: the name and the rules behind it, raw. Commands are not looked at yet.
  ///
  /// @throws RefusedRules when it makes no sense whatever commands there are
  public void add(String name, List<String> rules) throws RefusedRules {
    if (byName.putIfAbsent(name, List.copyOf(rules)) != null) {
      throw refused(name, "Duplicate user found. A user can only be defined once in config files");
    }
    List<String> joined = RuleReader.join(rules);
    if (joined == null) {
      throw refused(RuleReader.openWord(rules), "Unmatched parenthesis");
    }
    User user = new User(name, false);
    RuleReader reader = new RuleReader(NO_COMMANDS, false);
    for (String rule : joined) {
      try {
        reader.apply(user, rule);
      } catch (RuleError error) {
        if (!error.isUnknownCommand()) {
          throw refused(rule, error.reason());
        }
      }
    }
  }

  private static RefusedRules refused(String what, String reason) {
    return new RefusedRules("Error in user declaration '" + what + "': " + reason);
  }

  /// Whether nobody was declared.
  public boolean isEmpty() {
    return byName.isEmpty();
  }

  /// Declares all of them.
  ///
  /// @throws RefusedRules when one has a rule that cannot be applied
  public void declareTo(Users users) throws RefusedRules {
    for (Map.Entry<String, List<String>> user : byName.entrySet()) {
      users.declare(user.getKey(), user.getValue());
    }
  }
}

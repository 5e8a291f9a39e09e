package io.skein.engine.command;

import io.skein.engine.acl.RuledCommand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// One command or subcommand: its declaration, the only source of everything that is known about
/// it.
///
/// The declaration is built by chained calls and is complete when it is added to a [CommandTable].
/// The statistics of INFO commandstats are kept here too.
public final class Command implements RuledCommand {
  private final String name;
  private final @Nullable Command container;
  private @Nullable Map<String, Command> subcommands;
  private Syntax syntax = new Syntax("");
  private int arity;
  private long flags;
  private boolean brief;
  private boolean outsideGroup;
  private long categories;
  private Group group = Group.GENERIC;
  private String since = "1.0.0";
  private String complexity = "";
  private String summary = "";
  private String deprecated = "";
  private String replacedBy = "";
  private List<String> history = List.of();
  private List<String> tips = List.of();
  private List<KeySpec> keySpecs = List.of();
  private @Nullable KeyFinder keyFinder;
  private @Nullable ToIntFunction<Arguments> keyUse;
  private @Nullable Handler handler;
  private ChannelUse channelUse = ChannelUse.NONE;
  private int id = -1;
  private @Nullable FlagsOfCall flagsOf;

  private int firstKey;
  private int lastKey;
  private int keyStep;

  private final CommandStats stats = new CommandStats();

  private Command(String name, @Nullable Command container) {
    this.name = name.toLowerCase(Locale.ROOT).intern();
    this.container = container;
  }

  /// Begins the declaration of a command.
  public static Command named(String name) {
    return new Command(name, null);
  }

  /// Begins the declaration of a subcommand of this command, which it belongs to from now on.
  public Command sub(String subname) {
    Command child = new Command(subname, this);
    child.group = group;
    if (subcommands == null) {
      subcommands = new LinkedHashMap<>();
    }
    subcommands.put(child.name, child);
    return child;
  }

  /// Removes the subcommand `lowerCaseName`, where a kind of node does not have it.
  public void withoutSub(String lowerCaseName) {
    if (subcommands != null) {
      subcommands.remove(lowerCaseName);
    }
  }

  /// The grammar of the arguments, in the notation of [Syntax].
  public Command syntax(String line) {
    syntax = new Syntax(line);
    return this;
  }

  /// The arity where it is not what the grammar says: negative for "at least", the name included.
  public Command arity(int words) {
    arity = words;
    return this;
  }

  public Command flags(CommandFlag... more) {
    for (CommandFlag flag : more) {
      flags |= flag.bit();
    }
    return this;
  }

  /// Says that the command takes well below a microsecond although Redis does not flag it `fast`,
  /// so that reading the clock for it alone would be a good part of its cost.
  public Command brief() {
    brief = true;
    return this;
  }

  /// Whether the command is timed together with its neighbours; one that may wait is not.
  public boolean isBrief() {
    return brief || has(CommandFlag.FAST) && !has(CommandFlag.BLOCKING);
  }

  /// ACL categories beyond those that follow from the flags and the group.
  public Command categories(Category... more) {
    for (Category category : more) {
      categories |= category.bit();
    }
    return this;
  }

  /// Says that the command is not in the ACL category of its group.
  public Command outsideGroupCategory() {
    outsideGroup = true;
    return this;
  }

  public Command group(Group documentedIn) {
    group = documentedIn;
    return this;
  }

  /// What COMMAND DOCS says: the version of Redis that brought the command, its cost, what it does.
  public Command docs(String firstVersion, String cost, String oneSentence) {
    since = firstVersion;
    complexity = cost;
    summary = oneSentence;
    return this;
  }

  /// Marks the command as deprecated since a version in favour of another.
  public Command deprecated(String version, String replacement) {
    deprecated = version;
    replacedBy = replacement;
    return this;
  }

  /// Changes of behaviour: pairs of version and text.
  public Command history(String... versionsAndTexts) {
    history = List.of(versionsAndTexts);
    return this;
  }

  public Command tips(String... commandTips) {
    tips = List.of(commandTips);
    return this;
  }

  public Command keys(KeySpec... specs) {
    keySpecs = List.of(specs);
    return this;
  }

  /// Tells what happens to the key of a call, where [KeySpec] can only tell the most that may.
  public Command keyUse(ToIntFunction<Arguments> use) {
    keyUse = use;
    return this;
  }

  /// How to find the keys where [KeySpec] cannot say it.
  public Command keyFinder(KeyFinder finder) {
    keyFinder = finder;
    flags |= CommandFlag.MOVABLEKEYS.bit();
    return this;
  }

  /// Which of the arguments are channels, if any.
  public Command channels(ChannelUse use) {
    channelUse = use;
    return this;
  }

  /// How the flags of a call follow from those of the command and from its arguments.
  public interface FlagsOfCall {
    /// The [CommandFlag] bits of the call.
    long of(Arguments call, long commandBits);
  }

  /// Says that the flags depend on the call: on the script that it runs.
  public Command flagsOf(FlagsOfCall rule) {
    flagsOf = rule;
    return this;
  }

  /// The mask of [CommandFlag] bits that holds for `call`, which is one of this command.
  public long flagBits(Arguments call) {
    FlagsOfCall rule = flagsOf;
    return rule == null ? flags : rule.of(call, flags);
  }

  public Command does(Handler action) {
    handler = action;
    return this;
  }

  /// Derives what follows from the rest; called once by the table.
  ///
  /// @param number the first of the ids that this command and its subcommands get
  /// @return the next id
  int complete(int number) {
    complete();
    int next = number;
    id = next++;
    for (Command child : subcommands()) {
      child.id = next++;
    }
    return next;
  }

  private void complete() {
    if (arity == 0) {
      arity = subcommands != null && handler == null ? -2 : syntax.arity(container == null ? 1 : 2);
    }
    boolean runs = subcommands == null || handler != null;
    if (runs && !outsideGroup) {
      categories |= group.categoryBits();
    }
    if (has(CommandFlag.WRITE)) {
      categories |= Category.WRITE.bit();
    }
    if (has(CommandFlag.READONLY) && group != Group.SCRIPTING) {
      categories |= Category.READ.bit();
    }
    if (has(CommandFlag.ADMIN)) {
      categories |= Category.ADMIN.bit() | Category.DANGEROUS.bit();
    }
    if (has(CommandFlag.PUBSUB)) {
      categories |= Category.PUBSUB.bit();
    }
    if (has(CommandFlag.BLOCKING)) {
      categories |= Category.BLOCKING.bit();
    }
    categories |= has(CommandFlag.FAST) ? Category.FAST.bit() : Category.SLOW.bit();
    for (KeySpec spec : keySpecs) {
      if (spec.numbered()
          || !spec.keyword().isEmpty()
          || (spec.flags() & KeySpec.INCOMPLETE) != 0) {
        flags |= CommandFlag.MOVABLEKEYS.bit();
      }
    }
    if (!keySpecs.isEmpty()) {
      KeySpec spec = keySpecs.get(0);
      if (!spec.numbered() && spec.keyword().isEmpty()) {
        firstKey = spec.index();
        lastKey = spec.last() < 0 ? spec.last() : spec.index() + spec.last();
        keyStep = spec.step();
      }
      for (KeySpec next : keySpecs.subList(1, keySpecs.size())) {
        boolean joins =
            firstKey > 0
                && next.index() > 0
                && !next.numbered()
                && next.keyword().isEmpty()
                && lastKey + keyStep == next.index();
        if (joins) {
          lastKey = next.last() < 0 ? next.last() : next.index() + next.last();
        }
      }
    }
    if (subcommands != null) {
      subcommands.values().forEach(Command::complete);
    }
  }

  /// A number that is unique among all commands and subcommands of a table.
  @Override
  public int id() {
    return id;
  }

  @Override
  public boolean isSubcommand() {
    return container != null;
  }

  /// Which of the arguments are channels.
  public ChannelUse channelUse() {
    return channelUse;
  }

  /// Whether some argument may be a key.
  public boolean mayHaveKeys() {
    if (keyFinder != null) {
      return true;
    }
    for (KeySpec spec : keySpecs) {
      if ((spec.flags() & KeySpec.NOT_KEY) == 0) {
        return true;
      }
    }
    return false;
  }

  /// The name in lower case; for a subcommand, without its container's.
  public String name() {
    return name;
  }

  /// The name as users of ACLs and statistics see it: `get`, `config|set`.
  @Override
  public String fullName() {
    Command parent = container;
    return parent == null ? name : parent.name + "|" + name;
  }

  public @Nullable Command container() {
    return container;
  }

  /// The subcommands in the order of declaration; empty for a plain command.
  @Override
  public Collection<Command> subcommands() {
    Map<String, Command> children = subcommands;
    return children == null ? List.of() : children.values();
  }

  /// Whether this command has subcommands.
  public boolean isContainer() {
    return subcommands != null;
  }

  /// The subcommand `lowerCaseName`, or null.
  public @Nullable Command subcommand(String lowerCaseName) {
    Map<String, Command> children = subcommands;
    return children == null ? null : children.get(lowerCaseName);
  }

  /// The number of arguments with the name(s), negative for "at least".
  public int arity() {
    return arity;
  }

  /// Whether a call with `count` arguments, names included, fits the arity.
  public boolean accepts(int count) {
    return arity >= 0 ? count == arity : count >= -arity;
  }

  public boolean has(CommandFlag flag) {
    return (flags & flag.bit()) != 0;
  }

  /// The mask of [CommandFlag] bits.
  public long flagBits() {
    return flags;
  }

  /// The mask of [Category] bits.
  @Override
  public long categoryBits() {
    return categories;
  }

  public Syntax syntax() {
    return syntax;
  }

  public Group group() {
    return group;
  }

  public String since() {
    return since;
  }

  public String complexity() {
    return complexity;
  }

  public String summary() {
    return summary;
  }

  /// The version since which the command is deprecated, or the empty string.
  public String deprecatedSince() {
    return deprecated;
  }

  public String replacedBy() {
    return replacedBy;
  }

  /// Pairs of version and text.
  public List<String> history() {
    return history;
  }

  public List<String> tips() {
    return tips;
  }

  public List<KeySpec> keySpecs() {
    return keySpecs;
  }

  /// What happens to the key of a call, when that depends on the call; null when the key specs
  /// tell.
  public @Nullable ToIntFunction<Arguments> keyUse() {
    return keyUse;
  }

  public @Nullable KeyFinder keyFinder() {
    return keyFinder;
  }

  /// The first argument that is a key, or 0 when there is none at a fixed place.
  public int firstKey() {
    return firstKey;
  }

  /// The last argument that is a key of those at fixed places; negative counts from the end.
  public int lastKey() {
    return lastKey;
  }

  /// The distance between keys at fixed places.
  public int keyStep() {
    return keyStep;
  }

  /// What carries the command out, or null for a container that needs a subcommand.
  public @Nullable Handler handler() {
    return handler;
  }

  public CommandStats stats() {
    return stats;
  }

  /// The categories of this command, in the order of [Category].
  public List<Category> categoryList() {
    List<Category> list = new ArrayList<>();
    for (Category category : Category.values()) {
      if ((categories & category.bit()) != 0) {
        list.add(category);
      }
    }
    return list;
  }
}

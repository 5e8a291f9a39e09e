package io.skein.engine.command;

import io.skein.engine.acl.CommandCatalog;
import io.skein.engine.acl.RuledCommand;
import io.skein.engine.machine.Invariant;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// All commands of a node by name; a look-up compares bytes and allocates nothing.
public final class CommandTable {
  private final Map<String, Command> byName = new LinkedHashMap<>();
  private final Map<String, Command> declared = new LinkedHashMap<>();
  private int nextId;
  private Slot[] slots = new Slot[1024];

  private record Slot(byte[] lowerCase, Command command) {}

  /// Adds a command whose declaration is complete.
  public void add(Command command) {
    nextId = command.complete(nextId);
    declared.put(command.name(), command);
    put(command.name(), command);
  }

  /// Makes `command` known as `newName`, and no more by its own name; an empty name removes it.
  public void rename(String oldName, String newName) {
    Command command = byName.remove(oldName.toLowerCase(Locale.ROOT));
    Invariant.check(command != null, "rename of a known command");
    slots = new Slot[slots.length];
    Map<String, Command> others = new LinkedHashMap<>(byName);
    byName.clear();
    others.forEach(this::put);
    if (!newName.isEmpty() && command != null) {
      put(newName.toLowerCase(Locale.ROOT), command);
    }
  }

  /// Removes all commands but those whose names are `wanted`.
  public void keepOnly(Predicate<String> wanted) {
    Map<String, Command> kept = new LinkedHashMap<>(byName);
    kept.keySet().removeIf(name -> !wanted.test(name));
    slots = new Slot[slots.length];
    byName.clear();
    kept.forEach(this::put);
  }

  private void put(String name, Command command) {
    Invariant.check(byName.put(name, command) == null, "command added twice: " + name);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int i = hash(bytes, 0, bytes.length) & slots.length - 1;
    while (slots[i] != null) {
      i = i + 1 & slots.length - 1;
    }
    slots[i] = new Slot(bytes, command);
    Invariant.check(byName.size() * 2 < slots.length, "room in the command table");
  }

  /// All commands, in the order they were added.
  public Collection<Command> all() {
    return byName.values();
  }

  /// The name each command goes by, with the command.
  public Map<String, Command> byName() {
    return byName;
  }

  /// All commands, also those that were renamed away.
  public Collection<Command> declared() {
    return declared.values();
  }

  /// The commands by the names they were declared with, whatever they were renamed to: what rules
  /// of access speak of.
  public CommandCatalog catalog() {
    return new CommandCatalog() {
      @Override
      public @Nullable RuledCommand find(String name) {
        return CommandTable.find(declared, name);
      }

      @Override
      public Collection<Command> all() {
        return declared.values();
      }

      @Override
      public long category(String name) {
        for (Category category : Category.values()) {
          if (category.wireName().equalsIgnoreCase(name)) {
            return category.bit();
          }
        }
        return 0;
      }
    };
  }

  /// The command called `name`, or `container|subcommand`, in any case; or null.
  public @Nullable Command find(String name) {
    return find(byName, name);
  }

  private static @Nullable Command find(Map<String, Command> commands, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    int bar = lower.indexOf('|');
    if (bar < 0) {
      return commands.get(lower);
    }
    Command container = commands.get(lower.substring(0, bar));
    return container == null ? null : container.subcommand(lower.substring(bar + 1));
  }

  /// The command that argument 0 of `call` names, or null.
  public @Nullable Command find(Arguments call) {
    byte[] b = call.buffer();
    int offset = call.offset(0);
    int length = call.length(0);
    int i = hash(b, offset, length) & slots.length - 1;
    for (Slot slot = slots[i]; slot != null; slot = slots[i]) {
      if (matches(slot.lowerCase, b, offset, length)) {
        return slot.command;
      }
      i = i + 1 & slots.length - 1;
    }
    return null;
  }

  private static boolean matches(byte[] lowerCase, byte[] b, int offset, int length) {
    if (lowerCase.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lowerCase[i] != lower(b[offset + i])) {
        return false;
      }
    }
    return true;
  }

  private static int hash(byte[] b, int offset, int length) {
    int h = length;
    for (int i = 0; i < length; i++) {
      h = h * 31 + (b[offset + i] | 0x20);
    }
    return h ^ h >>> 10;
  }

  private static byte lower(byte c) {
    return c >= 'A' && c <= 'Z' ? (byte) (c + 32) : c;
  }
}

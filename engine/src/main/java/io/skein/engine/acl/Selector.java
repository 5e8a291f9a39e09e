package io.skein.engine.acl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// One set of permissions: commands, and the keys and channels that they may touch. A user may do
/// what one of its selectors allows as a whole.
public final class Selector {
  private final CommandRules commands;
  private final List<KeyPattern> keys = new ArrayList<>();
  private final List<KeyPattern> channels = new ArrayList<>();
  private boolean allKeys;
  private boolean allChannels;

  Selector(boolean anyChannel) {
    this(new CommandRules());
    allChannels = anyChannel;
  }

  private Selector(CommandRules commands) {
    this.commands = commands;
  }

  Selector copy() {
    Selector copy = new Selector(commands.copy());
    copy.keys.addAll(keys);
    copy.channels.addAll(channels);
    copy.allKeys = allKeys;
    copy.allChannels = allChannels;
    return copy;
  }

  CommandRules commands() {
    return commands;
  }

  void allKeys(boolean allow) {
    allKeys = allow;
    keys.clear();
  }

  void allChannels(boolean allow) {
    allChannels = allow;
    channels.clear();
  }

  /// Adds keys; the permissions of a pattern that is there already are joined.
  void addKeys(String pattern, int permissions) {
    for (int i = 0; i < keys.size(); i++) {
      KeyPattern known = keys.get(i);
      if (known.text().equals(pattern)) {
        keys.set(i, KeyPattern.of(pattern, known.permissions() | permissions));
        return;
      }
    }
    keys.add(KeyPattern.of(pattern, permissions));
  }

  void addChannels(String pattern) {
    if (channels.stream().noneMatch(known -> known.text().equals(pattern))) {
      channels.add(KeyPattern.of(pattern, KeyPattern.ALL));
    }
  }

  /// Whether it sets no limits at all.
  boolean isUnlimited() {
    return allKeys && allChannels && commands.isAll();
  }

  /// Whether every command may be executed.
  public boolean allowsAllCommands() {
    return commands.isAll();
  }

  /// Whether the command may be executed whatever its arguments.
  public boolean allowsCommand(int id) {
    return commands.isAll() || commands.allows(id);
  }

  /// The first arguments with which the command may be executed though it may not otherwise.
  public List<String> firstArguments(int id) {
    return commands.firstArguments(id);
  }

  /// Whether all keys may be read and changed.
  public boolean allowsAllKeys() {
    return allKeys;
  }

  /// Whether the key that lies in `buffer` may be touched: read, changed, or both.
  public boolean allowsKey(byte[] buffer, int offset, int length, boolean read, boolean write) {
    if (allKeys) {
      return true;
    }
    int wanted = (read ? KeyPattern.READ : 0) | (write ? KeyPattern.WRITE : 0);
    for (KeyPattern pattern : keys) {
      if (pattern.permits(wanted) && pattern.matches(buffer, offset, length)) {
        return true;
      }
    }
    return false;
  }

  /// Whether any key may be read, whatever its name.
  public boolean allowsReadingAnyKey() {
    return allKeys
        || keys.stream().anyMatch(k -> k.permits(KeyPattern.READ) && k.text().equals("*"));
  }

  /// Whether all channels may be used.
  public boolean allowsAllChannels() {
    return allChannels;
  }

  /// Whether the channel may be used; a pattern only where a rule has it letter for letter.
  public boolean allowsChannel(byte[] buffer, int offset, int length, boolean isPattern) {
    if (allChannels) {
      return true;
    }
    for (KeyPattern known : channels) {
      boolean matches =
          isPattern
              ? Arrays.equals(
                  known.bytes(), 0, known.bytes().length, buffer, offset, offset + length)
              : known.matches(buffer, offset, length);
      if (matches) {
        return true;
      }
    }
    return false;
  }

  /// The patterns of channels, in the order they were added.
  List<KeyPattern> channels() {
    return Collections.unmodifiableList(channels);
  }

  /// The rules on commands in the form of ACL GETUSER.
  public String describeCommands() {
    return commands.describe();
  }

  /// The rules on keys in that form.
  public byte[] describeKeys() {
    return bytes(allKeys ? "~*" : String.join(" ", keyRules()));
  }

  /// The rules that add the patterns of keys. `~*` drops all others: what was made of two halves of
  /// it beside others is told in a way that leaves them.
  private List<String> keyRules() {
    boolean alone = keys.size() == 1;
    return keys.stream()
        .map(KeyPattern::rule)
        .map(rule -> !alone && rule.equals("~*") ? "%RW~*" : rule)
        .toList();
  }

  /// The rules on channels in that form.
  public byte[] describeChannels() {
    return bytes(allChannels ? "&*" : String.join(" ", channelRules()));
  }

  private List<String> channelRules() {
    return channels.stream().map(channel -> "&" + channel.text()).toList();
  }

  private static byte[] bytes(String raw) {
    return raw.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The rules that make it, beginning with an empty selector, in the form of ACL LIST.
  void describe(List<String> rules) {
    if (allKeys) {
      rules.add("~*");
    } else {
      rules.addAll(keyRules());
    }
    if (allChannels) {
      rules.add("&*");
    } else {
      rules.add("resetchannels");
      rules.addAll(channelRules());
    }
    rules.add(commands.describe());
  }
}

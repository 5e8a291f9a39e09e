package io.skein.engine.acl;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// All users of a node, by name. There always is `default`, which is who connects.
public final class Users {
  /// The name of the user that everybody is at first.
  public static final String DEFAULT = "default";

  private final CommandCatalog catalog;
  private final BooleanSupplier anyChannel;
  private final User defaultUser = User.unlimited(DEFAULT);
  private final TreeMap<String, User> byName = new TreeMap<>();

  /// @param anyChannel whether new users may use all channels: `acl-pubsub-default`
  public Users(CommandCatalog catalog, BooleanSupplier anyChannel) {
    this.catalog = catalog;
    this.anyChannel = anyChannel;
    byName.put(DEFAULT, defaultUser);
  }

  /// The user that everybody is at first: always the same object.
  public User defaultUser() {
    return defaultUser;
  }

  /// Whether who connects is the default user without having to say so.
  public boolean admitsStrangers() {
    return defaultUser.needsNoPassword() && defaultUser.isEnabled();
  }

  /// The user called `name`, raw; or null.
  public @Nullable User find(String name) {
    return byName.get(name);
  }

  /// All users, in the order of their names' bytes.
  public Collection<User> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /// Gives the default user this password as its only one, or none for the empty text.
  public void password(byte[] password) {
    defaultUser.needsNoPassword(password.length == 0);
    if (password.length > 0) {
      defaultUser.addPassword(io.skein.engine.bytes.Sha256.hex(password));
    }
  }

  /// The user called `name` as it would be after `words`: a rule each, or a part of a selector in
  /// parentheses. Nothing is changed until [#adopt].
  ///
  /// @throws RefusedRules when one cannot be applied
  public User draft(String name, List<String> words) throws RefusedRules {
    if (RuleReader.hasBlanks(name)) {
      throw new RefusedRules("Usernames can't contain spaces or null characters");
    }
    List<String> rules = rules(words);
    User known = byName.get(name);
    User draft = known == null ? fresh(name) : known.copy();
    for (String rule : rules) {
      try {
        reader().apply(draft, rule);
      } catch (RuleError error) {
        throw new RefusedRules(
            "Error in ACL SETUSER modifier '" + rule + "': " + error.reason(), error);
      }
    }
    return draft;
  }

  /// The rules that `words` are, those in parentheses put together.
  private static List<String> rules(List<String> words) throws RefusedRules {
    List<String> rules = RuleReader.join(words);
    if (rules == null) {
      throw new RefusedRules(
          "Unmatched parenthesis in acl selector starting at '"
              + RuleReader.openWord(words)
              + "'.");
    }
    return rules;
  }

  private User fresh(String name) {
    return new User(name, anyChannel.getAsBoolean());
  }

  private RuleReader reader() {
    return new RuleReader(catalog, anyChannel.getAsBoolean());
  }

  /// Makes a user what a [#draft] says; where there was none, it is there now.
  public void adopt(User draft) {
    User known = byName.get(draft.name());
    if (known == null) {
      byName.put(draft.name(), draft);
    } else {
      known.become(draft);
    }
  }

  /// Removes the user called `name` and returns it, or null if there was none. The default user
  /// stays.
  public @Nullable User remove(String name) {
    return name.equals(DEFAULT) ? null : byName.remove(name);
  }

  /// Declares a user as a line of a configuration file does: the default user begins from nothing.
  ///
  /// @throws RefusedRules when a rule cannot be applied
  public void declare(String name, List<String> words) throws RefusedRules {
    if (RuleReader.hasBlanks(name)) {
      throw new RefusedRules("Spaces not allowed in ACL usernames");
    }
    List<String> rules = rules(words);
    User user = fresh(name);
    for (String rule : rules) {
      try {
        reader().apply(user, rule);
      } catch (RuleError error) {
        throw new RefusedRules(
            "Error loading ACL rule '"
                + rule
                + "' for the user named '"
                + name
                + "': "
                + error.reason(),
            error);
      }
    }
    adopt(user);
  }

  /// Replaces all users by those of a file, or none when something is wrong with it.
  ///
  /// @param name the file's, for messages
  /// @param text its content, raw
  /// @return the users that are no more; one of the same name may be there now, but is another
  /// @throws RefusedRules telling all that is wrong
  public List<User> load(String name, String text) throws RefusedRules {
    TreeMap<String, User> loaded = new UserFile(reader(), this::fresh, name).read(text);
    User anew = loaded.remove(DEFAULT);
    defaultUser.become(anew == null ? User.unlimited(DEFAULT) : anew);
    byName.remove(DEFAULT);
    List<User> gone = List.copyOf(byName.values());
    byName.clear();
    byName.putAll(loaded);
    byName.put(DEFAULT, defaultUser);
    return gone;
  }

  /// All users in the form of a file, raw.
  public String save() {
    StringBuilder text = new StringBuilder();
    for (User user : byName.values()) {
      text.append(user.line()).append('\n');
    }
    return text.toString();
  }
}

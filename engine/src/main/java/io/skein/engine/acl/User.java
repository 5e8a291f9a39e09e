package io.skein.engine.acl;

import io.skein.engine.bytes.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Who a client is: its passwords, and what it may do.
///
/// The object stays the same as long as the user exists, whatever its rules become, so that clients
/// can refer to it.
///
/// *Invariants*: there is at least one selector, the first being that of the rules outside of
/// parentheses; a user without need of a password has none.
public final class User {
  private static final User SUPERUSER = superuserOf("(superuser)");
  private static final User NOBODY = new User("", false);

  private final String name;
  private final List<Selector> selectors = new ArrayList<>();
  private final Set<String> passwords = new LinkedHashSet<>();
  private boolean enabled;
  private boolean noPassword;
  private boolean skipsSanitizing;
  private boolean unlimited;

  /// A user who may do nothing, and not log in.
  ///
  /// @param anyChannel whether nevertheless all channels are allowed, as `acl-pubsub-default` may
  ///   ask
  User(String name, boolean anyChannel) {
    this.name = name;
    selectors.add(new Selector(anyChannel));
  }

  private static User superuserOf(String name) {
    User user = new User(name, true);
    user.root().commands().all(true);
    user.root().allKeys(true);
    user.enabled = true;
    user.changed();
    return user;
  }

  /// Who is not bound by any rule: the primary, the append only file. Nobody can log in as this
  /// user.
  public static User superuser() {
    return SUPERUSER;
  }

  /// Who has no rights at all: a session before anyone has said whose it is.
  public static User nobody() {
    return NOBODY;
  }

  /// A user that is not limited in anything and needs no password, as `default` is at first.
  static User unlimited(String name) {
    User user = superuserOf(name);
    user.noPassword = true;
    return user;
  }

  /// The name, raw.
  public String name() {
    return name;
  }

  /// The name as text.
  public String nameText() {
    return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /// Whether no rule limits it: then nothing need be checked.
  public boolean isUnlimited() {
    return unlimited;
  }

  public boolean isEnabled() {
    return enabled;
  }

  void enabled(boolean on) {
    enabled = on;
  }

  /// Whether it logs in with any password.
  public boolean needsNoPassword() {
    return noPassword;
  }

  void needsNoPassword(boolean on) {
    noPassword = on;
    passwords.clear();
  }

  void skipsSanitizing(boolean on) {
    skipsSanitizing = on;
  }

  /// Adds the digest of a password, 64 hexadecimal digits.
  void addPassword(String digest) {
    passwords.add(digest);
    noPassword = false;
  }

  boolean removePassword(String digest) {
    return passwords.remove(digest);
  }

  /// The digests of all passwords, in the order they were added.
  public Set<String> passwords() {
    return Collections.unmodifiableSet(passwords);
  }

  /// Whether who shows `password` may log in; the time does not tell how much of it is right.
  public boolean admits(byte[] password) {
    if (!enabled) {
      return false;
    }
    if (noPassword) {
      return true;
    }
    String digest = Sha256.hex(password);
    boolean matches = false;
    for (String known : passwords) {
      int difference = 0;
      for (int i = 0; i < digest.length(); i++) {
        difference |= digest.charAt(i) ^ known.charAt(i);
      }
      matches |= difference == 0;
    }
    return matches;
  }

  Selector root() {
    return selectors.getFirst();
  }

  /// All selectors, that of the rules outside of parentheses first.
  public List<Selector> selectors() {
    return Collections.unmodifiableList(selectors);
  }

  void addSelector(Selector selector) {
    selectors.add(selector);
  }

  void clearSelectors() {
    selectors.subList(1, selectors.size()).clear();
  }

  /// Something was changed.
  void changed() {
    unlimited = selectors.stream().anyMatch(Selector::isUnlimited);
  }

  /// A user of the same name and rules.
  User copy() {
    User copy = new User(name, false);
    copy.become(this);
    return copy;
  }

  /// Takes over the rules of `other`.
  void become(User other) {
    List<Selector> theirs = other.selectors.stream().map(Selector::copy).toList();
    List<String> digests = List.copyOf(other.passwords);
    selectors.clear();
    selectors.addAll(theirs);
    passwords.clear();
    passwords.addAll(digests);
    enabled = other.enabled;
    noPassword = other.noPassword;
    skipsSanitizing = other.skipsSanitizing;
    changed();
  }

  /// What ACL GETUSER calls its flags.
  public List<String> flags() {
    List<String> flags = new ArrayList<>();
    flags.add(enabled ? "on" : "off");
    if (noPassword) {
      flags.add("nopass");
    }
    flags.add(skipsSanitizing ? "skip-sanitize-payload" : "sanitize-payload");
    return flags;
  }

  /// The rules that make this user, in the order of ACL LIST, raw.
  public List<String> rules() {
    List<String> rules = new ArrayList<>(flags());
    passwords.forEach(digest -> rules.add("#" + digest));
    root().describe(rules);
    for (Selector selector : selectors.subList(1, selectors.size())) {
      List<String> within = new ArrayList<>();
      selector.describe(within);
      rules.add("(" + String.join(" ", within) + ")");
    }
    return rules;
  }

  /// The line of ACL LIST and of a file of users, raw.
  public String line() {
    return "user " + name + " " + String.join(" ", rules());
  }

  /// Whether who is subscribed as this user may be subscribed to things that `later` may not be: no
  /// selector of `later` allows all channels, and some pattern of channels is gone.
  public boolean losesChannels(User later) {
    if (later.selectors.stream().anyMatch(Selector::allowsAllChannels)) {
      return false;
    }
    Set<String> kept = new LinkedHashSet<>();
    for (Selector selector : later.selectors) {
      selector.channels().forEach(channel -> kept.add(channel.text()));
    }
    for (Selector selector : selectors) {
      if (selector.allowsAllChannels()
          || selector.channels().stream().anyMatch(channel -> !kept.contains(channel.text()))) {
        return true;
      }
    }
    return false;
  }

  /// Whether some selector allows the channel, or the pattern as it is.
  public boolean allowsChannel(byte[] channel, boolean isPattern) {
    for (Selector selector : selectors) {
      if (selector.allowsChannel(channel, 0, channel.length, isPattern)) {
        return true;
      }
    }
    return false;
  }
}

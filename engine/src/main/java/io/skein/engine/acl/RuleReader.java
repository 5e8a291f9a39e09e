package io.skein.engine.acl;

import io.skein.engine.acl.RuleError.Kind;
import io.skein.engine.bytes.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The language of rules, applied word by word to a user.
///
/// *See* redis.io/docs/management/security/acl.
final class RuleReader {
  private final CommandCatalog catalog;
  private final boolean anyChannel;

  /// @param anyChannel whether new selectors, and users that are reset, may use all channels
  RuleReader(CommandCatalog catalog, boolean anyChannel) {
    this.catalog = catalog;
    this.anyChannel = anyChannel;
  }

  /// Joins the words of selectors in parentheses: `(+get`, `~a)` are one rule. Returns null when a
  /// parenthesis stays open.
  static @Nullable List<String> join(List<String> words) {
    List<String> rules = new ArrayList<>();
    StringBuilder open = null;
    for (String word : words) {
      if (open != null) {
        open.append(' ').append(word);
      } else if (word.startsWith("(") && !word.endsWith(")")) {
        open = new StringBuilder(word);
      } else {
        rules.add(word);
      }
      if (open != null && word.endsWith(")")) {
        rules.add(open.toString());
        open = null;
      }
    }
    return open == null ? rules : null;
  }

  /// The word with which the parenthesis begins that stays open, for one whose words cannot be
  /// [joined][#join].
  static String openWord(List<String> words) {
    String start = "";
    boolean open = false;
    for (String word : words) {
      if (!open && word.startsWith("(") && !word.endsWith(")")) {
        open = true;
        start = word;
      } else if (open && word.endsWith(")")) {
        open = false;
      }
    }
    return start;
  }

  /// Applies one rule, or changes nothing.
  void apply(User user, String rule) throws RuleError {
    if (rule.isEmpty()) {
      return;
    }
    switch (rule.toLowerCase(Locale.ROOT)) {
      case "on" -> user.enabled(true);
      case "off" -> user.enabled(false);
      case "skip-sanitize-payload" -> user.skipsSanitizing(true);
      case "sanitize-payload" -> user.skipsSanitizing(false);
      case "nopass" -> user.needsNoPassword(true);
      case "resetpass" -> user.needsNoPassword(false);
      case "clearselectors" -> user.clearSelectors();
      case "reset" -> reset(user);
      default -> applyOther(user, rule);
    }
    user.changed();
  }

  private void reset(User user) {
    user.needsNoPassword(false);
    user.enabled(false);
    user.skipsSanitizing(false);
    user.clearSelectors();
    user.root().allKeys(false);
    user.root().allChannels(anyChannel);
    user.root().commands().all(false);
  }

  private void applyOther(User user, String rule) throws RuleError {
    switch (rule.charAt(0)) {
      case '>', '#' -> user.addPassword(digest(rule));
      case '<', '!' -> {
        if (!user.removePassword(digest(rule))) {
          throw new RuleError(Kind.NO_SUCH_PASSWORD);
        }
      }
      default -> {
        if (rule.startsWith("(") && rule.endsWith(")")) {
          user.addSelector(selector(rule.substring(1, rule.length() - 1)));
        } else {
          apply(user.root(), rule);
        }
      }
    }
  }

  private static String digest(String rule) throws RuleError {
    String secret = rule.substring(1);
    if (rule.charAt(0) == '>' || rule.charAt(0) == '<') {
      return Sha256.hex(secret.getBytes(StandardCharsets.ISO_8859_1));
    }
    boolean isDigest = secret.length() == 2 * Sha256.BYTES;
    for (int i = 0; i < secret.length(); i++) {
      char c = secret.charAt(i);
      isDigest &= c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
    if (!isDigest) {
      throw new RuleError(Kind.BAD_HASH);
    }
    return secret;
  }

  private Selector selector(String rules) throws RuleError {
    Selector selector = new Selector(anyChannel);
    for (String rule : rules.split("[ \t\n\u000b\f\r]+", -1)) {
      if (!rule.isEmpty()) {
        apply(selector, rule);
      }
    }
    return selector;
  }

  private void apply(Selector selector, String rule) throws RuleError {
    switch (rule.toLowerCase(Locale.ROOT)) {
      case "allkeys", "~*" -> selector.allKeys(true);
      case "resetkeys" -> selector.allKeys(false);
      case "allchannels", "&*" -> selector.allChannels(true);
      case "resetchannels" -> selector.allChannels(false);
      case "allcommands", "+@all" -> selector.commands().all(true);
      case "nocommands", "-@all" -> selector.commands().all(false);
      default -> {
        switch (rule.charAt(0)) {
          case '~', '%' -> keys(selector, rule);
          case '&' -> channels(selector, rule.substring(1));
          case '+' -> command(selector, rule.substring(1), true);
          case '-' -> command(selector, rule.substring(1), false);
          default -> throw new RuleError(Kind.SYNTAX);
        }
      }
    }
  }

  private static void keys(Selector selector, String rule) throws RuleError {
    if (selector.allowsAllKeys()) {
      throw new RuleError(Kind.KEYS_AFTER_ALL);
    }
    int permissions = KeyPattern.ALL;
    int at = 1;
    if (rule.charAt(0) == '%') {
      permissions = 0;
      while (at < rule.length() && rule.charAt(at) != '~') {
        int permission =
            switch (rule.charAt(at++)) {
              case 'r', 'R' -> KeyPattern.READ;
              case 'w', 'W' -> KeyPattern.WRITE;
              default -> throw new RuleError(Kind.SYNTAX);
            };
        if ((permissions & permission) != 0) {
          throw new RuleError(Kind.SYNTAX);
        }
        permissions |= permission;
      }
      if (permissions == 0) {
        throw new RuleError(Kind.SYNTAX);
      }
      at = Math.min(at + 1, rule.length());
    }
    String pattern = rule.substring(at);
    if (hasBlanks(pattern)) {
      throw new RuleError(Kind.SYNTAX);
    }
    selector.addKeys(pattern, permissions);
  }

  private static void channels(Selector selector, String pattern) throws RuleError {
    if (selector.allowsAllChannels()) {
      throw new RuleError(Kind.CHANNELS_AFTER_ALL);
    }
    if (hasBlanks(pattern)) {
      throw new RuleError(Kind.SYNTAX);
    }
    selector.addChannels(pattern);
  }

  private void command(Selector selector, String what, boolean allow) throws RuleError {
    if (what.startsWith("@")) {
      String name = what.substring(1).toLowerCase(Locale.ROOT);
      long bit = catalog.category(name);
      if (bit == 0) {
        throw new RuleError(Kind.UNKNOWN_COMMAND);
      }
      selector.commands().category(catalog, name, bit, allow);
      return;
    }
    int bar = what.lastIndexOf('|');
    if (allow && bar >= 0) {
      part(selector, what.substring(0, bar), what.substring(bar + 1));
    } else {
      selector.commands().command(known(what), allow);
    }
  }

  /// `+command|part`, which is a subcommand where the command has some.
  private void part(Selector selector, String container, String part) throws RuleError {
    RuledCommand command = known(container);
    if (command.isSubcommand()) {
      throw new RuleError(Kind.ARGUMENT_OF_SUBCOMMAND);
    }
    if (part.isEmpty()) {
      throw new RuleError(Kind.SYNTAX);
    }
    if (command.subcommands().isEmpty()) {
      selector.commands().firstArgument(command, part);
    } else {
      selector.commands().command(known(container + "|" + part), true);
    }
  }

  private RuledCommand known(String name) throws RuleError {
    RuledCommand command = catalog.find(name);
    if (command == null) {
      throw new RuleError(Kind.UNKNOWN_COMMAND);
    }
    return command;
  }

  /// Whether `text` holds white space or NUL, which would tear a line of rules apart.
  static boolean hasBlanks(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || c == ' ' || c >= '\t' && c <= '\r') {
        return true;
      }
    }
    return false;
  }
}

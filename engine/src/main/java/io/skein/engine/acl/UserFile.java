package io.skein.engine.acl;

import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/// Reads a file of users: a line each, of the form `user NAME RULE ...`.
///
/// There are no comments, which would be lost when the file is written. Every fault of the file is
/// told at once.
final class UserFile {
  private final RuleReader reader;
  private final Function<String, User> fresh;
  private final String name;
  private final StringBuilder errors = new StringBuilder();
  private final TreeMap<String, User> users = new TreeMap<>();

  UserFile(RuleReader reader, Function<String, User> fresh, String name) {
    this.reader = reader;
    this.fresh = fresh;
    this.name = name;
  }

  /// The users of the file, by name.
  TreeMap<String, User> read(String text) throws RefusedRules {
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String trimmed = trimmed(line, " \t\r\n");
      if (!trimmed.isEmpty()) {
        line(trimmed, number);
      }
    }
    if (!errors.isEmpty()) {
      throw new RefusedRules(
          errors
              + "WARNING: ACL errors detected, no change to the previously active ACL rules was"
              + " performed");
    }
    return users;
  }

  private void line(String line, int number) {
    List<String> words = List.of(line.split(" ", -1));
    if (!words.getFirst().equals("user") || words.size() < 2) {
      errors
          .append(name + ":" + number)
          .append(" should start with user keyword followed by the username. ");
      return;
    }
    String who = words.get(1);
    if (RuleReader.hasBlanks(who)) {
      errors
          .append("'" + name + ":" + number)
          .append(": username '" + who + "' contains invalid characters. ");
      return;
    }
    User user = fresh.apply(who);
    if (users.putIfAbsent(who, user) != null) {
      errors.append("WARNING: Duplicate user '" + who + "' found on line " + number + ". ");
      return;
    }
    List<String> rules = RuleReader.join(words.subList(2, words.size()));
    if (rules == null) {
      errors.append(name + ":" + number).append(": Unmatched parenthesis in selector definition.");
      return;
    }
    apply(user, rules, number);
  }

  /// Of rules that are wrong in themselves only the first is told: the others may follow from it.
  private void apply(User user, List<String> rules, int number) {
    boolean told = false;
    for (String word : rules) {
      String rule = trimmed(word, "\t\r\n");
      try {
        reader.apply(user, rule);
      } catch (RuleError error) {
        if (error.isUnknownCommand()) {
          errors
              .append(name + ":" + number)
              .append(": Error in applying operation '" + rule + "': " + error.reason() + ". ");
        } else if (!told) {
          errors.append(name + ":" + number + ": " + error.reason() + ". ");
          told = true;
        }
      }
    }
  }

  private static String trimmed(String text, String blanks) {
    int from = 0;
    int to = text.length();
    while (from < to && blanks.indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && blanks.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }
}

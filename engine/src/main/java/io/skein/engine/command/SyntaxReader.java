package io.skein.engine.command;

import io.skein.engine.machine.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the one-line notation of [Syntax]. The lines are ours, so a mistake in one is a broken
/// invariant.
final class SyntaxReader {
  /// The types of arguments in COMMAND DOCS; redis-cli complains of any other.
  private static final List<String> TYPES =
      List.of("string", "integer", "double", "key", "pattern", "unix-time");

  private final String s;
  private int p;

  SyntaxReader(String source) {
    s = source;
  }

  List<Syntax.Node> read() {
    List<Syntax.Node> nodes = sequence();
    Invariant.check(p == s.length(), "syntax line: " + s);
    return nodes;
  }

  /// What stands in a row, up to a `|`, a closing bracket or the end.
  private List<Syntax.Node> sequence() {
    List<Syntax.Node> nodes = new ArrayList<>();
    while (true) {
      spaces();
      if (p == s.length() || s.charAt(p) == '|' || s.charAt(p) == ']' || s.charAt(p) == ')') {
        return nodes;
      }
      nodes.add(item());
    }
  }

  private Syntax.Node item() {
    char c = s.charAt(p);
    if (c == '[' || c == '(') {
      return bracket(c == '[');
    }
    String word = word();
    if (!isToken(word)) {
      return argument(word, null, false);
    }
    spaces();
    // A token takes the arguments that follow it up to the end of its alternative or bracket, but
    // only inside brackets.
    return new Syntax.Node(
        word.toLowerCase(Locale.ROOT), "pure-token", word.intern(), false, dots(), List.of());
  }

  private Syntax.Node bracket(boolean optional) {
    p++;
    String name = bracketName();
    List<Syntax.Node> alternatives = new ArrayList<>();
    do {
      alternatives.add(alternative(sequence()));
      spaces();
    } while (p < s.length() && s.charAt(p) == '|' && p++ >= 0);
    Invariant.check(p < s.length() && s.charAt(p) == (optional ? ']' : ')'), "bracket in: " + s);
    p++;
    boolean multiple = dots();
    if (alternatives.size() == 1) {
      Syntax.Node only = alternatives.get(0);
      return new Syntax.Node(
          name.isEmpty() ? only.name() : name,
          only.type(),
          only.token(),
          optional,
          multiple || only.multiple(),
          only.parts());
    }
    return new Syntax.Node(
        name.isEmpty() ? "option" : name, "oneof", null, optional, multiple, alternatives);
  }

  /// One alternative of a bracket as a single node: a token with its operands, or a block.
  private static Syntax.Node alternative(List<Syntax.Node> row) {
    Syntax.Node head = row.get(0);
    if (row.size() == 1) {
      return head;
    }
    if (head.type().equals("pure-token") && row.size() == 2 && row.get(1).token() == null) {
      Syntax.Node operand = row.get(1);
      return new Syntax.Node(
          operand.name(), operand.type(), head.token(), false, operand.multiple(), operand.parts());
    }
    if (head.type().equals("pure-token")) {
      return new Syntax.Node(
          head.name(), "block", head.token(), false, false, row.subList(1, row.size()));
    }
    return new Syntax.Node(head.name(), "block", null, false, false, row);
  }

  private String bracketName() {
    int end = p;
    while (end < s.length() && (Character.isLetterOrDigit(s.charAt(end)) || s.charAt(end) == '-')) {
      end++;
    }
    if (end > p && end + 1 < s.length() && s.charAt(end) == ':' && s.charAt(end + 1) == ' ') {
      String name = s.substring(p, end);
      p = end + 1;
      return name;
    }
    return "";
  }

  private Syntax.Node argument(String word, @Nullable String token, boolean optional) {
    int colon = word.indexOf(':');
    String name = colon < 0 ? word : word.substring(0, colon);
    String type =
        colon >= 0
            ? word.substring(colon + 1)
            : name.equals("key") || name.equals("newkey") ? "key" : "string";
    Invariant.check(TYPES.contains(type), "type of an argument, which clients must know: " + word);
    return new Syntax.Node(name, type, token, optional, dots(), List.of());
  }

  private String word() {
    int from = p;
    while (p < s.length() && " |[]()".indexOf(s.charAt(p)) < 0 && !s.startsWith("...", p)) {
      p++;
    }
    Invariant.check(p > from, "word in: " + s);
    return s.substring(from, p);
  }

  private static boolean isToken(String word) {
    return word.equals(word.toUpperCase(Locale.ROOT));
  }

  private boolean dots() {
    int q = p;
    while (q < s.length() && s.charAt(q) == ' ') {
      q++;
    }
    if (s.startsWith("...", q)) {
      p = q + 3;
      return true;
    }
    return false;
  }

  private void spaces() {
    while (p < s.length() && s.charAt(p) == ' ') {
      p++;
    }
  }
}

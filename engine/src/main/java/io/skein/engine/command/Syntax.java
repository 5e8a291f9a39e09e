package io.skein.engine.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The grammar of a command's arguments, read from one line such as `key value [condition: NX | XX]
/// [GET] [expiration: EX seconds:integer | KEEPTTL]`.
///
/// It is the only source of the arity, of the arguments in COMMAND DOCS, and of the check of a
/// call's shape: unknown tokens, tokens that exclude each other, missing operands. What the values
/// are is the handler's business.
///
/// The notation: a word in capitals is a token; any other word is an argument, with its type behind
/// a colon when it is not `string` (or `key`, for an argument whose name begins with `key`); square
/// brackets hold what is optional, round ones what is not; `|` separates alternatives; `name:` at
/// the start of brackets names them; `...` behind anything means that it may be repeated (with a
/// token inside the brackets, the token is repeated too).
public final class Syntax {
  /// One node of the grammar.
  ///
  /// @param name the name in COMMAND DOCS
  /// @param type `string`, `integer`, `double`, `key`, `pattern`, `unix-time`, `pure-token`,
  ///   `oneof` or `block`
  /// @param token the token before the argument, or null
  /// @param optional whether it may be left out
  /// @param multiple whether it may be repeated
  /// @param parts what an alternative or a block is made of
  public record Node(
      String name,
      String type,
      @Nullable String token,
      boolean optional,
      boolean multiple,
      List<Node> parts) {
    /// The least number of arguments this takes when it is there.
    int minimum() {
      int own = token == null ? 0 : 1;
      return switch (type) {
        case "pure-token" -> 1;
        case "oneof" -> own + parts.stream().mapToInt(Node::minimum).min().orElse(0);
        case "block" -> own + parts.stream().filter(p -> !p.optional).mapToInt(Node::minimum).sum();
        default -> own + 1;
      };
    }

    private boolean variable() {
      return optional || multiple || parts.stream().anyMatch(Node::variable);
    }
  }

  private final String source;
  private @Nullable List<Node> nodes;
  private @Nullable OptionTable options;

  Syntax(String source) {
    this.source = source;
  }

  /// The grammar, parsed when first asked for.
  public List<Node> nodes() {
    List<Node> n = nodes;
    if (n == null) {
      n = new SyntaxReader(source).read();
      nodes = n;
    }
    return n;
  }

  /// The arity as Redis counts it: the command's name included, negative for "at least".
  int arity(int nameWords) {
    int least = nameWords;
    boolean variable = false;
    for (Node node : nodes()) {
      if (!node.optional) {
        least += node.minimum();
      }
      variable |= node.variable();
    }
    return variable ? -least : least;
  }

  /// The tokens of the optional parts.
  OptionTable options() {
    OptionTable o = options;
    if (o == null) {
      List<Node> optional = new ArrayList<>();
      for (Node node : nodes()) {
        if (node.optional) {
          optional.add(node);
        }
      }
      o = new OptionTable(optional);
      options = o;
    }
    return o;
  }
}

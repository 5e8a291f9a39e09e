package io.skein.engine.command;

import io.skein.engine.resp.Errors;
import java.util.ArrayList;
import java.util.List;

/// The optional tokens of one command, and the check of a call's options against them.
///
/// Options may come in any order. Tokens of one group exclude each other.
final class OptionTable {
  private final String[] tokens;
  private final int[] groups;
  private final int[] operands;

  OptionTable(List<Syntax.Node> optional) {
    List<String> names = new ArrayList<>();
    List<Integer> group = new ArrayList<>();
    List<Integer> operand = new ArrayList<>();
    for (int g = 0; g < optional.size(); g++) {
      Syntax.Node node = optional.get(g);
      List<Syntax.Node> choices =
          node.type().equals("oneof") && node.token() == null ? node.parts() : List.of(node);
      for (Syntax.Node choice : choices) {
        String token = choice.token();
        if (token != null) {
          names.add(token);
          group.add(node.multiple() ? -1 - g : g);
          operand.add(choice.minimum() - 1);
        }
      }
    }
    tokens = names.toArray(new String[0]);
    groups = group.stream().mapToInt(Integer::intValue).toArray();
    operands = operand.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Reads options of `call` from argument `from` to the end.
  void read(Call call, int from, Options into) {
    into.clear(tokens);
    int i = from;
    while (i < call.count()) {
      int t = find(call, i);
      if (t < 0) {
        throw Errors.SYNTAX;
      }
      if (groups[t] >= 0) {
        for (int other = 0; other < tokens.length; other++) {
          if (other != t && groups[other] == groups[t] && into.hasIndex(other)) {
            throw Errors.SYNTAX;
          }
        }
      }
      if (call.count() - i - 1 < operands[t]) {
        throw Errors.SYNTAX;
      }
      into.found(t, i + 1);
      i += 1 + operands[t];
    }
  }

  private int find(Call call, int i) {
    for (int t = 0; t < tokens.length; t++) {
      if (call.is(i, tokens[t])) {
        return t;
      }
    }
    return -1;
  }
}

package io.skein.engine.command.server;

import io.skein.engine.command.Command;
import io.skein.engine.command.Syntax;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/// A command as COMMAND DOCS documents it: its name, and a map.
final class CommandDocs {
  private final Reply reply;
  private int keys;

  private CommandDocs(Reply reply) {
    this.reply = reply;
  }

  static void write(Reply reply, Command command) {
    reply.bulk(command.fullName());
    new CommandDocs(reply).document(command);
  }

  private void document(Command command) {
    int mark = reply.begin();
    int fields = 0;
    fields += text("summary", command.summary());
    fields += text("since", command.since());
    fields += text("group", command.group().wireName());
    fields += text("complexity", command.complexity());
    if (!command.deprecatedSince().isEmpty()) {
      reply.bulk("doc_flags");
      CommandDetails.statuses(reply, List.of("deprecated"));
      fields++;
    }
    fields += text("deprecated_since", command.deprecatedSince());
    fields += text("replaced_by", command.replacedBy());
    List<String> history = command.history();
    if (!history.isEmpty()) {
      reply.bulk("history");
      reply.set(history.size() / 2);
      for (int i = 0; i < history.size(); i += 2) {
        reply.array(2);
        reply.bulk(history.get(i));
        reply.bulk(history.get(i + 1));
      }
      fields++;
    }
    if (!command.syntax().nodes().isEmpty()) {
      reply.bulk("arguments");
      keys = command.keySpecs().size();
      arguments(command.syntax().nodes(), new int[1]);
      fields++;
    }
    if (command.isContainer()) {
      reply.bulk("subcommands");
      reply.map(command.subcommands().size());
      for (Command child : command.subcommands()) {
        write(reply, child);
      }
      fields++;
    }
    reply.endMap(mark, fields);
  }

  private int text(String field, String value) {
    if (value.isEmpty()) {
      return 0;
    }
    reply.bulk(field);
    reply.bulk(value);
    return 1;
  }

  /// @param keysSeen how many arguments that are keys came before
  private void arguments(List<Syntax.Node> nodes, int[] keysSeen) {
    reply.array(nodes.size());
    for (Syntax.Node node : nodes) {
      int mark = reply.begin();
      int fields = 0;
      boolean composed = !node.parts().isEmpty();
      fields += text("name", node.name());
      fields += text("type", node.type());
      if (!composed) {
        fields += text("display_text", node.name());
      }
      if (node.type().equals("key") && keys > 0) {
        reply.bulk("key_spec_index");
        reply.integer(Math.min(keysSeen[0]++, keys - 1));
        fields++;
      }
      String token = node.token();
      if (token != null) {
        fields += text("token", token);
      }
      List<String> flags = new ArrayList<>();
      if (node.optional()) {
        flags.add("optional");
      }
      if (node.multiple()) {
        flags.add("multiple");
      }
      if (!flags.isEmpty()) {
        reply.bulk("flags");
        CommandDetails.statuses(reply, flags);
        fields++;
      }
      if (composed) {
        reply.bulk("arguments");
        arguments(node.parts(), keysSeen);
        fields++;
      }
      reply.endMap(mark, fields);
    }
  }
}

package io.skein.engine.command.server;

import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A command as COMMAND INFO describes it.
final class CommandDetails {
  /// The flags that are shown, in this order; others are the server's own business.
  private static final CommandFlag[] SHOWN = {
    CommandFlag.WRITE,
    CommandFlag.READONLY,
    CommandFlag.DENYOOM,
    CommandFlag.MODULE,
    CommandFlag.ADMIN,
    CommandFlag.PUBSUB,
    CommandFlag.NOSCRIPT,
    CommandFlag.BLOCKING,
    CommandFlag.LOADING,
    CommandFlag.STALE,
    CommandFlag.SKIP_MONITOR,
    CommandFlag.SKIP_SLOWLOG,
    CommandFlag.ASKING,
    CommandFlag.FAST,
    CommandFlag.NO_AUTH,
    CommandFlag.NO_MANDATORY_KEYS,
    CommandFlag.NO_ASYNC_LOADING,
    CommandFlag.NO_MULTI,
    CommandFlag.MOVABLEKEYS,
    CommandFlag.ALLOW_BUSY
  };

  private CommandDetails() {}

  static void write(Reply reply, Command command) {
    reply.array(10);
    reply.bulk(command.fullName());
    reply.integer(command.arity());
    List<String> flags = new ArrayList<>();
    for (CommandFlag flag : SHOWN) {
      if (command.has(flag)) {
        flags.add(flag.wireName());
      }
    }
    statuses(reply, flags);
    reply.integer(command.firstKey());
    reply.integer(command.lastKey());
    reply.integer(command.keyStep());
    List<String> categories = new ArrayList<>();
    for (Category category : command.categoryList()) {
      categories.add("@" + category.wireName());
    }
    statuses(reply, categories);
    reply.set(command.tips().size());
    for (String tip : command.tips()) {
      reply.bulk(tip);
    }
    reply.set(command.keySpecs().size());
    for (KeySpec spec : command.keySpecs()) {
      write(reply, spec);
    }
    Collection<Command> children = command.subcommands();
    if (children.isEmpty()) {
      reply.set(0);
    } else {
      reply.array(children.size());
      for (Command child : children) {
        write(reply, child);
      }
    }
  }

  /// A set of status replies.
  static void statuses(Reply reply, List<String> texts) {
    reply.set(texts.size());
    for (String text : texts) {
      reply.simple(text);
    }
  }

  private static void write(Reply reply, KeySpec spec) {
    reply.map(3);
    reply.bulk("flags");
    statuses(reply, KeySpec.flagNames(spec.flags()));
    boolean unknown = spec.index() == 0;
    reply.bulk("begin_search");
    if (unknown) {
      typed(reply, "unknown");
    } else if (spec.keyword().isEmpty()) {
      typed(reply, "index", "index", spec.index());
    } else {
      reply.map(2);
      reply.bulk("type");
      reply.bulk("keyword");
      reply.bulk("spec");
      reply.map(2);
      reply.bulk("keyword");
      reply.bulk(spec.keyword());
      reply.bulk("startfrom");
      reply.integer(spec.index());
    }
    reply.bulk("find_keys");
    if (unknown) {
      typed(reply, "unknown");
    } else if (spec.numbered()) {
      typed(reply, "keynum", "keynumidx", 0, "firstkey", spec.last(), "keystep", spec.step());
    } else {
      typed(reply, "range", "lastkey", spec.last(), "keystep", spec.step(), "limit", spec.limit());
    }
  }

  private static void typed(Reply reply, String type, Object... spec) {
    reply.map(2);
    reply.bulk("type");
    reply.bulk(type);
    reply.bulk("spec");
    reply.map(spec.length / 2);
    for (Object part : spec) {
      if (part instanceof Integer number) {
        reply.integer(number);
      } else {
        reply.bulk(String.valueOf(part));
      }
    }
  }
}

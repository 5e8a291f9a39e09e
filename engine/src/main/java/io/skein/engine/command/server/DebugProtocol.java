package io.skein.engine.command.server;

import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import java.util.Locale;

/// DEBUG PROTOCOL: a reply of each type that clients must understand.
final class DebugProtocol {
  private static final CommandError UNKNOWN =
      new CommandError(
          "ERR Wrong protocol type name. Please use one of the following:"
              + " string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");

  private DebugProtocol() {}

  static void reply(Call call) {
    Reply reply = call.reply();
    switch (call.string(2).toLowerCase(Locale.ROOT)) {
      case "string" -> reply.bulk("Hello World");
      case "integer" -> reply.integer(12345);
      case "double" -> reply.doubleValue(3.141);
      case "bignum" -> reply.bigNumber("1234567999999999999999999999999999999");
      case "null" -> reply.nullBulk();
      case "array" -> {
        reply.array(3);
        zeroToTwo(reply);
      }
      case "set" -> {
        reply.set(3);
        zeroToTwo(reply);
      }
      case "map" -> {
        reply.map(3);
        for (int i = 0; i < 3; i++) {
          reply.integer(i);
          reply.bool(i == 1);
        }
      }
      case "attrib" -> attribute(reply);
      case "push" -> push(reply);
      case "verbatim" -> reply.verbatim("txt", "This is a verbatim\nstring");
      case "true" -> reply.bool(true);
      case "false" -> reply.bool(false);
      default -> throw UNKNOWN;
    }
  }

  private static void zeroToTwo(Reply reply) {
    for (int i = 0; i < 3; i++) {
      reply.integer(i);
    }
  }

  private static void attribute(Reply reply) {
    if (reply.protocol() >= 3) {
      reply.attribute(1);
      reply.bulk("key-popularity");
      reply.array(2);
      reply.bulk("key:123");
      reply.integer(90);
    }
    reply.bulk("Some real reply following the attribute");
  }

  private static void push(Reply reply) {
    if (reply.protocol() < 3) {
      throw new CommandError("ERR RESP2 is not supported by this command");
    }
    reply.push(2);
    reply.bulk("server-cpu-usage");
    reply.integer(42);
    reply.bulk("Some real reply following the push reply");
  }
}

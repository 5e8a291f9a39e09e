package io.skein.server.script;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.bytes.Sha1;
import io.skein.engine.command.NodeTitle;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import io.skein.engine.script.ScriptCalls;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// The table `redis`: how scripts reach the server.
final class RedisTable {
  private static final String WRONG_REPLICATION =
      "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.";
  private static final int REPLICATE_ALL = 3;
  private static final int MOST_DIGITS = 32;

  private final LuaRuntime runtime;
  private final ScriptCalls calls;
  private final LuaState lua;
  private final ReplyReader reader;

  // The arguments of a call, one behind the other.
  private byte[] buffer = new byte[1024];
  private int[] offsets = new int[16];
  private int[] lengths = new int[16];

  RedisTable(LuaRuntime runtime) {
    this.runtime = runtime;
    this.calls = runtime.calls();
    this.lua = runtime.lua();
    this.reader = new ReplyReader(lua);
  }

  /// Fills the table at the top for scripts of EVAL.
  void ofScripts() {
    ofRunning();
    runtime.define(
        "replicate_commands",
        l -> {
          l.pushBoolean(true);
          return 1;
        });
    // There is no debugger that they could talk to.
    runtime.define(
        "breakpoint",
        l -> {
          l.pushBoolean(false);
          return 1;
        });
    runtime.define("debug", l -> 0);
  }

  /// Fills the table at the top for functions that run.
  void ofRunning() {
    runtime.define("call", l -> call(true));
    runtime.define("pcall", l -> call(false));
    runtime.define("sha1hex", l -> sha1());
    runtime.define("error_reply", l -> errorReply());
    runtime.define("status_reply", l -> statusReply());
    runtime.define("setresp", l -> setProtocol());
    runtime.define("set_repl", l -> setReplication());
    runtime.define("acl_check_cmd", l -> checkPermission());
    number("REPL_NONE", 0);
    number("REPL_AOF", 1);
    number("REPL_SLAVE", 2);
    number("REPL_REPLICA", 2);
    number("REPL_ALL", REPLICATE_ALL);
    common();
  }

  /// Fills the table at the top for libraries that are being loaded.
  void ofLoading() {
    runtime.define("register_function", new FunctionRegistration(runtime));
    common();
  }

  private void common() {
    runtime.define("log", l -> log());
    number("LOG_DEBUG", 0);
    number("LOG_VERBOSE", 1);
    number("LOG_NOTICE", 2);
    number("LOG_WARNING", 3);
    lua.pushText(NodeTitle.REDIS_VERSION);
    lua.setField(-2, "REDIS_VERSION");
    number("REDIS_VERSION_NUM", versionNumber());
  }

  /// The version with two hexadecimal digits for each of its parts.
  private static int versionNumber() {
    int number = 0;
    for (String part : NodeTitle.REDIS_VERSION.split("\\.", -1)) {
      number = number << 8 | Integer.parseInt(part);
    }
    return number;
  }

  private void number(String name, int value) {
    lua.pushNumber(value);
    lua.setField(-2, name);
  }

  private int call(boolean raises) {
    int count = lua.top();
    if (count == 0) {
      ReplyReader.pushError(
          lua, "ERR Please specify at least one argument for this redis lib call");
      return done(raises);
    }
    if (!gather(count)) {
      ReplyReader.pushError(lua, "ERR Lua redis lib command arguments must be strings or integers");
      return done(raises);
    }
    lua.top(0);
    Reply reply = calls.call(buffer, offsets, lengths, count);
    if (buffer.length > 64 * 1024) {
      buffer = new byte[1024];
    }
    reader.push(reply);
    return done(raises && reply.bytes()[0] == '-');
  }

  private static int done(boolean raises) {
    if (raises) {
      throw LuaError.value();
    }
    return 1;
  }

  /// Takes the arguments from the stack; false when one is neither a string nor a number.
  private boolean gather(int count) {
    if (offsets.length < count) {
      offsets = new int[count];
      lengths = new int[count];
    }
    int size = 0;
    for (int i = 1; i <= count; i++) {
      int type = lua.type(i);
      int length;
      if (type == LuaLibrary.NUMBER) {
        room(size, MOST_DIGITS);
        length = writeNumber(lua.toNumber(i), buffer, size);
      } else if (type == LuaLibrary.STRING) {
        long address = lua.stringAddress(i);
        length = lua.lastLength();
        room(size, length);
        LuaState.copy(address, buffer, size, length);
      } else {
        return false;
      }
      offsets[i - 1] = size;
      lengths[i - 1] = length;
      size += length;
    }
    return true;
  }

  private void room(int size, int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), size * 2));
    }
  }

  /// An integer is written as one, and anything else with the digits that it needs.
  private static int writeNumber(double value, byte[] target, int at) {
    long integer = (long) value;
    boolean exact = value > -0x1p52 && value < 0x1p52 && integer == value;
    return exact ? Numbers.writeLong(integer, target, at) : Doubles.write(value, target, at);
  }

  private int sha1() {
    if (lua.top() != 1) {
      throw error("wrong number of arguments");
    }
    byte[] text = lua.toBytes(1);
    String hex = HexFormat.of().formatHex(Sha1.of(text, 0, text.length));
    lua.pushBytes(hex.getBytes(StandardCharsets.US_ASCII));
    return 1;
  }

  /// An error of this table's functions, which is a table as those of commands are.
  private LuaError error(String text) {
    ReplyReader.pushError(lua, "ERR " + text);
    return LuaError.value();
  }

  private boolean hasOneString() {
    if (lua.top() == 1 && lua.type(1) == LuaLibrary.STRING) {
      return true;
    }
    ReplyReader.pushError(lua, "ERR wrong number or type of arguments");
    return false;
  }

  private int errorReply() {
    if (hasOneString()) {
      byte[] text = lua.toBytes(1);
      boolean marked = text.length > 0 && text[0] == '-';
      ReplyReader.pushError(lua, text, marked ? 1 : 0, text.length - (marked ? 1 : 0));
    }
    return 1;
  }

  private int statusReply() {
    if (hasOneString()) {
      lua.pushTable(0, 1);
      lua.pushValue(1);
      lua.setField(-2, "ok");
    }
    return 1;
  }

  private int setProtocol() {
    if (lua.top() != 1) {
      throw error("redis.setresp() requires one argument.");
    }
    int version = (int) lua.toNumber(1);
    if (version != 2 && version != 3) {
      throw error("RESP version must be 2 or 3.");
    }
    calls.protocol(version);
    return 0;
  }

  /// The append only file and the replicas read one log: what one of them is to have, the other
  /// has.
  private int setReplication() {
    if (lua.top() != 1) {
      throw error("redis.set_repl() requires one argument.");
    }
    int wanted = (int) lua.toNumber(1);
    if ((wanted & ~REPLICATE_ALL) != 0) {
      throw error(WRONG_REPLICATION);
    }
    if (wanted != 0 && wanted != REPLICATE_ALL) {
      throw error(
          "this server has one log for its append only file and its replicas: use REPL_ALL or"
              + " REPL_NONE");
    }
    calls.replicates(wanted == REPLICATE_ALL);
    return 0;
  }

  private int checkPermission() {
    int count = lua.top();
    if (count == 0) {
      throw error("Please specify at least one argument for this redis lib call");
    }
    if (!gather(count)) {
      throw error("Lua redis lib command arguments must be strings or integers");
    }
    boolean allowed;
    try {
      allowed = calls.mayCall(buffer, offsets, lengths, count);
    } catch (CommandError unknown) {
      ReplyReader.pushError(lua, unknown.text());
      throw LuaError.value();
    }
    lua.pushBoolean(allowed);
    return 1;
  }

  private int log() {
    int count = lua.top();
    if (count < 2) {
      throw error("redis.log() requires two arguments or more.");
    }
    if (!lua.isNumber(1)) {
      throw error("First argument must be a number (log level).");
    }
    int level = (int) lua.toNumber(1);
    if (level < 0 || level > 3) {
      throw error("Invalid debug level.");
    }
    if (calls.logs(level)) {
      StringBuilder line = new StringBuilder();
      for (int i = 2; i <= count; i++) {
        if (lua.isString(i)) {
          line.append(i > 2 ? " " : "").append(lua.toText(i));
        }
      }
      calls.log(level, line.toString());
    }
    return 0;
  }
}

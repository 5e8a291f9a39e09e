package io.skein.server.script;

import io.skein.engine.command.Arguments;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import io.skein.engine.script.Interpreter;
import io.skein.engine.script.ScriptCalls;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An interpreter in its sandbox: what of it the engine knows.
final class LuaInterpreter implements Interpreter {
  private static final byte[] ERR = "err".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SOURCE = "source".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE = "line".getBytes(StandardCharsets.US_ASCII);
  private static final String SCRIPT = "@user_script";
  private static final String LIBRARY = "@user_function";

  /// Where an error came from is found out while it is raised, before the calls are gone: in the
  /// function that has raised it, or in its caller when that is not one of Lua.
  private static final String HANDLER =
      """
      local info = debug.getinfo
      return function(problem)
        local at = info(2, 'Sl')
        if at and at.what == 'C' then at = info(3, 'Sl') end
        if type(problem) ~= 'table' then problem = {err = 'ERR ' .. tostring(problem)} end
        if at then
          problem.source = at.source
          problem.line = at.currentline
        end
        return problem
      end
      """;

  private final boolean libraries;
  private final ScriptCalls calls;
  private final LuaRuntime runtime;
  private final LuaState lua;
  private final Sandbox sandbox;
  private final ReplyWriter writer;
  private final int handler;

  LuaInterpreter(boolean libraries, ScriptCalls calls) {
    this.libraries = libraries;
    this.calls = calls;
    runtime = new LuaRuntime(calls);
    lua = runtime.lua();
    writer = new ReplyWriter(lua, calls);
    runtime.openLibrary("luaopen_base", "");
    runtime.openLibrary("luaopen_table", "table");
    runtime.openLibrary("luaopen_string", "string");
    runtime.openLibrary("luaopen_math", "math");
    runtime.openLibrary("luaopen_debug", "debug");
    handler = compileHandler();
    sandbox = new Sandbox(runtime, libraries);
  }

  private int compileHandler() {
    boolean loaded = lua.load(HANDLER.getBytes(StandardCharsets.US_ASCII), 0, "=handler");
    if (!loaded || lua.call(0, 1, 0) != 0) {
      throw new IllegalStateException("Lua: " + lua.toText(-1));
    }
    return lua.refer();
  }

  @Override
  public int compile(byte[] code, int from) {
    if (!lua.load(code, from, SCRIPT)) {
      String problem = lua.toText(-1);
      lua.pop(1);
      throw new CommandError("ERR Error compiling script (new function): " + problem);
    }
    return lua.refer();
  }

  @Override
  public void load(byte[] code, int from) {
    int base = lua.top();
    sandbox.loading(true);
    try {
      if (!lua.load(code, from, LIBRARY)) {
        throw new CommandError("ERR Error compiling function: " + lua.toText(-1));
      }
      sandbox.enter(-1);
      runtime.begin();
      int status = lua.call(0, 0, 0);
      String ended = runtime.end();
      if (status != 0) {
        throw new CommandError("ERR Error registering functions: " + problem(ended));
      }
    } finally {
      sandbox.loading(false);
      lua.top(base);
    }
  }

  /// The text of the error at the top.
  private String problem(@Nullable String ended) {
    if (ended != null) {
      return "ERR " + ended;
    }
    if (lua.type(-1) != LuaLibrary.TABLE) {
      return "ERR " + lua.toText(-1);
    }
    String text = field(ERR);
    return text == null ? "ERR unknown error" : text;
  }

  @Override
  public void release(int reference) {
    lua.forget(reference);
  }

  @Override
  public void run(int reference, Arguments call, int firstKey, int keys, String name, Reply reply) {
    int base = lua.top();
    lua.pushReferred(handler);
    lua.pushReferred(reference);
    sandbox.enter(-1);
    pushArray(call, firstKey, firstKey + keys);
    if (!libraries) {
      sandbox.setGlobal("KEYS");
    }
    pushArray(call, firstKey + keys, call.count());
    if (!libraries) {
      sandbox.setGlobal("ARGV");
    }
    runtime.begin();
    int status = lua.call(libraries ? 2 : 0, 1, base + 1);
    String ended = runtime.end();
    if (status != 0) {
      fail(reply, name, ended);
    } else {
      writer.write(reply);
    }
    lua.top(base);
  }

  private void pushArray(Arguments call, int from, int to) {
    lua.pushTable(to - from, 0);
    for (int i = from; i < to; i++) {
      lua.pushBytes(call.buffer(), call.offset(i), call.length(i));
      lua.setAt(-2, i - from + 1);
    }
  }

  /// Replies with the error at the top, and where it happened.
  private void fail(Reply reply, String name, @Nullable String ended) {
    if (lua.type(-1) != LuaLibrary.TABLE) {
      String problem = lua.isString(-1) ? lua.toText(-1) : "execution failure";
      calls.error(reply, "ERR Error running script " + name + ", " + problem, true);
      return;
    }
    String text = ended != null ? "ERR " + ended : field(ERR);
    String source = field(SOURCE);
    String line = field(LINE);
    StringBuilder whole = new StringBuilder(text == null ? "ERR unknown error" : text);
    if (source != null && line != null) {
      whole.append(" script: ").append(name).append(", on ").append(source).append(':');
      whole.append(line).append('.');
    }
    lua.getField(-1, ReplyReader.COUNTED);
    boolean counted = lua.type(-1) != LuaLibrary.BOOLEAN || !lua.toBoolean(-1);
    lua.pop(1);
    calls.error(reply, whole.toString(), counted);
  }

  private @Nullable String field(byte[] name) {
    lua.getField(-1, name);
    String text = lua.isString(-1) ? lua.toText(-1) : null;
    lua.pop(1);
    return text;
  }

  @Override
  public long memoryBytes() {
    return runtime.memoryBytes();
  }

  @Override
  public void close(boolean lazily) {
    if (lazily) {
      Thread.ofPlatform().name("script-flush").daemon().start(runtime::close);
    } else {
      runtime.close();
    }
  }
}

package io.skein.server.script;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.skein.engine.resp.CommandError;
import io.skein.engine.script.ScriptCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One interpreter and the functions of ours that its code can call.
///
/// All of them come in through one function of C, which is told by a number that it keeps which of
/// them is meant.
///
/// *Errors*: Lua raises one by a jump over the frames of C in between, and must not jump over ours.
/// So a function that has failed leaves the error at the top of the stack, asks Lua to call the
/// raising function of its own interface on the next return, which is its own, and returns. What
/// catches errors, `pcall` and the end of the run, puts the hook right again.
///
/// *Threads*: only under the data plane.
final class LuaRuntime {
  /// How many instructions go by between two looks at the time.
  private static final int INSTRUCTIONS = 100_000;

  /// Where a function of C finds the first value that it keeps.
  private static final int KEPT = LuaLibrary.GLOBALS - 1;

  private final Arena arena = Arena.ofShared();
  private final long main;
  private final LuaState lua;
  private final ScriptCalls calls;
  private final List<LuaFunction> functions = new ArrayList<>();
  private final long entry;
  private final long interrupt;
  private boolean watching;
  private @Nullable String endedFor;

  LuaRuntime(ScriptCalls calls) {
    this.calls = calls;
    main = LuaLibrary.open();
    lua = new LuaState(main, arena);
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandle enter = lookup.bind(this, "enter", MethodType.methodType(int.class, long.class));
      MethodHandle look =
          lookup.bind(this, "look", MethodType.methodType(void.class, long.class, long.class));
      entry =
          LuaLibrary.callback(enter, FunctionDescriptor.of(JAVA_INT, JAVA_LONG), arena).address();
      interrupt =
          LuaLibrary.callback(look, FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG), arena)
              .address();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  LuaState lua() {
    return lua;
  }

  ScriptCalls calls() {
    return calls;
  }

  long memoryBytes() {
    return LuaLibrary.memoryBytes(main);
  }

  /// Opens a library of Lua's own.
  void openLibrary(String opener, String name) {
    lua.pushFunction(LuaLibrary.address(opener), 0);
    lua.pushText(name);
    if (lua.call(1, 0, 0) != 0) {
      throw new IllegalStateException("Lua: " + lua.toText(-1));
    }
  }

  /// Pushes a function of ours.
  void pushFunction(LuaFunction function) {
    functions.add(function);
    lua.pushNumber(functions.size() - 1);
    lua.pushFunction(entry, 1);
  }

  /// Sets a function of ours as a field of the table at the top.
  void define(String name, LuaFunction function) {
    pushFunction(function);
    lua.setField(-2, name);
  }

  /// Begins a run: from now on the time is looked at.
  void begin() {
    lua.thread(main);
    endedFor = null;
    watching = true;
    watch();
  }

  /// The run is over; why it was ended early, or null.
  @Nullable String end() {
    lua.thread(main);
    watching = false;
    lua.hook(0, 0, 0);
    return endedFor;
  }

  /// An error was caught: nothing is raised any more, unless the run has to end.
  void caught() {
    if (endedFor != null) {
      raiseSoon();
    } else if (watching) {
      watch();
    } else {
      lua.hook(0, 0, 0);
    }
  }

  private void watch() {
    lua.hook(interrupt, LuaLibrary.ON_COUNT, INSTRUCTIONS);
  }

  private void raiseSoon() {
    lua.hook(LuaLibrary.RAISE_TEXT, LuaLibrary.ON_LINE | LuaLibrary.ON_COUNT, 1);
  }

  /// Called by Lua: runs the function of ours that is meant.
  @SuppressWarnings({"UnusedMethod", "unused"})
  private int enter(long thread) {
    long outer = lua.thread();
    lua.thread(thread);
    try {
      return functions.get((int) lua.toNumber(KEPT)).call(lua);
    } catch (LuaError e) {
      return raise(e.isOnStack() ? null : e.describe(lua.calledName()));
    } catch (CommandError e) {
      return raise(e.text());
    } catch (StackOverflowError e) {
      return raise("stack overflow");
    } catch (Throwable e) {
      calls.log(3, "A function for scripts has failed: " + e);
      return raise("internal error");
    } finally {
      lua.thread(outer);
    }
  }

  private int raise(@Nullable String text) {
    if (text != null) {
      lua.hasRoom(3);
      lua.pushWhere();
      lua.pushText(text);
      lua.concat(2);
    }
    lua.hook(LuaLibrary.RAISE, LuaLibrary.ON_RETURN, 0);
    return 1;
  }

  /// Called by Lua every so many instructions.
  @SuppressWarnings({"UnusedMethod", "unused", "UnusedVariable"})
  private void look(long thread, long event) {
    if (!watching) {
      return;
    }
    long outer = lua.thread();
    try {
      String reason = calls.interrupted();
      lua.thread(thread);
      if (reason != null) {
        endedFor = reason;
        raiseSoon();
      }
    } catch (Throwable e) {
      calls.log(3, "Serving others during a script has failed: " + e);
      lua.thread(thread);
      endedFor = "internal error";
      raiseSoon();
    } finally {
      lua.thread(outer);
    }
  }

  /// Gives the memory back.
  void close() {
    LuaLibrary.close(main);
    arena.close();
  }
}

package io.skein.server.script;

import io.skein.server.script.LuaModules.Module;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What code of users finds in an interpreter, and cannot change.
///
/// A table that may not be changed is shown by an empty one whose metatable looks everything up in
/// the real one and refuses to be written to. The functions of Lua that go past metatables are
/// replaced by ones that know these tables; what could load compiled code, open files or run at the
/// collection of garbage is not there.
///
/// Globals are a chain: the shown table, the real one, and an error for what is in neither. For a
/// library that is being loaded the real one is another, with the function that registers functions
/// and little more.
final class Sandbox {
  private static final String READ_ONLY = "Attempt to modify a readonly table";
  private static final String[] REMOVED = {"dofile", "loadfile", "print", "newproxy", "debug"};
  private static final String[] SHOWN = {
    "string", "table", "math", "coroutine", "bit", "struct", "cjson", "cmsgpack", "os", "redis"
  };
  private static final byte[] ERR = "err".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NEXT = "next".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] INDEX = "__index".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] META = "__metatable".getBytes(StandardCharsets.US_ASCII);

  private final LuaRuntime runtime;
  private final LuaState lua;

  /// The addresses of the tables that may not be changed, and below each the real one.
  private long[] shown = new long[0];

  private int[] real = new int[0];
  private final int refusal;
  private final int metatable;
  private final int globals;
  private final int realGlobals;
  private final int next;
  private int globalsMetatable;
  private int loadingGlobals;

  Sandbox(LuaRuntime runtime, boolean libraries) {
    this.runtime = runtime;
    this.lua = runtime.lua();
    runtime.pushFunction(l -> {
      throw LuaError.text(READ_ONLY);
    });
    refusal = lua.refer();
    metatable = shownMetatable();
    lua.pushValue(LuaLibrary.GLOBALS);
    realGlobals = lua.refer();
    lua.pushReferred(realGlobals);
    for (String name : REMOVED) {
      lua.pushNil();
      lua.setField(-2, name);
    }
    lua.getField(-1, NEXT);
    next = lua.refer();
    replaceFunctions();
    new LuaModules(runtime).define(libraries ? Module.OF_FUNCTIONS : Module.OF_SCRIPTS);
    for (String name : SHOWN) {
      lua.getField(-1, name.getBytes(StandardCharsets.US_ASCII));
      show();
      lua.setField(-2, name);
    }
    protectStrings();
    refuseUnknown();
    globals = showGlobals();
    lua.pushReferred(globals);
    lua.setField(-2, "_G");
    lua.pop(1);
    lua.pushReferred(globals);
    lua.replace(LuaLibrary.GLOBALS);
    if (libraries) {
      loadingGlobals = loadingGlobals();
    }
  }

  /// The metatable that code sees in place of any that it may not change: it cannot be changed.
  private int shownMetatable() {
    lua.pushTable(0, 0);
    lua.pushTable(0, 2);
    lua.pushReferred(refusal);
    lua.setField(-2, "__newindex");
    lua.pushValue(-2);
    lua.setField(-2, "__metatable");
    lua.setMetatable(-2);
    remember();
    return lua.refer();
  }

  /// Takes note that the table at the top may not be changed; there is no other behind it.
  private void remember() {
    remember(0);
  }

  private void remember(int reference) {
    shown = Arrays.copyOf(shown, shown.length + 1);
    real = Arrays.copyOf(real, real.length + 1);
    shown[shown.length - 1] = lua.pointer(-1);
    real[real.length - 1] = reference;
  }

  /// Puts in place of the table at the top one that shows it and cannot be changed.
  private void show() {
    lua.pushValue(-1);
    int behind = lua.refer();
    lua.pushTable(0, 0);
    lua.pushTable(0, 3);
    lua.pushReferred(behind);
    lua.setField(-2, "__index");
    lua.pushReferred(refusal);
    lua.setField(-2, "__newindex");
    lua.pushReferred(metatable);
    lua.setField(-2, "__metatable");
    lua.setMetatable(-2);
    remember(behind);
    lua.remove(-2);
  }

  /// Strings have the functions of `string` as methods: that table is not to be got at.
  private void protectStrings() {
    lua.pushText("");
    lua.getMetatable(-1);
    lua.pushReferred(metatable);
    lua.setField(-2, "__metatable");
    lua.pop(2);
  }

  /// Has a look at a global that is not there be an error; the real globals are at the top.
  private void refuseUnknown() {
    lua.pushTable(0, 1);
    runtime.define("__index", Sandbox::unknownGlobal);
    lua.setMetatable(-2);
  }

  private static int unknownGlobal(LuaState lua) {
    String name = lua.isString(2) ? lua.toText(2) : lua.typeName(2);
    throw LuaError.text("Script attempted to access nonexistent global variable '" + name + "'");
  }

  private int showGlobals() {
    lua.pushReferred(realGlobals);
    show();
    lua.getMetatable(-1);
    globalsMetatable = lua.refer();
    return lua.refer();
  }

  private int loadingGlobals() {
    lua.pushTable(0, 1);
    new LuaModules(runtime).define(Module.OF_LOADING);
    lua.getField(-1, "redis".getBytes(StandardCharsets.US_ASCII));
    refuseUnknown();
    show();
    lua.setField(-2, "redis");
    refuseUnknown();
    return lua.refer();
  }

  /// Has the globals be those of a library that is being loaded, or those of functions that run.
  void loading(boolean on) {
    lua.pushReferred(globalsMetatable);
    lua.pushBytes(INDEX);
    lua.pushReferred(on ? loadingGlobals : realGlobals);
    lua.set(-3);
    lua.pop(1);
  }

  /// Has the function at `index`, which was compiled from a user's code, run in here, whatever code
  /// that ran before it has done to its globals.
  void enter(int index) {
    int absolute = lua.top() + 1 + index;
    lua.pushReferred(globals);
    lua.replace(LuaLibrary.GLOBALS);
    lua.pushReferred(globals);
    lua.setEnvironment(absolute);
  }

  /// Takes the value at the top off and makes it the global `name`.
  void setGlobal(String name) {
    lua.pushReferred(realGlobals);
    lua.insert(-2);
    lua.setField(-2, name);
    lua.pop(1);
  }

  private int shownAt(int index) {
    if (lua.type(index) != LuaLibrary.TABLE) {
      return -1;
    }
    long address = lua.pointer(index);
    for (int i = 0; i < shown.length; i++) {
      if (shown[i] == address) {
        return i;
      }
    }
    return -1;
  }

  private void checkTable() {
    if (lua.type(1) != LuaLibrary.TABLE) {
      throw LuaError.argument(1, "table expected, got " + lua.typeName(1));
    }
  }

  private void checkAny(int index) {
    if (lua.type(index) < 0) {
      throw LuaError.argument(index, "value expected");
    }
  }

  /// The real globals are at the top.
  private void replaceFunctions() {
    runtime.define("pcall", this::pcall);
    runtime.define("xpcall", this::xpcall);
    runtime.define("setmetatable", this::setMetatable);
    runtime.define("rawset", this::rawSet);
    runtime.define("rawget", this::rawGet);
    runtime.define("pairs", this::pairs);
    runtime.define("loadstring", this::loadString);
    runtime.define("load", this::load);
  }

  /// As in Redis, an error that is a table with a text is seen as that text.
  private int pcall(LuaState l) {
    checkAny(1);
    int status = l.call(l.top() - 1, LuaLibrary.MULTIPLE_RESULTS, 0);
    if (status != 0) {
      runtime.caught();
      if (l.type(-1) == LuaLibrary.TABLE) {
        l.getField(-1, ERR);
        if (l.isString(-1)) {
          l.replace(-2);
        } else {
          l.pop(1);
        }
      }
    }
    l.hasRoom(1);
    l.pushBoolean(status == 0);
    l.insert(1);
    return l.top();
  }

  private int xpcall(LuaState l) {
    checkAny(2);
    l.top(2);
    l.insert(1);
    int status = l.call(0, LuaLibrary.MULTIPLE_RESULTS, 1);
    if (status != 0) {
      runtime.caught();
    }
    l.pushBoolean(status == 0);
    l.replace(1);
    return l.top();
  }

  private int setMetatable(LuaState l) {
    int type = l.type(2);
    checkTable();
    if (type != LuaLibrary.NIL && type != LuaLibrary.TABLE) {
      throw LuaError.argument(2, "nil or table expected");
    }
    if (shownAt(1) >= 0) {
      throw LuaError.text(READ_ONLY);
    }
    if (l.getMetatable(1)) {
      if (l.getField(-1, META) != LuaLibrary.NIL) {
        throw LuaError.text("cannot change a protected metatable");
      }
    }
    l.top(2);
    l.setMetatable(1);
    return 1;
  }

  private int rawSet(LuaState l) {
    checkTable();
    checkAny(2);
    checkAny(3);
    if (shownAt(1) >= 0) {
      throw LuaError.text(READ_ONLY);
    }
    l.top(3);
    checkKey(l, 2);
    l.set(1);
    return 1;
  }

  /// What must not be the key of a table.
  static void checkKey(LuaState lua, int index) {
    int type = lua.type(index);
    if (type == LuaLibrary.NIL) {
      throw LuaError.text("table index is nil");
    }
    if (type == LuaLibrary.NUMBER && Double.isNaN(lua.toNumber(index))) {
      throw LuaError.text("table index is NaN");
    }
  }

  private int rawGet(LuaState l) {
    checkTable();
    checkAny(2);
    l.top(2);
    int at = shownAt(1);
    if (at >= 0 && real[at] != 0) {
      l.pushReferred(real[at]);
      l.replace(1);
    }
    l.get(1);
    return 1;
  }

  /// A table that may not be changed is walked in a copy.
  private int pairs(LuaState l) {
    checkTable();
    int at = shownAt(1);
    l.pushReferred(next);
    if (at >= 0 && real[at] != 0) {
      l.pushTable(0, 0);
      l.pushReferred(real[at]);
      l.pushNil();
      while (l.next(-2)) {
        l.pushValue(-2);
        l.insert(-2);
        l.set(-5);
      }
      l.pop(1);
    } else {
      l.pushValue(1);
    }
    l.pushNil();
    return 3;
  }

  private int loadString(LuaState l) {
    if (!l.isString(1)) {
      throw LuaError.argument(1, "string expected, got " + l.typeName(1));
    }
    byte[] code = l.toBytes(1);
    String name = l.isString(2) ? l.toText(2) : l.toText(1);
    return compiled(l, code, name);
  }

  private static int compiled(LuaState l, byte[] code, String name) {
    if (l.load(code, 0, name)) {
      return 1;
    }
    l.pushNil();
    l.insert(-2);
    return 2;
  }

  private int load(LuaState l) {
    if (l.type(1) != LuaLibrary.FUNCTION) {
      throw LuaError.argument(1, "function expected, got " + l.typeName(1));
    }
    String name = l.isString(2) ? l.toText(2) : "=(load)";
    byte[] code = new byte[0];
    while (true) {
      l.top(1);
      l.pushValue(1);
      if (l.call(0, 1, 0) != 0) {
        runtime.caught();
        l.pushNil();
        l.insert(-2);
        return 2;
      }
      if (l.type(-1) == LuaLibrary.NIL) {
        return compiled(l, code, name);
      }
      if (!l.isString(-1)) {
        throw LuaError.text("reader function must return a string");
      }
      byte[] piece = l.toBytes(-1);
      if (piece.length == 0) {
        return compiled(l, code, name);
      }
      int size = code.length;
      code = Arrays.copyOf(code, size + piece.length);
      System.arraycopy(piece, 0, code, size, piece.length);
    }
  }
}

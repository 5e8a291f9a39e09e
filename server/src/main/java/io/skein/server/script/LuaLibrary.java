package io.skein.server.script;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The functions of Lua's C interface that are used here.
///
/// Addresses, those of interpreters too, are plain longs: that saves an object per call. Functions
/// that call nothing back are linked as *critical*, which halves their cost.
///
/// The library is loaded when this class is, on the first script.
///
/// *See* the reference manual of Lua 5.1, section 3.
@SuppressWarnings("restricted") // The launcher allows native access, which Netty needs too.
final class LuaLibrary {
  static final int REGISTRY = -10000;
  static final int GLOBALS = -10002;

  static final int NIL = 0;
  static final int BOOLEAN = 1;
  static final int LIGHT_USERDATA = 2;
  static final int NUMBER = 3;
  static final int STRING = 4;
  static final int TABLE = 5;
  static final int FUNCTION = 6;

  static final int MULTIPLE_RESULTS = -1;

  /// Kinds of events that a hook is called for, as bits.
  static final int ON_RETURN = 2;

  static final int ON_LINE = 4;
  static final int ON_COUNT = 8;

  /// Where the name of the function is in what Lua tells of a call.
  static final long NAME_OFFSET = 8;

  private static final int GC_COUNT = 3;
  private static final int GC_COUNT_BYTES = 4;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup SYMBOLS = LuaFile.load();
  private static final Linker.Option CRITICAL = Linker.Option.critical(false);

  /// A function of up to four arguments. They go in registers, as wide as a long each, so that one
  /// shape serves all: what is meant as an int is read from the lower half, what is too many is not
  /// read, and what comes back from a function that returns nothing is meaningless. Each shape that
  /// is linked costs some milliseconds, which the first script would wait for.
  private static final FunctionDescriptor ANY =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private static final MethodHandle QUICK = LINKER.downcallHandle(ANY, CRITICAL);
  private static final MethodHandle CALLING = LINKER.downcallHandle(ANY);
  private static final MethodHandle TO_NUMBER =
      LINKER.downcallHandle(
          symbol("lua_tonumber"),
          FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG, JAVA_INT),
          CRITICAL);
  private static final MethodHandle PUSH_NUMBER =
      LINKER.downcallHandle(
          symbol("lua_pushnumber"), FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_DOUBLE), CRITICAL);

  static final MemorySegment GET_TOP = symbol("lua_gettop");
  static final MemorySegment SET_TOP = symbol("lua_settop");
  static final MemorySegment TYPE = symbol("lua_type");
  static final MemorySegment TO_BOOLEAN = symbol("lua_toboolean");
  static final MemorySegment IS_NUMBER = symbol("lua_isnumber");
  static final MemorySegment CHECK_STACK = symbol("lua_checkstack");
  static final MemorySegment NEXT = symbol("lua_next");
  static final MemorySegment GET_METATABLE = symbol("lua_getmetatable");
  static final MemorySegment SET_METATABLE = symbol("lua_setmetatable");
  static final MemorySegment SET_ENVIRONMENT = symbol("lua_setfenv");
  static final MemorySegment REFERENCE = symbol("luaL_ref");
  static final MemorySegment TO_POINTER = symbol("lua_topointer");
  static final MemorySegment LENGTH = symbol("lua_objlen");
  static final MemorySegment PUSH_VALUE = symbol("lua_pushvalue");
  static final MemorySegment PUSH_BOOLEAN = symbol("lua_pushboolean");
  static final MemorySegment REMOVE = symbol("lua_remove");
  static final MemorySegment INSERT = symbol("lua_insert");
  static final MemorySegment REPLACE = symbol("lua_replace");
  static final MemorySegment RAW_GET = symbol("lua_rawget");
  static final MemorySegment RAW_SET = symbol("lua_rawset");
  static final MemorySegment CONCAT = symbol("lua_concat");
  static final MemorySegment WHERE = symbol("luaL_where");
  static final MemorySegment RAW_GET_AT = symbol("lua_rawgeti");
  static final MemorySegment RAW_SET_AT = symbol("lua_rawseti");
  static final MemorySegment CREATE_TABLE = symbol("lua_createtable");
  static final MemorySegment FORGET = symbol("luaL_unref");
  static final MemorySegment PUSH_NIL = symbol("lua_pushnil");
  static final MemorySegment PUSH_POINTER = symbol("lua_pushlightuserdata");
  static final MemorySegment TO_BYTES = symbol("lua_tolstring");
  static final MemorySegment PUSH_BYTES = symbol("lua_pushlstring");
  static final MemorySegment SET_HOOK = symbol("lua_sethook");
  static final MemorySegment GET_STACK = symbol("lua_getstack");
  static final MemorySegment GET_INFO = symbol("lua_getinfo");
  static final MemorySegment PUSH_CLOSURE = symbol("lua_pushcclosure");

  // What may take its time, or call us back: not critical.
  static final MemorySegment PROTECTED_CALL = symbol("lua_pcall");
  static final MemorySegment LOAD = symbol("luaL_loadbuffer");
  private static final MemorySegment GC = symbol("lua_gc");
  private static final MemorySegment OPEN = symbol("luaL_newstate");
  private static final MemorySegment CLOSE = symbol("lua_close");

  /// A function of C that raises the value at the top of the stack as an error. It is not called
  /// from Java, whose frames it would jump over; it serves as a hook.
  static final long RAISE = address("lua_error");

  /// The same for a text of its own making.
  static final long RAISE_TEXT = address("luaL_error");

  private LuaLibrary() {}

  /// A new interpreter without any library.
  static long open() {
    return run(OPEN, 0, 0, 0, 0);
  }

  static void close(long state) {
    run(CLOSE, state, 0, 0, 0);
  }

  /// The memory that an interpreter takes, in bytes.
  static long memoryBytes(long state) {
    int kilobytes = (int) run(GC, state, GC_COUNT, 0, 0);
    int rest = (int) run(GC, state, GC_COUNT_BYTES, 0, 0);
    return kilobytes * 1024L + rest;
  }

  /// Calls a function that calls nothing back and is done at once.
  static long call(MemorySegment function, long a, long b, long c, long d) {
    try {
      return (long) QUICK.invokeExact(function, a, b, c, d);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static long call(MemorySegment function, long a, long b, long c) {
    return call(function, a, b, c, 0);
  }

  static long call(MemorySegment function, long a, long b) {
    return call(function, a, b, 0, 0);
  }

  static long call(MemorySegment function, long a) {
    return call(function, a, 0, 0, 0);
  }

  /// Calls a function that may call us back, or take its time.
  static long run(MemorySegment function, long a, long b, long c, long d) {
    try {
      return (long) CALLING.invokeExact(function, a, b, c, d);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static double toNumber(long state, int index) {
    try {
      return (double) TO_NUMBER.invokeExact(state, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  static void pushNumber(long state, double value) {
    try {
      PUSH_NUMBER.invokeExact(state, value);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(cause);
  }

  /// The address of a function of the library.
  static long address(String name) {
    return symbol(name).address();
  }

  /// The address of a function of C that calls `target`.
  static MemorySegment callback(MethodHandle target, FunctionDescriptor descriptor, Arena arena) {
    return LINKER.upcallStub(target, descriptor, arena);
  }

  /// The text that ends with a zero byte at an address.
  static String textAt(long address) {
    return MemorySegment.ofAddress(address).reinterpret(256).getString(0);
  }

  private static MemorySegment symbol(String name) {
    return SYMBOLS
        .find(name)
        .orElseThrow(() -> new UnsatisfiedLinkError("the library of Lua has no " + name));
  }
}

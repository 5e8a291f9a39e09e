package io.skein.server.script;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

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
  private static final SymbolLookup SYMBOLS = load();
  private static final Linker.Option[] CRITICAL = {Linker.Option.critical(false)};
  private static final Linker.Option[] PLAIN = {};

  private static final FunctionDescriptor INT_OF_STATE = FunctionDescriptor.of(JAVA_INT, JAVA_LONG);
  private static final FunctionDescriptor INT_OF_INDEX =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final FunctionDescriptor LONG_OF_INDEX =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final FunctionDescriptor OF_INDEX = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT);
  private static final FunctionDescriptor OF_TWO =
      FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor OF_BYTES =
      FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG);

  static final MethodHandle GET_TOP = quick("lua_gettop", INT_OF_STATE);
  static final MethodHandle SET_TOP = quick("lua_settop", OF_INDEX);
  static final MethodHandle TYPE = quick("lua_type", INT_OF_INDEX);
  static final MethodHandle TO_BOOLEAN = quick("lua_toboolean", INT_OF_INDEX);
  static final MethodHandle IS_NUMBER = quick("lua_isnumber", INT_OF_INDEX);
  static final MethodHandle CHECK_STACK = quick("lua_checkstack", INT_OF_INDEX);
  static final MethodHandle NEXT = quick("lua_next", INT_OF_INDEX);
  static final MethodHandle GET_METATABLE = quick("lua_getmetatable", INT_OF_INDEX);
  static final MethodHandle SET_METATABLE = quick("lua_setmetatable", INT_OF_INDEX);
  static final MethodHandle SET_ENVIRONMENT = quick("lua_setfenv", INT_OF_INDEX);
  static final MethodHandle REFERENCE = quick("luaL_ref", INT_OF_INDEX);
  static final MethodHandle TO_POINTER = quick("lua_topointer", LONG_OF_INDEX);
  static final MethodHandle LENGTH = quick("lua_objlen", LONG_OF_INDEX);
  static final MethodHandle PUSH_VALUE = quick("lua_pushvalue", OF_INDEX);
  static final MethodHandle PUSH_BOOLEAN = quick("lua_pushboolean", OF_INDEX);
  static final MethodHandle REMOVE = quick("lua_remove", OF_INDEX);
  static final MethodHandle INSERT = quick("lua_insert", OF_INDEX);
  static final MethodHandle REPLACE = quick("lua_replace", OF_INDEX);
  static final MethodHandle RAW_GET = quick("lua_rawget", OF_INDEX);
  static final MethodHandle RAW_SET = quick("lua_rawset", OF_INDEX);
  static final MethodHandle CONCAT = quick("lua_concat", OF_INDEX);
  static final MethodHandle WHERE = quick("luaL_where", OF_INDEX);
  static final MethodHandle RAW_GET_AT = quick("lua_rawgeti", OF_TWO);
  static final MethodHandle RAW_SET_AT = quick("lua_rawseti", OF_TWO);
  static final MethodHandle CREATE_TABLE = quick("lua_createtable", OF_TWO);
  static final MethodHandle FORGET = quick("luaL_unref", OF_TWO);
  static final MethodHandle PUSH_NIL = quick("lua_pushnil", FunctionDescriptor.ofVoid(JAVA_LONG));
  static final MethodHandle PUSH_POINTER =
      quick("lua_pushlightuserdata", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
  static final MethodHandle TO_NUMBER =
      quick("lua_tonumber", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG, JAVA_INT));
  static final MethodHandle PUSH_NUMBER =
      quick("lua_pushnumber", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_DOUBLE));
  static final MethodHandle TO_BYTES =
      quick("lua_tolstring", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG));
  static final MethodHandle PUSH_BYTES = quick("lua_pushlstring", OF_BYTES);
  static final MethodHandle SET_HOOK =
      quick(
          "lua_sethook", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
  static final MethodHandle GET_STACK =
      quick("lua_getstack", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG));
  static final MethodHandle GET_INFO =
      quick("lua_getinfo", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  static final MethodHandle PUSH_CLOSURE =
      quick("lua_pushcclosure", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_INT));
  static final MethodHandle PROTECTED_CALL =
      link(
          "lua_pcall",
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT),
          PLAIN);
  static final MethodHandle LOAD =
      link(
          "luaL_loadbuffer",
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          PLAIN);
  private static final MethodHandle GC =
      link("lua_gc", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT), PLAIN);
  private static final MethodHandle OPEN =
      link("luaL_newstate", FunctionDescriptor.of(JAVA_LONG), PLAIN);
  private static final MethodHandle CLOSE =
      link("lua_close", FunctionDescriptor.ofVoid(JAVA_LONG), PLAIN);

  /// A function of C that raises the value at the top of the stack as an error. It is not called
  /// from Java, whose frames it would jump over; it serves as a hook.
  static final long RAISE = address("lua_error");

  /// The same for a text of its own making.
  static final long RAISE_TEXT = address("luaL_error");

  private LuaLibrary() {}

  /// A new interpreter without any library.
  static long open() {
    try {
      return (long) OPEN.invokeExact();
    } catch (Throwable e) {
      throw LuaState.failed(e);
    }
  }

  static void close(long state) {
    try {
      CLOSE.invokeExact(state);
    } catch (Throwable e) {
      throw LuaState.failed(e);
    }
  }

  /// The memory that an interpreter takes, in bytes.
  static long memoryBytes(long state) {
    try {
      int kilobytes = (int) GC.invokeExact(state, GC_COUNT, 0);
      int rest = (int) GC.invokeExact(state, GC_COUNT_BYTES, 0);
      return kilobytes * 1024L + rest;
    } catch (Throwable e) {
      throw LuaState.failed(e);
    }
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

  private static MethodHandle quick(String name, FunctionDescriptor descriptor) {
    return link(name, descriptor, CRITICAL);
  }

  private static MethodHandle link(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(symbol(name), descriptor, options);
  }

  static FunctionDescriptor functionOf(MemoryLayout... arguments) {
    return FunctionDescriptor.of(JAVA_INT, arguments);
  }

  /// Loads the library out of its jar, by way of a file that is gone as soon as it is loaded.
  private static SymbolLookup load() {
    String resource = fileName();
    try (InputStream in = LuaLibrary.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new UnsatisfiedLinkError("there is no " + resource + " for this machine");
      }
      Path file = Files.createTempFile("skein-lua", resource.substring(resource.lastIndexOf('.')));
      try {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        return SymbolLookup.libraryLookup(file, Arena.global());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String fileName() {
    String arch = System.getProperty("os.arch");
    boolean arm = arch.equals("aarch64") || arch.equals("arm64");
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String kind = os.contains("mac") ? ".dylib" : ".so";
    return "liblua51" + (arm ? "arm64" : "64") + kind;
  }
}

package io.skein.server.script;

import static io.skein.server.script.LuaLibrary.NUMBER;
import static io.skein.server.script.LuaLibrary.STRING;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.skein.engine.bytes.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// The stack of an interpreter: values are pushed, looked at and taken off.
///
/// Nothing here runs code of the script or raises an error of Lua's: a jump of C over frames of
/// Java would end the process. Tables are looked at raw, without their metatables.
///
/// *Threads*: only under the data plane.
final class LuaState {
  private static final MemorySegment NAME = Arena.global().allocateFrom("n");
  private static final int SCRATCH_BYTES = 16 * 1024;

  /// The thread of Lua whose stack is meant: coroutines have their own.
  private long thread;

  private final MemorySegment length = Arena.global().allocate(JAVA_LONG);
  private final long lengthAddress = length.address();
  private final long scratchAddress = Arena.global().allocate(SCRATCH_BYTES).address();

  /// What Lua tells of a call, with room to spare.
  private final MemorySegment activation = Arena.global().allocate(256, 8);

  LuaState(long thread) {
    this.thread = thread;
  }

  static IllegalStateException failed(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(cause);
  }

  long thread() {
    return thread;
  }

  /// Has the stack of another thread be meant from now on.
  void thread(long other) {
    thread = other;
  }

  /// How many values there are.
  int top() {
    try {
      return (int) LuaLibrary.GET_TOP.invokeExact(thread);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void top(int count) {
    try {
      LuaLibrary.SET_TOP.invokeExact(thread, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void pop(int count) {
    top(-count - 1);
  }

  /// The type of a value; -1 when there is none.
  int type(int index) {
    try {
      return (int) LuaLibrary.TYPE.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// The name of a value's type.
  String typeName(int index) {
    return switch (type(index)) {
      case LuaLibrary.NIL -> "nil";
      case LuaLibrary.BOOLEAN -> "boolean";
      case LuaLibrary.NUMBER -> "number";
      case LuaLibrary.STRING -> "string";
      case LuaLibrary.TABLE -> "table";
      case LuaLibrary.FUNCTION -> "function";
      case LuaLibrary.LIGHT_USERDATA, 7 -> "userdata";
      case 8 -> "thread";
      default -> "no value";
    };
  }

  boolean isNumber(int index) {
    try {
      return (int) LuaLibrary.IS_NUMBER.invokeExact(thread, index) != 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Whether it is a string, or a number that is as good as one.
  boolean isString(int index) {
    int type = type(index);
    return type == STRING || type == NUMBER;
  }

  boolean toBoolean(int index) {
    try {
      return (int) LuaLibrary.TO_BOOLEAN.invokeExact(thread, index) != 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  double toNumber(int index) {
    try {
      return (double) LuaLibrary.TO_NUMBER.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Where the bytes of a string lie, which [#lastLength] tells the number of; 0 when it is none. A
  /// number becomes a string where it stands.
  long stringAddress(int index) {
    try {
      return (long) LuaLibrary.TO_BYTES.invokeExact(thread, index, lengthAddress);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// The length of the string that was looked at last.
  int lastLength() {
    return Math.toIntExact(length.get(JAVA_LONG, 0));
  }

  /// Copies bytes of a string to an array.
  static void copy(long address, byte[] target, int at, int count) {
    Memory.copy(address, target, at, count);
  }

  /// The bytes of a string or a number; empty for anything else.
  byte[] toBytes(int index) {
    long address = stringAddress(index);
    if (address == 0) {
      return new byte[0];
    }
    byte[] bytes = new byte[lastLength()];
    copy(address, bytes, 0, bytes.length);
    return bytes;
  }

  /// The text of a string or a number.
  String toText(int index) {
    return new String(toBytes(index), StandardCharsets.UTF_8);
  }

  long pointer(int index) {
    try {
      return (long) LuaLibrary.TO_POINTER.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// The length of a table's array, or of a string.
  long length(int index) {
    try {
      return (long) LuaLibrary.LENGTH.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Makes room for `more` values; false when there is none.
  boolean hasRoom(int more) {
    try {
      return (int) LuaLibrary.CHECK_STACK.invokeExact(thread, more) != 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void pushNil() {
    try {
      LuaLibrary.PUSH_NIL.invokeExact(thread);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void pushBoolean(boolean value) {
    try {
      LuaLibrary.PUSH_BOOLEAN.invokeExact(thread, value ? 1 : 0);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void pushNumber(double value) {
    try {
      LuaLibrary.PUSH_NUMBER.invokeExact(thread, value);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Pushes the null of C, which stands for the null of JSON.
  void pushNullPointer() {
    try {
      LuaLibrary.PUSH_POINTER.invokeExact(thread, 0L);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void pushBytes(byte[] bytes) {
    pushBytes(bytes, 0, bytes.length);
  }

  void pushBytes(byte[] bytes, int offset, int count) {
    if (count <= SCRATCH_BYTES) {
      Memory.copy(bytes, offset, scratchAddress, count);
      pushNative(scratchAddress, count);
    } else {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment copy = arena.allocate(count);
        MemorySegment.copy(bytes, offset, copy, JAVA_BYTE, 0, count);
        pushNative(copy.address(), count);
      }
    }
  }

  private void pushNative(long address, long count) {
    try {
      LuaLibrary.PUSH_BYTES.invokeExact(thread, address, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void pushText(String text) {
    pushBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  void pushValue(int index) {
    try {
      LuaLibrary.PUSH_VALUE.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void remove(int index) {
    try {
      LuaLibrary.REMOVE.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void insert(int index) {
    try {
      LuaLibrary.INSERT.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void replace(int index) {
    try {
      LuaLibrary.REPLACE.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Pushes a new table with room for so many elements and fields.
  void pushTable(int elements, int fields) {
    try {
      LuaLibrary.CREATE_TABLE.invokeExact(thread, elements, fields);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Puts in place of the key at the top what the table at `index` has for it.
  void get(int index) {
    try {
      LuaLibrary.RAW_GET.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Takes the value and, below it, the key off, and sets them in the table at `index`.
  void set(int index) {
    try {
      LuaLibrary.RAW_SET.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Pushes element `n` of the table at `index`.
  void getAt(int index, int n) {
    try {
      LuaLibrary.RAW_GET_AT.invokeExact(thread, index, n);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Takes the value at the top off and sets it as element `n` of the table at `index`.
  void setAt(int index, int n) {
    try {
      LuaLibrary.RAW_SET_AT.invokeExact(thread, index, n);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Pushes field `name` of the table at `index`, and tells its type.
  int getField(int index, byte[] name) {
    int absolute = index < 0 && index > LuaLibrary.REGISTRY ? top() + 1 + index : index;
    pushBytes(name);
    get(absolute);
    return type(-1);
  }

  /// Takes the value at the top off and sets it as field `name` of the table at `index`.
  void setField(int index, String name) {
    int absolute = index < 0 && index > LuaLibrary.REGISTRY ? top() + 1 + index : index;
    pushText(name);
    insert(-2);
    set(absolute);
  }

  /// Takes the key at the top off and pushes the key and the value that follow it in the table;
  /// false when there are no more.
  boolean next(int index) {
    try {
      return (int) LuaLibrary.NEXT.invokeExact(thread, index) != 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Pushes the metatable of a value; false, and nothing is pushed, when it has none.
  boolean getMetatable(int index) {
    try {
      return (int) LuaLibrary.GET_METATABLE.invokeExact(thread, index) != 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Takes the table at the top off and makes it the metatable of the value at `index`.
  void setMetatable(int index) {
    try {
      int ignored = (int) LuaLibrary.SET_METATABLE.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Takes the table at the top off and makes it the globals of the function at `index`.
  void setEnvironment(int index) {
    try {
      int ignored = (int) LuaLibrary.SET_ENVIRONMENT.invokeExact(thread, index);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Takes the value at the top off and returns a number by which [#pushReferred] finds it.
  int refer() {
    try {
      return (int) LuaLibrary.REFERENCE.invokeExact(thread, LuaLibrary.REGISTRY);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  void pushReferred(int reference) {
    getAt(LuaLibrary.REGISTRY, reference);
  }

  void forget(int reference) {
    try {
      LuaLibrary.FORGET.invokeExact(thread, LuaLibrary.REGISTRY, reference);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// What the running function is called by its caller, as far as that has a name for it.
  String calledName() {
    try {
      boolean running =
          (int) LuaLibrary.GET_STACK.invokeExact(thread, 0, activation.address()) != 0;
      if (running
          && (int) LuaLibrary.GET_INFO.invokeExact(thread, NAME.address(), activation.address())
              != 0) {
        long name = activation.get(JAVA_LONG, LuaLibrary.NAME_OFFSET);
        return name == 0 ? "?" : LuaLibrary.textAt(name);
      }
      return "?";
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Pushes where the code is that has called the running function: `user_script:1: `.
  void pushWhere() {
    try {
      LuaLibrary.WHERE.invokeExact(thread, 1);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Joins the strings at the top.
  void concat(int count) {
    try {
      LuaLibrary.CONCAT.invokeExact(thread, count);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Calls the function below its arguments; 0, or else an error is at the top.
  ///
  /// @param handler the index of the function that sees an error first, or 0
  int call(int arguments, int results, int handler) {
    try {
      return (int) LuaLibrary.PROTECTED_CALL.invokeExact(thread, arguments, results, handler);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Compiles code and pushes it as a function; false, and why not is pushed, when that fails.
  /// Compiled code is not taken: nothing would check it.
  boolean load(byte[] code, int from, String name) {
    int count = code.length - from;
    if (count > 0 && code[from] == 0x1b) {
      pushText("compiled code is not taken");
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(Math.max(1, count));
      MemorySegment.copy(code, from, copy, JAVA_BYTE, 0, count);
      MemorySegment title = arena.allocateFrom(name);
      return (int)
              LuaLibrary.LOAD.invokeExact(thread, copy.address(), (long) count, title.address())
          == 0;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Has the function at an address be called on events.
  void hook(long address, int events, int instructions) {
    try {
      int ignored = (int) LuaLibrary.SET_HOOK.invokeExact(thread, address, events, instructions);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /// Pushes the function of C at an address, with as many values of the stack as it keeps.
  void pushFunction(long address, int kept) {
    try {
      LuaLibrary.PUSH_CLOSURE.invokeExact(thread, address, kept);
    } catch (Throwable e) {
      throw failed(e);
    }
  }
}

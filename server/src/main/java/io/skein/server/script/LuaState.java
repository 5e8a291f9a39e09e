package io.skein.server.script;

import static io.skein.server.script.LuaLibrary.NUMBER;
import static io.skein.server.script.LuaLibrary.STRING;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Text;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

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

  private final MemorySegment length;
  private final long lengthAddress;
  private final long scratchAddress;

  /// What Lua tells of a call, with room to spare.
  private final MemorySegment activation;

  /// @param arena whose memory this takes, as long as the interpreter lives
  LuaState(long thread, Arena arena) {
    this.thread = thread;
    length = arena.allocate(JAVA_LONG);
    lengthAddress = length.address();
    scratchAddress = arena.allocate(SCRATCH_BYTES).address();
    activation = arena.allocate(256, 8);
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
    return (int) LuaLibrary.call(LuaLibrary.GET_TOP, thread);
  }

  void top(int count) {
    LuaLibrary.call(LuaLibrary.SET_TOP, thread, count);
  }

  void pop(int count) {
    top(-count - 1);
  }

  /// The type of a value; -1 when there is none.
  int type(int index) {
    return (int) LuaLibrary.call(LuaLibrary.TYPE, thread, index);
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
    return (int) LuaLibrary.call(LuaLibrary.IS_NUMBER, thread, index) != 0;
  }

  /// Whether it is a string, or a number that is as good as one.
  boolean isString(int index) {
    int type = type(index);
    return type == STRING || type == NUMBER;
  }

  boolean toBoolean(int index) {
    return (int) LuaLibrary.call(LuaLibrary.TO_BOOLEAN, thread, index) != 0;
  }

  double toNumber(int index) {
    return LuaLibrary.toNumber(thread, index);
  }

  /// Where the bytes of a string lie, which [#lastLength] tells the number of; 0 when it is none. A
  /// number becomes a string where it stands.
  long stringAddress(int index) {
    return LuaLibrary.call(LuaLibrary.TO_BYTES, thread, index, lengthAddress);
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
    byte[] bytes = toBytes(index);
    return Text.decode(bytes, 0, bytes.length);
  }

  long pointer(int index) {
    return LuaLibrary.call(LuaLibrary.TO_POINTER, thread, index);
  }

  /// The length of a table's array, or of a string.
  long length(int index) {
    return LuaLibrary.call(LuaLibrary.LENGTH, thread, index);
  }

  /// Makes room for `more` values; false when there is none.
  boolean hasRoom(int more) {
    return (int) LuaLibrary.call(LuaLibrary.CHECK_STACK, thread, more) != 0;
  }

  void pushNil() {
    LuaLibrary.call(LuaLibrary.PUSH_NIL, thread);
  }

  void pushBoolean(boolean value) {
    LuaLibrary.call(LuaLibrary.PUSH_BOOLEAN, thread, value ? 1 : 0);
  }

  void pushNumber(double value) {
    LuaLibrary.pushNumber(thread, value);
  }

  /// Pushes the null of C, which stands for the null of JSON.
  void pushNullPointer() {
    LuaLibrary.call(LuaLibrary.PUSH_POINTER, thread, 0L);
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
    LuaLibrary.call(LuaLibrary.PUSH_BYTES, thread, address, count);
  }

  void pushText(String text) {
    pushBytes(Text.encode(text));
  }

  void pushValue(int index) {
    LuaLibrary.call(LuaLibrary.PUSH_VALUE, thread, index);
  }

  void remove(int index) {
    LuaLibrary.call(LuaLibrary.REMOVE, thread, index);
  }

  void insert(int index) {
    LuaLibrary.call(LuaLibrary.INSERT, thread, index);
  }

  void replace(int index) {
    LuaLibrary.call(LuaLibrary.REPLACE, thread, index);
  }

  /// Pushes a new table with room for so many elements and fields.
  void pushTable(int elements, int fields) {
    LuaLibrary.call(LuaLibrary.CREATE_TABLE, thread, elements, fields);
  }

  /// Puts in place of the key at the top what the table at `index` has for it.
  void get(int index) {
    LuaLibrary.call(LuaLibrary.RAW_GET, thread, index);
  }

  /// Takes the value and, below it, the key off, and sets them in the table at `index`.
  void set(int index) {
    LuaLibrary.call(LuaLibrary.RAW_SET, thread, index);
  }

  /// Pushes element `n` of the table at `index`.
  void getAt(int index, int n) {
    LuaLibrary.call(LuaLibrary.RAW_GET_AT, thread, index, n);
  }

  /// Takes the value at the top off and sets it as element `n` of the table at `index`.
  void setAt(int index, int n) {
    LuaLibrary.call(LuaLibrary.RAW_SET_AT, thread, index, n);
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
    return (int) LuaLibrary.call(LuaLibrary.NEXT, thread, index) != 0;
  }

  /// Pushes the metatable of a value; false, and nothing is pushed, when it has none.
  boolean getMetatable(int index) {
    return (int) LuaLibrary.call(LuaLibrary.GET_METATABLE, thread, index) != 0;
  }

  /// Takes the table at the top off and makes it the metatable of the value at `index`.
  void setMetatable(int index) {
    LuaLibrary.call(LuaLibrary.SET_METATABLE, thread, index);
  }

  /// Takes the table at the top off and makes it the globals of the function at `index`.
  void setEnvironment(int index) {
    LuaLibrary.call(LuaLibrary.SET_ENVIRONMENT, thread, index);
  }

  /// Takes the value at the top off and returns a number by which [#pushReferred] finds it.
  int refer() {
    return (int) LuaLibrary.call(LuaLibrary.REFERENCE, thread, LuaLibrary.REGISTRY);
  }

  void pushReferred(int reference) {
    getAt(LuaLibrary.REGISTRY, reference);
  }

  void forget(int reference) {
    LuaLibrary.call(LuaLibrary.FORGET, thread, LuaLibrary.REGISTRY, reference);
  }

  /// What the running function is called by its caller, as far as that has a name for it.
  String calledName() {
    long at = activation.address();
    if ((int) LuaLibrary.call(LuaLibrary.GET_STACK, thread, 0, at) == 0
        || (int) LuaLibrary.call(LuaLibrary.GET_INFO, thread, NAME.address(), at) == 0) {
      return "?";
    }
    long name = activation.get(JAVA_LONG, LuaLibrary.NAME_OFFSET);
    return name == 0 ? "?" : LuaLibrary.textAt(name);
  }

  /// Pushes where the code is that has called the running function: `user_script:1: `.
  void pushWhere() {
    LuaLibrary.call(LuaLibrary.WHERE, thread, 1);
  }

  /// Joins the strings at the top.
  void concat(int count) {
    LuaLibrary.call(LuaLibrary.CONCAT, thread, count);
  }

  /// Calls the function below its arguments; 0, or else an error is at the top.
  ///
  /// @param handler the index of the function that sees an error first, or 0
  int call(int arguments, int results, int handler) {
    return (int) LuaLibrary.run(LuaLibrary.PROTECTED_CALL, thread, arguments, results, handler);
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
      long start = copy.address();
      return (int) LuaLibrary.run(LuaLibrary.LOAD, thread, start, count, title.address()) == 0;
    }
  }

  /// Has the function at an address be called on events.
  void hook(long address, int events, int instructions) {
    LuaLibrary.call(LuaLibrary.SET_HOOK, thread, address, events, instructions);
  }

  /// Pushes the function of C at an address, with as many values of the stack as it keeps.
  void pushFunction(long address, int kept) {
    LuaLibrary.call(LuaLibrary.PUSH_CLOSURE, thread, address, kept);
  }
}

package io.skein.server.script;

/// Unpacks MessagePack to values of Lua.
final class MessagePackReader {
  private static final LuaError MISSING = LuaError.text("Missing bytes in input.");
  private static final LuaError BAD = LuaError.text("Bad data format in input.");

  private final LuaState lua;
  private final byte[] data;
  private int at;

  MessagePackReader(LuaState lua, byte[] data, int offset) {
    this.lua = lua;
    this.data = data;
    this.at = offset;
  }

  boolean hasMore() {
    return at < data.length;
  }

  int position() {
    return at;
  }

  private void need(long bytes) {
    if (data.length - at < bytes) {
      throw MISSING;
    }
  }

  private long unsigned(int bytes) {
    need(bytes);
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | data[at++] & 0xff;
    }
    return value;
  }

  private void string(long length) {
    need(length);
    lua.pushBytes(data, at, (int) length);
    at += (int) length;
  }

  /// Pushes the next value.
  ///
  /// @throws LuaError when there is none, or the stack is full
  void value() {
    need(1);
    if (!lua.hasRoom(3)) {
      throw LuaError.text(
          "stack overflow (too many return values at once; use unpack_one or unpack_limit"
              + " instead.)");
    }
    int first = data[at++] & 0xff;
    switch (first) {
      case 0xc0 -> lua.pushNil();
      case 0xc2 -> lua.pushBoolean(false);
      case 0xc3 -> lua.pushBoolean(true);
      case 0xca -> lua.pushNumber(Float.intBitsToFloat((int) unsigned(4)));
      case 0xcb -> lua.pushNumber(Double.longBitsToDouble(unsigned(8)));
      case 0xcc -> lua.pushNumber((double) unsigned(1));
      case 0xcd -> lua.pushNumber((double) unsigned(2));
      case 0xce -> lua.pushNumber((double) unsigned(4));
      case 0xcf, 0xd3 -> lua.pushNumber((double) unsigned(8));
      case 0xd0 -> lua.pushNumber((byte) unsigned(1));
      case 0xd1 -> lua.pushNumber((short) unsigned(2));
      case 0xd2 -> lua.pushNumber((int) unsigned(4));
      case 0xd9 -> string(unsigned(1));
      case 0xda -> string(unsigned(2));
      case 0xdb -> string(unsigned(4));
      case 0xdc -> array(unsigned(2));
      case 0xdd -> array(unsigned(4));
      case 0xde -> map(unsigned(2));
      case 0xdf -> map(unsigned(4));
      default -> small(first);
    }
  }

  private void small(int first) {
    if (first < 0x80) {
      lua.pushNumber(first);
    } else if (first >= 0xe0) {
      lua.pushNumber((byte) first);
    } else if (first >= 0xa0 && first < 0xc0) {
      string(first & 0x1f);
    } else if (first < 0x90) {
      map(first & 0xf);
    } else if (first < 0xa0) {
      array(first & 0xf);
    } else {
      throw BAD;
    }
  }

  private void array(long count) {
    lua.pushTable(0, 0);
    for (long i = 1; i <= count; i++) {
      value();
      lua.setAt(-2, (int) i);
    }
  }

  private void map(long count) {
    lua.pushTable(0, 0);
    for (long i = 0; i < count; i++) {
      value();
      value();
      Sandbox.checkKey(lua, -2);
      lua.set(-3);
    }
  }
}

package io.skein.server.script;

import java.util.Arrays;

/// Packs values of Lua as MessagePack, in the shortest form of each.
final class MessagePackWriter {
  /// Tables that are nested deeper than this are packed as nil.
  private static final int MOST_NESTING = 16;

  private static final int KEPT_BYTES = 64 * 1024;

  private byte[] out = new byte[512];
  private int size;

  void begin() {
    size = 0;
    if (out.length > KEPT_BYTES) {
      out = new byte[512];
    }
  }

  byte[] bytes() {
    return out;
  }

  int size() {
    return size;
  }

  /// Takes the value at the top off and packs it.
  void value(LuaState lua, int level) {
    switch (lua.type(-1)) {
      case LuaLibrary.STRING -> string(lua);
      case LuaLibrary.BOOLEAN -> number(lua.toBoolean(-1) ? 0xc3 : 0xc2, 0, 0);
      case LuaLibrary.NUMBER -> number(lua.toNumber(-1));
      case LuaLibrary.TABLE -> {
        if (level == MOST_NESTING) {
          number(0xc0, 0, 0);
        } else if (isArray(lua)) {
          array(lua, level);
        } else {
          map(lua, level);
        }
      }
      default -> number(0xc0, 0, 0);
    }
    lua.pop(1);
  }

  private void room(long more) {
    if (size + more > Integer.MAX_VALUE - 64) {
      throw LuaError.text("string too long");
    }
    if (out.length - size < more) {
      out = Arrays.copyOf(out, (int) Math.max(size + more, Math.min(size * 2L, 1 << 30)));
    }
  }

  /// Writes the byte that tells what comes, and a number of so many bytes behind it.
  private void number(int first, long value, int bytes) {
    room(9);
    out[size++] = (byte) first;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out[size++] = (byte) (value >>> shift);
    }
  }

  private void string(LuaState lua) {
    long address = lua.stringAddress(-1);
    int length = lua.lastLength();
    if (length < 32) {
      number(0xa0 | length, 0, 0);
    } else if (length <= 0xff) {
      number(0xd9, length, 1);
    } else if (length <= 0xffff) {
      number(0xda, length, 2);
    } else {
      number(0xdb, length, 4);
    }
    room(length);
    LuaState.copy(address, out, size, length);
    size += length;
  }

  private void number(double value) {
    if (value >= -0x1p63 && value < 0x1p63 && (long) value == value) {
      integer((long) value);
    } else if ((float) value == value) {
      number(0xca, Float.floatToRawIntBits((float) value), 4);
    } else {
      number(0xcb, Double.doubleToRawLongBits(value), 8);
    }
  }

  private void integer(long n) {
    if (n >= 0) {
      if (n <= 127) {
        number((int) n, 0, 0);
      } else if (n <= 0xff) {
        number(0xcc, n, 1);
      } else if (n <= 0xffff) {
        number(0xcd, n, 2);
      } else if (n <= 0xffffffffL) {
        number(0xce, n, 4);
      } else {
        number(0xcf, n, 8);
      }
    } else if (n >= -32) {
      number((int) n & 0xff, 0, 0);
    } else if (n >= Byte.MIN_VALUE) {
      number(0xd0, n, 1);
    } else if (n >= Short.MIN_VALUE) {
      number(0xd1, n, 2);
    } else if (n >= Integer.MIN_VALUE) {
      number(0xd2, n, 4);
    } else {
      number(0xd3, n, 8);
    }
  }

  /// Whether the table at the top has the keys 1 to n and no others.
  private static boolean isArray(LuaState lua) {
    checkRoom(lua, 2, "table_is_an_array");
    long most = 0;
    long count = 0;
    lua.pushNil();
    while (lua.next(-2)) {
      lua.pop(1);
      double n = lua.type(-1) == LuaLibrary.NUMBER ? lua.toNumber(-1) : 0;
      if (!(n > 0) || n >= 0x1p31 || (int) n != n) {
        lua.pop(1);
        return false;
      }
      most = Math.max(most, (long) n);
      count++;
    }
    return most == count;
  }

  private static void checkRoom(LuaState lua, int more, String where) {
    if (!lua.hasRoom(more)) {
      throw LuaError.text("stack overflow (in function " + where + ")");
    }
  }

  private void array(LuaState lua, int level) {
    int count = (int) lua.length(-1);
    if (count <= 15) {
      number(0x90 | count, 0, 0);
    } else if (count <= 0xffff) {
      number(0xdc, count, 2);
    } else {
      number(0xdd, count, 4);
    }
    checkRoom(lua, 1, "mp_encode_lua_table_as_array");
    for (int i = 1; i <= count; i++) {
      lua.getAt(-1, i);
      value(lua, level + 1);
    }
  }

  private void map(LuaState lua, int level) {
    checkRoom(lua, 3, "mp_encode_lua_table_as_map");
    int count = 0;
    lua.pushNil();
    while (lua.next(-2)) {
      lua.pop(1);
      count++;
    }
    if (count <= 15) {
      number(0x80 | count, 0, 0);
    } else if (count <= 0xffff) {
      number(0xde, count, 2);
    } else {
      number(0xdf, count, 4);
    }
    lua.pushNil();
    while (lua.next(-2)) {
      lua.pushValue(-2);
      value(lua, level + 1);
      value(lua, level + 1);
    }
  }
}

package io.skein.server.script;

import java.util.Arrays;

/// `struct`: numbers and strings packed into bytes as C would.
///
/// *See* the documentation of the library `struct` 0.2 for Lua 5.1.
final class StructModule {
  /// The largest integer that can be packed, in bytes; those beyond eight hold the sign's zeros.
  private static final int MOST_INTEGER_BYTES = 32;

  private static final int NATIVE_ALIGNMENT = 8;

  /// A format on its way through: where it is, and the byte order and alignment so far.
  private static final class Format {
    private final byte[] text;
    private int at;
    private boolean big;
    private int alignment = 1;

    Format(byte[] text) {
      this.text = text;
    }

    boolean hasMore() {
      return at < text.length && text[at] != 0;
    }

    char next() {
      return (char) (text[at++] & 0xff);
    }

    private boolean atDigit() {
      return at < text.length && text[at] >= '0' && text[at] <= '9';
    }

    private int number(int otherwise) {
      if (!atDigit()) {
        return otherwise;
      }
      int value = 0;
      while (atDigit()) {
        int digit = text[at] - '0';
        if (value > Integer.MAX_VALUE / 10 || value * 10 > Integer.MAX_VALUE - digit) {
          throw LuaError.text("integral size overflow");
        }
        value = value * 10 + digit;
        at++;
      }
      return value;
    }

    /// How many bytes an option takes; 0 when that is not known, or it takes none.
    int size(char option) {
      return switch (option) {
        case 'B', 'b', 'x' -> 1;
        case 'H', 'h' -> 2;
        case 'L', 'l', 'T', 'd' -> 8;
        case 'f' -> 4;
        case 'c' -> number(1);
        case 'i', 'I' -> {
          int size = number(4);
          if (size > MOST_INTEGER_BYTES) {
            throw LuaError.text(
                "integral size " + size + " is larger than limit of " + MOST_INTEGER_BYTES);
          }
          yield size;
        }
        default -> 0;
      };
    }

    /// How many bytes are left out before something of that size at that place.
    int padding(long place, char option, int size) {
      if (size == 0 || option == 'c') {
        return 0;
      }
      int unit = Math.min(size, alignment);
      return (int) (unit - (place & unit - 1) & unit - 1);
    }

    /// Carries out an option that packs nothing.
    void control(char option) {
      switch (option) {
        case ' ' -> {}
        case '>' -> big = true;
        case '<' -> big = false;
        case '!' -> {
          int wanted = number(NATIVE_ALIGNMENT);
          if (wanted <= 0 || (wanted & wanted - 1) != 0) {
            throw LuaError.text("alignment " + wanted + " is not a power of 2");
          }
          alignment = wanted;
        }
        default -> throw LuaError.argument(1, "invalid format option '" + option + "'");
      }
    }
  }

  private byte[] out = new byte[256];
  private int size;

  void define(LuaRuntime runtime) {
    runtime.define("pack", this::pack);
    runtime.define("unpack", StructModule::unpack);
    runtime.define("size", StructModule::size);
  }

  private void room(long more) {
    if (size + more > Integer.MAX_VALUE - 64) {
      throw LuaError.text("string too long");
    }
    if (out.length - size < more) {
      out = Arrays.copyOf(out, (int) Math.max(size + more, Math.min(size * 2L, 1 << 30)));
    }
  }

  private int pack(LuaState lua) {
    Format format = new Format(LuaArguments.string(lua, 1));
    // An argument that is missing is told of as nil, as the original does.
    lua.pushNil();
    size = 0;
    int argument = 2;
    while (format.hasMore()) {
      char option = format.next();
      int bytes = format.size(option);
      int padding = format.padding(size, option, bytes);
      room((long) padding + bytes);
      Arrays.fill(out, size, size + padding, (byte) 0);
      size += padding;
      switch (option) {
        case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> {
          double value = LuaArguments.number(lua, argument++);
          integer(toBits(value), bytes, format.big);
        }
        case 'x' -> out[size++] = 0;
        case 'f' -> {
          float value = (float) LuaArguments.number(lua, argument++);
          integer(Float.floatToRawIntBits(value), bytes, format.big);
        }
        case 'd' -> {
          double value = LuaArguments.number(lua, argument++);
          integer(Double.doubleToRawLongBits(value), bytes, format.big);
        }
        case 'c', 's' -> string(lua, argument++, option, bytes);
        default -> format.control(option);
      }
    }
    lua.pushBytes(out, 0, size);
    if (out.length > 64 * 1024) {
      out = new byte[256];
    }
    return 1;
  }

  /// The bits of an integer: what is beyond the signed ones may be one of the unsigned.
  private static long toBits(double value) {
    if (value >= 0x1p63) {
      return value < 0x1p64 ? (long) (value - 0x1p63) ^ Long.MIN_VALUE : 0;
    }
    return LuaArguments.toLong(value);
  }

  private void integer(long value, int bytes, boolean big) {
    for (int i = 0; i < bytes; i++) {
      int place = big ? size + bytes - 1 - i : size + i;
      out[place] = i < Long.BYTES ? (byte) (value >>> 8 * i) : 0;
    }
    size += bytes;
  }

  private void string(LuaState lua, int argument, char option, int bytes) {
    byte[] text = LuaArguments.string(lua, argument);
    int count = bytes == 0 ? text.length : bytes;
    if (text.length < count) {
      throw LuaError.argument(argument + 1, "string too short");
    }
    room(count + 1L);
    System.arraycopy(text, 0, out, size, count);
    size += count;
    if (option == 's') {
      out[size++] = 0;
    }
  }

  private static int unpack(LuaState lua) {
    Format format = new Format(LuaArguments.string(lua, 1));
    byte[] data = LuaArguments.string(lua, 2);
    long place = LuaArguments.integerOr(lua, 3, 1);
    if (place <= 0) {
      throw LuaError.argument(3, "offset must be 1 or greater");
    }
    place--;
    int results = 0;
    lua.top(0);
    while (format.hasMore()) {
      char option = format.next();
      int bytes = format.size(option);
      place += format.padding(place, option, bytes);
      checkLength(data, place, bytes);
      if (!lua.hasRoom(2)) {
        throw LuaError.text("stack overflow (too many results)");
      }
      int at = (int) place;
      switch (option) {
        case 'b', 'h', 'l', 'i' -> {
          lua.pushNumber(signed(bits(data, at, bytes, format.big), bytes));
          results++;
        }
        case 'B', 'H', 'L', 'T', 'I' -> {
          lua.pushNumber(unsigned(bits(data, at, bytes, format.big)));
          results++;
        }
        case 'x' -> {}
        case 'f' -> {
          lua.pushNumber(Float.intBitsToFloat((int) bits(data, at, bytes, format.big)));
          results++;
        }
        case 'd' -> {
          lua.pushNumber(Double.longBitsToDouble(bits(data, at, bytes, format.big)));
          results++;
        }
        case 'c' -> {
          if (bytes == 0) {
            bytes = previousSize(lua, data, place, results);
            results--;
          }
          lua.pushBytes(data, at, bytes);
          results++;
        }
        case 's' -> {
          int end = at;
          while (end < data.length && data[end] != 0) {
            end++;
          }
          if (end == data.length) {
            throw LuaError.text("unfinished string in data");
          }
          lua.pushBytes(data, at, end - at);
          results++;
          bytes = end - at + 1;
        }
        default -> format.control(option);
      }
      place += bytes;
    }
    lua.pushNumber((double) (place + 1));
    return results + 1;
  }

  private static void checkLength(byte[] data, long place, long bytes) {
    if (bytes > data.length || place > data.length - bytes) {
      throw LuaError.argument(2, "data string too short");
    }
  }

  /// The number that was read last, which is the length of a string, is taken back.
  private static int previousSize(LuaState lua, byte[] data, long place, int results) {
    if (results == 0 || !lua.isNumber(-1)) {
      throw LuaError.text("format 'c0' needs a previous size");
    }
    double size = lua.toNumber(-1);
    lua.pop(1);
    checkLength(data, place, size >= 0 && size <= data.length ? (long) size : Long.MAX_VALUE);
    return (int) size;
  }

  private static long bits(byte[] data, int at, int bytes, boolean big) {
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      int place = big ? at + bytes - 1 - i : at + i;
      value = value << 8 | data[place] & 0xff;
    }
    return value;
  }

  private static double signed(long bits, int bytes) {
    int unused = 64 - 8 * Math.clamp(bytes, 1, 8);
    return (double) (bits << unused >> unused);
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? (double) bits : (bits >>> 1 | bits & 1) * 2.0;
  }

  private static int size(LuaState lua) {
    Format format = new Format(LuaArguments.string(lua, 1));
    long place = 0;
    while (format.hasMore()) {
      char option = format.next();
      int bytes = format.size(option);
      place += format.padding(place, option, bytes);
      if (option == 's') {
        throw LuaError.argument(1, "option 's' has no fixed size");
      }
      if (option == 'c' && bytes == 0) {
        throw LuaError.argument(1, "option 'c0' has no fixed size");
      }
      boolean letter = option < 128 && Character.isLetterOrDigit(option);
      if (!letter) {
        format.control(option);
      }
      place += bytes;
    }
    lua.pushNumber((double) place);
    return 1;
  }
}

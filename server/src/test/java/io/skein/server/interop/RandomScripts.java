package io.skein.server.interop;

import java.util.List;
import java.util.SplittableRandom;

/// Random scripts that convert values in every way there is, most of them sensible.
///
/// Tables have an order of their own only where it does not show. Texts of errors have no zero
/// bytes and no line breaks, at which Redis cuts them.
final class RandomScripts {
  private static final String[] NUMBERS = {
    "0",
    "1",
    "-1",
    "127",
    "128",
    "255",
    "256",
    "-32",
    "-33",
    "-128",
    "-129",
    "65535",
    "65536",
    "-32769",
    "2147483647",
    "-2147483649",
    "4294967296",
    "2^53",
    "1e15",
    "123456789012345",
    "1e21",
    "0.1",
    "-0.5",
    "1/3",
    "1e300",
    "-1e-300",
    "-2^63",
    "5e-324",
    "123456.789",
    "1e-5",
    "0.0001"
  };
  private static final String[] CHARACTERS = {
    "a", "b", "\\\"", "\\\\", "/", "\\127", "\\195\\169", "1", " ", "\\t"
  };
  private static final String[] JSON = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"\\u00e9\"",
    "\"\\ud83d\\ude00\"",
    "1",
    "-1.5",
    "1e5",
    "0x1F",
    "inf",
    "nan",
    "true",
    "false",
    "null",
    " ",
    "01",
    "+1",
    ".5",
    "-",
    "\"\\x\"",
    "tru"
  };
  private static final String[] FORMATS = {
    "b", "B", "h", "H", "l", "L", "T", "f", "d", "x", "s", "c3", "c0", "i", "i3", "I8", "<", ">",
    "!", "!4", " "
  };
  private static final String SHOW =
      " for i = 1, #r do if type(r[i]) == 'number' then r[i] = tostring(r[i]) end end return r";

  private final SplittableRandom random;

  RandomScripts(long seed) {
    random = new SplittableRandom(seed);
  }

  private String one(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String several(int most, String... of) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      text.append(one(of));
    }
    return text.toString();
  }

  private String number() {
    return one(NUMBERS);
  }

  /// A number that all versions write alike.
  private String exact() {
    return one("1", "-5", "2^53", "1e15", "0.5", "-0.25");
  }

  private String text() {
    return "\"" + (random.nextInt(5) == 0 ? "" : several(30, CHARACTERS)) + "\"";
  }

  private String value(int depth) {
    return switch (random.nextInt(depth < 4 ? 9 : 5)) {
      case 0, 1 -> number();
      case 2, 3 -> text();
      case 4 -> one("true", "false", "nil");
      case 5, 6 -> {
        StringBuilder list = new StringBuilder("{");
        for (int i = random.nextInt(5); i > 0; i--) {
          list.append(value(depth + 1)).append(',');
        }
        yield list.append('}').toString();
      }
      case 7 -> "{[" + text() + "]=" + value(depth + 1) + "}";
      default -> "{[" + number() + "]=" + value(depth + 1) + "}";
    };
  }

  private String bytes() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(14); i > 0; i--) {
      text.append((char) random.nextInt(256));
    }
    return text.toString();
  }

  /// The next script with its arguments.
  List<String> next() {
    String value = value(0);
    return switch (random.nextInt(13)) {
      case 0 -> List.of("return " + value);
      case 1 -> List.of("return cjson.encode(" + value + ")");
      case 2 -> List.of("return cmsgpack.pack(" + value + ", " + number() + ")");
      case 3 -> List.of("return cjson.encode({cmsgpack.unpack(cmsgpack.pack(" + value + "))})");
      case 4 -> List.of("return {pcall(cjson.decode, ARGV[1])}", several(8, JSON));
      case 5 ->
          List.of(
              "local ok, v = pcall(cjson.decode, ARGV[1]) return ok and cjson.encode(v) or v",
              several(8, JSON));
      case 6 -> List.of("local r = {pcall(cmsgpack.unpack, ARGV[1])}" + SHOW, bytes());
      case 7 ->
          List.of(
              "local r = {pcall(struct.pack, ARGV[1], "
                  + number()
                  + ","
                  + text()
                  + ","
                  + number()
                  + ")} return r",
              several(6, FORMATS));
      case 8 ->
          List.of(
              "local r = {pcall(struct.unpack, ARGV[1], ARGV[2])}" + SHOW,
              several(6, FORMATS),
              bytes());
      case 9 ->
          List.of(
              "return {pcall(bit."
                  + one(
                      "band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror", "tohex",
                      "tobit", "bnot", "bswap")
                  + ","
                  + number()
                  + ","
                  + number()
                  + ")}");
      case 10 ->
          List.of("return tostring(" + number() + ") .. redis.call('echo', " + exact() + ")");
      case 11 -> List.of("return {" + one("ok", "big_number", "map", "set") + "=" + value + "}");
      default ->
          List.of(
              "math.randomseed("
                  + random.nextInt(9999)
                  + ") return tostring(math.random()) .. math.random(10) .. math.random(5, 9)");
    };
  }
}

package io.skein.server.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Commands on strings, keys and transactions: most of them sensible, on few keys so that they
/// meet, some of them wrong in every way that a client can be.
final class RandomCommands {
  private static final String[] KEYS = {"a", "b", "c", "{a}d", "e", "key:6"};

  private static final String[] VALUES = {
    "",
    "0",
    "1",
    "-1",
    "12",
    "9999",
    "10000",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "01",
    "+1",
    " 1",
    "1 ",
    "1.5",
    "-0",
    "3.0e3",
    "0x10",
    "inf",
    "-inf",
    "nan",
    "1e400",
    "1e-400",
    "abc",
    "text with spaces",
    "\0\1\377\r\n",
    "ohmytext",
    "mynewtext",
    "0123456789012345678901234567890123456789abcd",
    "0123456789012345678901234567890123456789abcde",
  };

  private static final String[] INTEGERS = {
    "0",
    "1",
    "2",
    "3",
    "5",
    "10",
    "-1",
    "-2",
    "-10",
    "100",
    "4611686018427387904",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "x",
    "",
    "1.0",
    "07",
  };

  /// Relative times are about a thousand seconds, so that nothing expires in between.
  private static final String[] SECONDS = {
    "1000",
    "1000",
    "1010",
    "1005",
    "0",
    "-1",
    "-9223372036854775808",
    "9223372036854775",
    "9223372036854775807",
    "9223372036854776",
    "x",
    "",
  };

  private static final String[] MILLISECONDS = {
    "1000300", "1010000", "1000300", "0", "-1", "9223372036854775807", "-9223372036854775808", "x",
  };

  private static final String[] UNIX_SECONDS = {
    "33177117420", "33177117420", "33177117421", "1", "0", "-1", "9223372036854775807", "x",
  };

  private static final String[] UNIX_MILLISECONDS = {
    "33177117420000", "33177117420001", "33177117421700", "1", "0", "-5", "281474976710656", "x",
  };

  private static final String[] JUNK = {"FOO", "", "NX", "GET", "EX", "REPLACE", "-1"};

  private final SplittableRandom random;

  /// A payload that DUMP has returned, by either server.
  private String payload = "nonsense";

  RandomCommands(long seed) {
    random = new SplittableRandom(seed);
  }

  void payload(String dumped) {
    payload = dumped;
  }

  private String one(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String key() {
    return one(KEYS);
  }

  private String value() {
    return random.nextInt(12) == 0
        ? one("ab", "xyz", "0123456789").repeat(random.nextInt(60))
        : one(VALUES);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String[] command(String... words) {
    return words;
  }

  /// The next command.
  String[] next() {
    String[] call = sound();
    if (chance(3)) {
      List<String> changed = new ArrayList<>(List.of(call));
      if (chance(50) && changed.size() > 1) {
        changed.remove(changed.size() - 1);
      } else {
        changed.add(one(JUNK));
      }
      call = changed.toArray(new String[0]);
    }
    if (chance(10)) {
      call[0] = call[0].toLowerCase(Locale.ROOT);
    }
    return call;
  }

  private String[] sound() {
    return switch (random.nextInt(10)) {
      case 0, 1 -> setting();
      case 2, 3 -> counting();
      case 4 -> ranging();
      case 5 -> expiring();
      case 6 -> naming();
      case 7 -> asking();
      case 8 -> transacting();
      default -> several();
    };
  }

  private String[] setting() {
    return switch (random.nextInt(9)) {
      case 0, 1 -> command("SET", key(), value());
      case 2, 3, 4 -> options(command("SET", key(), value()), "NX", "XX", "GET", "KEEPTTL");
      case 5 -> options(command("GETEX", key()), "PERSIST");
      case 6 -> command(one("GETSET", "SETNX"), key(), value());
      case 7 ->
          chance(50)
              ? command("SETEX", key(), one(SECONDS), value())
              : command("PSETEX", key(), one(MILLISECONDS), value());
      default -> command("GETDEL", key());
    };
  }

  private String[] options(String[] call, String... plain) {
    List<String> words = new ArrayList<>(List.of(call));
    int count = chance(70) ? 1 : random.nextInt(4);
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(plain.length + 4)) {
        case 0 -> words.addAll(List.of("EX", one(SECONDS)));
        case 1 -> words.addAll(List.of("px", one(MILLISECONDS)));
        case 2 -> words.addAll(List.of("EXAT", one(UNIX_SECONDS)));
        case 3 -> words.addAll(List.of("PXAT", one(UNIX_MILLISECONDS)));
        default -> words.add(one(plain));
      }
    }
    return words.toArray(new String[0]);
  }

  private String[] counting() {
    return switch (random.nextInt(5)) {
      case 0 -> command("INCR", key());
      case 1 -> command("DECR", key());
      case 2 -> command("INCRBY", key(), one(INTEGERS));
      case 3 -> command("DECRBY", key(), one(INTEGERS));
      default -> command("INCRBYFLOAT", key(), value());
    };
  }

  private String[] ranging() {
    return switch (random.nextInt(5)) {
      case 0 -> command("APPEND", key(), value());
      case 1 -> command("STRLEN", key());
      case 2 ->
          command(
              "SETRANGE",
              key(),
              one("0", "1", "5", "30", "-1", "536870912", "9223372036854775807", "x"),
              value());
      case 3 -> command(one("GETRANGE", "SUBSTR"), key(), one(INTEGERS), one(INTEGERS));
      default -> lcs();
    };
  }

  private String[] lcs() {
    List<String> words = new ArrayList<>(List.of("LCS", key(), key()));
    for (int i = random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(4)) {
        case 0 -> words.add("IDX");
        case 1 -> words.add("len");
        case 2 -> words.add("WITHMATCHLEN");
        default -> words.addAll(List.of("MINMATCHLEN", one(INTEGERS)));
      }
    }
    return words.toArray(new String[0]);
  }

  private String[] expiring() {
    String[] call =
        switch (random.nextInt(6)) {
          case 0 -> command("EXPIRE", key(), one(SECONDS));
          case 1 -> command("PEXPIRE", key(), one(MILLISECONDS));
          case 2 -> command("EXPIREAT", key(), one(UNIX_SECONDS));
          case 3 -> command("PEXPIREAT", key(), one(UNIX_MILLISECONDS));
          case 4 -> command("PERSIST", key());
          default -> command(one("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"), key());
        };
    if (call.length == 2 || chance(60)) {
      return call;
    }
    List<String> words = new ArrayList<>(List.of(call));
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.add(one("NX", "xx", "GT", "LT"));
    }
    return words.toArray(new String[0]);
  }

  private String[] naming() {
    return switch (random.nextInt(6)) {
      case 0 -> command("RENAME", key(), key());
      case 1 -> command("RENAMENX", key(), key());
      case 2 -> command("COPY", key(), key());
      case 3 -> copy();
      case 4 -> command("MOVE", key(), one("0", "1", "1", "1", "16", "-1", "x", "99999999999"));
      default -> restore();
    };
  }

  private String[] copy() {
    List<String> words = new ArrayList<>(List.of("COPY", key(), key()));
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.addAll(
          chance(50)
              ? List.of("REPLACE")
              : List.of("DB", one("0", "1", "1", "16", "x", "99999999999")));
    }
    return words.toArray(new String[0]);
  }

  private String[] restore() {
    List<String> words = new ArrayList<>(List.of("RESTORE", key(), "0", payload));
    boolean absolute = chance(30);
    if (chance(40)) {
      words.set(2, absolute ? one(UNIX_MILLISECONDS) : one(MILLISECONDS));
    }
    if (absolute) {
      words.add("ABSTTL");
    }
    if (chance(60)) {
      words.add("REPLACE");
    }
    if (chance(20)) {
      words.addAll(List.of(one("IDLETIME", "FREQ"), one("0", "10", "255", "256", "-1", "x")));
    }
    return words.toArray(new String[0]);
  }

  private String[] asking() {
    return switch (random.nextInt(8)) {
      case 0 -> command("TYPE", key());
      case 1 -> command("OBJECT", "ENCODING", key());
      case 2 -> command("DUMP", key());
      case 3 -> command("KEYS", one("*", "?", "{a}*", "[a-c]", "key:*", "\\a", "nope", ""));
      case 4 ->
          command(
              "SCAN",
              "0",
              "COUNT",
              "1000",
              one("MATCH", "TYPE"),
              one("string", "STRING", "list", "*", "[^a]", "nope"));
      case 5 ->
          command(
              "SCAN",
              one("x", "-", "1.5", " 0", "99999999999999999999"),
              one("COUNT", "MATCH", "FOO"),
              one(INTEGERS));
      case 6 -> command("OBJECT", one("FREQ", "NOPE", "encoding", "Encoding"), key());
      default -> command("GET", key());
    };
  }

  private String[] transacting() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> command("MULTI");
      case 3, 4, 5 -> command("EXEC");
      case 6 -> command("DISCARD");
      case 7, 8 -> command("WATCH", key(), key());
      default -> chance(50) ? command("UNWATCH") : command("SELECT", one("0", "0", "1", "16", "x"));
    };
  }

  private String[] several() {
    return switch (random.nextInt(7)) {
      case 0 -> command("MGET", key(), key(), key());
      case 1 -> command(one("MSET", "MSETNX"), key(), value(), key(), value());
      case 2 -> command("EXISTS", key(), key());
      case 3 -> command("TOUCH", key(), key());
      case 4 -> command(one("DEL", "UNLINK"), key(), key());
      case 5 -> chance(10) ? command(one("FLUSHDB", "FLUSHALL")) : command("DBSIZE");
      default ->
          chance(20) ? command("SWAPDB", "0", one("1", "16", "x")) : command("MGET", key(), key());
    };
  }
}

package io.skein.server.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Commands on hashes of both encodings, most of them sensible, on few keys so that they meet.
///
/// What is chosen at random is only asked for where there is no choice.
final class RandomHashCommands extends RandomFamily {
  private static final List<String> KEYS = List.of("h", "i", "j", "string");
  private static final Set<String> UNORDERED =
      Set.of("HGETALL", "HKEYS", "HVALS", "HRANDFIELD", "HSCAN");

  private static final String[] ODD = {
    "",
    "01",
    "-0",
    "+1",
    "1.5",
    "3.0e3",
    "0x10",
    "inf",
    "nan",
    "1e400",
    "127",
    "128",
    "4095",
    "-4097",
    "8388608",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "x".repeat(64),
    "x".repeat(65),
    "y".repeat(5000),
    "\0\377",
  };

  private static final String[] NUMBERS = {
    "0", "1", "2", "-5", "x", "", "1.0", "07", "9223372036854775807", "-9223372036854775808",
  };

  private static final String[] FLOATS = {
    "1", "1.5", "-2.25", "3.0e3", "1e400", "x", "", "nan", "inf", "0x10", "0.1", "1e17", "1e-10",
  };

  RandomHashCommands(long seed) {
    super(seed);
  }

  @Override
  public List<String> keys() {
    return KEYS;
  }

  @Override
  public List<String[]> questions(String key) {
    return List.of(new String[] {"HLEN", key}, new String[] {"HGETALL", key});
  }

  @Override
  public boolean isUnordered(String command) {
    return UNORDERED.contains(command);
  }

  private String key() {
    return random.nextInt(30) == 0 ? "string" : one("h", "i", "j");
  }

  private String text() {
    return switch (random.nextInt(10)) {
      case 0 -> one(ODD);
      case 1, 2, 3 -> "f" + random.nextInt(40);
      default -> "" + random.nextInt(25);
    };
  }

  private List<String> fields() {
    List<String> fields = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      fields.add(text());
    }
    return fields;
  }

  private List<String> pairs() {
    List<String> pairs = new ArrayList<>();
    boolean many = random.nextInt(60) == 0;
    for (int i = many ? 510 + random.nextInt(6) : random.nextInt(4); i >= 0; i--) {
      pairs.add(many ? "n" + i : text());
      pairs.add(text());
    }
    if (random.nextInt(25) == 0) {
      pairs.removeLast();
    }
    return pairs;
  }

  @Override
  public String[] next() {
    return switch (random.nextInt(26)) {
      case 0, 1, 2, 3, 4 -> command(pairs(), "HSET", key());
      case 5 -> command(pairs(), "HMSET", key());
      case 6 -> command(List.of(), "HSETNX", key(), text(), text());
      case 7, 8 -> command(List.of(), one("HGET", "HSTRLEN", "HEXISTS"), key(), text());
      case 9 -> command(fields(), "HMGET", key());
      case 10, 11, 12 -> command(fields(), "HDEL", key());
      case 13, 14 -> command(List.of(), one("HGETALL", "HKEYS", "HVALS", "HLEN"), key());
      case 15, 16 -> command(List.of(), "HINCRBY", key(), text(), one(NUMBERS));
      case 17, 18 -> command(List.of(), "HINCRBYFLOAT", key(), text(), one(FLOATS));
      case 19 -> command(List.of(), "HRANDFIELD", key(), one("0", "100000", "x"), "WITHVALUES");
      case 20 -> command(List.of(), "HSCAN", key(), one("0", "0", "x"), "COUNT", "100000");
      case 21 -> command(List.of(), "DEL", key());
      case 22 -> command(List.of(), "COPY", key(), one("h", "i"), "REPLACE");
      case 23 -> command(List.of(), "DUMP", key());
      case 24 -> command(List.of(), "RESTORE", one("h", "i"), "0", payload, "REPLACE");
      default -> command(List.of(), "SET", "string", "1");
    };
  }
}

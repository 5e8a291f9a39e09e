package io.skein.server.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Commands on sets of every encoding, most of them sensible, on few keys so that they meet.
///
/// What is chosen at random is only asked for where there is no choice.
final class RandomSetCommands extends RandomFamily {
  private static final List<String> KEYS = List.of("s", "t", "u", "v", "string");
  private static final Set<String> UNORDERED =
      Set.of("SMEMBERS", "SINTER", "SUNION", "SDIFF", "SPOP", "SRANDMEMBER", "SSCAN");

  private static final String[] ODD = {
    "",
    "01",
    "-0",
    "+1",
    "1.5",
    " 1",
    "32767",
    "-32769",
    "2147483647",
    "-2147483649",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "x".repeat(64),
    "x".repeat(65),
    "y".repeat(5000),
    "\0\377",
  };

  private static final String[] NUMBERS = {
    "0", "1", "2", "5", "-1", "x", "", "1.0", "07", "9223372036854775807", "-9223372036854775808",
  };

  RandomSetCommands(long seed) {
    super(seed);
  }

  @Override
  public List<String> keys() {
    return KEYS;
  }

  @Override
  public List<String[]> questions(String key) {
    return List.of(new String[] {"SCARD", key}, new String[] {"SMEMBERS", key});
  }

  @Override
  public boolean isUnordered(String command) {
    return UNORDERED.contains(command);
  }

  private String key() {
    return random.nextInt(30) == 0 ? "string" : one("s", "t", "u", "v");
  }

  private String member() {
    return switch (random.nextInt(12)) {
      case 0 -> one(ODD);
      case 1, 2, 3 -> "m" + random.nextInt(40);
      case 4 -> "" + random.nextInt(100_000);
      default -> "" + random.nextInt(25);
    };
  }

  private List<String> members() {
    List<String> members = new ArrayList<>();
    int kind = random.nextInt(60);
    int count = kind == 0 ? 500 + random.nextInt(50) : kind == 1 ? 120 + random.nextInt(20) : 1;
    for (int i = count == 1 ? random.nextInt(5) : count; i >= 0; i--) {
      members.add(kind == 0 ? "" + random.nextInt(3000) : kind == 1 ? "n" + i : member());
    }
    return members;
  }

  private List<String> keysGiven() {
    List<String> given = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      given.add(key());
    }
    return given;
  }

  @Override
  public String[] next() {
    return switch (random.nextInt(28)) {
      case 0, 1, 2, 3, 4, 5 -> command(members(), "SADD", key());
      case 6, 7, 8 -> command(members(), "SREM", key());
      case 9 -> command(List.of(), "SISMEMBER", key(), member());
      case 10 -> command(members(), "SMISMEMBER", key());
      case 11 -> command(List.of(), one("SCARD", "SMEMBERS", "TYPE"), key());
      case 12 -> command(List.of(), "SMOVE", key(), key(), member());
      case 13, 14 -> command(keysGiven(), one("SINTER", "SUNION", "SDIFF"));
      case 15, 16, 17 ->
          command(
              keysGiven(),
              one("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"),
              one("s", "t", "u", "v"));
      case 18 -> intersectionSize();
      case 19 -> command(List.of(), "SPOP", key(), one("0", "100000", "x", "-1"));
      case 20 -> command(List.of(), "SRANDMEMBER", key(), one("0", "100000", "x", "1.0"));
      case 21 -> command(List.of(), "SSCAN", key(), one("0", "0", "x"), "COUNT", "100000");
      case 22 ->
          command(List.of(), "SSCAN", key(), "0", "MATCH", one("*", "1*", "m?"), "COUNT", "9999");
      case 23 -> command(List.of(), "DEL", key());
      case 24 -> command(List.of(), "COPY", key(), one("s", "t", "u"), "REPLACE");
      case 25 -> command(List.of(), "DUMP", key());
      case 26 -> command(List.of(), "RESTORE", one("s", "t", "u"), "0", payload, "REPLACE");
      default -> command(List.of(), "SET", "string", "1");
    };
  }

  private String[] intersectionSize() {
    List<String> given = keysGiven();
    String count = random.nextInt(5) == 0 ? one(NUMBERS) : "" + given.size();
    if (random.nextInt(3) == 0) {
      given.addAll(List.of("LIMIT", one(NUMBERS)));
    }
    return command(given, "SINTERCARD", count);
  }
}

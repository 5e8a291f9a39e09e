package io.skein.server.interop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Commands on sorted sets, most of them sensible, on few keys so that they meet.
///
/// Scores are such that Redis 7.0, which writes them with 17 digits, writes them as 7.2 does. Only
/// the keys that begin with `l` are asked for ranges of members: there all scores are the same.
final class RandomSortedSetCommands extends RandomFamily {
  private static final List<String> KEYS = List.of("a", "b", "c", "lex", "set", "l2");
  private static final String[] SCORES = {
    "inf",
    "-inf",
    "+inf",
    "Infinity",
    "1e3",
    "0x10",
    "1.5e2",
    "+7",
    ".5",
    "1e400",
    "nan",
    "abc",
    "",
    " 3",
    "3 ",
    "4503599627370496",
    "-9007199254740992",
    "1000000"
  };
  private static final String[] MEMBERS = {
    "",
    "a",
    "b",
    "aa",
    "ab",
    "abc",
    "zz",
    "ba",
    "\377",
    "\0",
    "hello",
    "0",
    "-1",
    "4096",
    "9223372036854775807",
    "01",
    "1.5",
    "x".repeat(64),
    "x".repeat(65)
  };
  private static final String[] RANKS = {
    "0", "1", "2", "5", "10", "-1", "-2", "-5", "-10", "100", "-100", "x", "9223372036854775807"
  };

  RandomSortedSetCommands(long seed) {
    super(seed);
  }

  @Override
  public List<String> keys() {
    return KEYS;
  }

  @Override
  public List<String[]> questions(String key) {
    return key.equals("set")
        ? List.<String[]>of(new String[] {"SCARD", key})
        : List.of(
            new String[] {"ZCARD", key},
            new String[] {"ZRANGE", key, "0", "-1", "WITHSCORES"},
            new String[] {"ZREVRANGEBYSCORE", key, "+inf", "-inf", "WITHSCORES"});
  }

  @Override
  public List<String[]> preparations() {
    return List.of(
        new String[] {
          "CONFIG", "SET", "zset-max-listpack-entries", random.nextBoolean() ? "128" : "8"
        },
        new String[] {"SADD", "set", "a", "b", "1", "2", "hello"});
  }

  @Override
  public boolean isUnordered(String command) {
    return command.equals("ZSCAN") || command.equals("ZRANDMEMBER") || command.equals("EXEC");
  }

  private String key() {
    return chance(3) ? "set" : one("a", "b", "c");
  }

  private String member() {
    return switch (random.nextInt(4)) {
      case 0 -> one(MEMBERS);
      case 1 -> String.valueOf(random.nextInt(60) - 30);
      default -> "m" + random.nextInt(30);
    };
  }

  private String score() {
    return switch (random.nextInt(10)) {
      case 0 -> one(SCORES);
      case 1, 2 -> String.valueOf((random.nextInt(200) - 100) / 4.0);
      default -> String.valueOf(random.nextInt(20) - 5);
    };
  }

  private String bound() {
    return switch (random.nextInt(6)) {
      case 0 -> one("-inf", "+inf", "(-inf", "(inf");
      case 1, 2 -> "(" + score();
      default -> score();
    };
  }

  private String item() {
    return switch (random.nextInt(7)) {
      case 0 -> "-";
      case 1 -> "+";
      case 2, 3 -> "[" + member();
      case 4, 5 -> "(" + member();
      default -> chance(10) ? member() : "[" + member();
    };
  }

  private String rank() {
    return chance(80) ? String.valueOf(random.nextInt(16) - 8) : one(RANKS);
  }

  /// A call; lists among the arguments are taken apart.
  private String[] call(Object... parts) {
    List<String> call = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof List<?> several) {
        several.forEach(s -> call.add((String) s));
      } else {
        call.add(String.valueOf(part));
      }
    }
    // ZRANK takes a fourth argument since 7.2.
    boolean fixed =
        call.get(0).endsWith("RANK") || call.get(0).equals("ZRANDMEMBER") || call.size() == 1;
    if (chance(1) && !fixed) {
      call.remove(call.size() - 1);
    } else if (chance(1) && !fixed) {
      call.add(one("WITHSCORES", "FOO", "1", "LIMIT"));
    }
    if (chance(30)) {
      call.set(0, call.get(0).toLowerCase(Locale.ROOT));
    }
    return call.toArray(new String[0]);
  }

  private List<String> maybe(int percent, String... words) {
    return chance(percent) ? Arrays.asList(words) : List.of();
  }

  private List<String> limit() {
    return maybe(40, "LIMIT", one("0", "1", "2", "5", "-1"), one("0", "1", "3", "10", "-1", "-2"));
  }

  private List<String> scored() {
    return maybe(50, one("WITHSCORES", "withscores"));
  }

  private List<String> members() {
    List<String> members = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      members.add(member());
    }
    return members;
  }

  private List<String> pairs(boolean sameScore) {
    List<String> pairs = new ArrayList<>();
    for (int i = chance(5) ? 20 : random.nextInt(4); i >= 0; i--) {
      pairs.add(sameScore ? "0" : score());
      pairs.add(member());
    }
    return pairs;
  }

  private List<String> inputs() {
    int count = 1 + random.nextInt(3);
    List<String> inputs = new ArrayList<>();
    inputs.add(chance(3) ? one("0", "-1", "9", "x") : String.valueOf(count));
    for (int i = 0; i < count; i++) {
      inputs.add(one("a", "b", "c", "set", "lex"));
    }
    return inputs;
  }

  private List<String> weighted(int count) {
    List<String> options = new ArrayList<>();
    if (chance(40)) {
      options.add("WEIGHTS");
      for (int i = 0; i < count; i++) {
        options.add(one("1", "2", "0.5", "-1", "inf", "0", chance(5) ? "x" : "3"));
      }
    }
    options.addAll(maybe(50, "AGGREGATE", one("SUM", "MIN", "MAX", chance(5) ? "AVG" : "sum")));
    return options;
  }

  @Override
  public String[] next() {
    return switch (random.nextInt(9)) {
      case 0, 1 -> add();
      case 2 -> ask();
      case 3 -> range();
      case 4 -> storeOrRemove();
      case 5 -> pop();
      case 6 -> combine();
      case 7 -> byMember();
      default -> around();
    };
  }

  private String[] add() {
    return switch (random.nextInt(6)) {
      case 0 -> call("ZINCRBY", key(), score(), member());
      case 1 -> call("ZREM", key(), members());
      case 2 -> call("ZADD", key(), maybe(50, one("NX", "XX")), "INCR", score(), member());
      default ->
          call(
              "ZADD",
              key(),
              maybe(15, one("NX", "XX")),
              maybe(15, one("GT", "LT")),
              maybe(15, "CH"),
              pairs(false));
    };
  }

  private String[] ask() {
    return switch (random.nextInt(7)) {
      case 0 -> call("ZCARD", key());
      case 1 -> call("ZSCORE", key(), member());
      case 2 -> call("ZMSCORE", key(), members());
      case 3 -> call(one("ZRANK", "ZREVRANK"), key(), member());
      case 4 -> call("ZCOUNT", key(), bound(), bound());
      case 5 -> call("ZRANDMEMBER", key(), "1000", scored());
      default -> call("ZSCAN", key(), "0", "COUNT", "10000", maybe(30, "MATCH", "m*"));
    };
  }

  private String[] range() {
    return switch (random.nextInt(5)) {
      case 0 -> call("ZRANGE", key(), rank(), rank(), maybe(40, "REV"), scored());
      case 1 ->
          call("ZRANGE", key(), bound(), bound(), "BYSCORE", maybe(40, "REV"), limit(), scored());
      case 2 -> call("ZREVRANGE", key(), rank(), rank(), scored());
      case 3 -> call("ZRANGEBYSCORE", key(), bound(), bound(), scored(), limit());
      default -> call("ZREVRANGEBYSCORE", key(), bound(), bound(), scored(), limit());
    };
  }

  private String[] storeOrRemove() {
    return switch (random.nextInt(4)) {
      case 0 -> call("ZRANGESTORE", key(), key(), rank(), rank(), maybe(40, "REV"));
      case 1 ->
          call("ZRANGESTORE", key(), key(), bound(), bound(), "BYSCORE", maybe(40, "REV"), limit());
      case 2 -> call("ZREMRANGEBYRANK", key(), rank(), rank());
      default -> call("ZREMRANGEBYSCORE", key(), bound(), bound());
    };
  }

  private String[] pop() {
    return switch (random.nextInt(4)) {
      case 0 -> call(one("ZPOPMIN", "ZPOPMAX"), key(), maybe(50, one("0", "1", "3", "-1", "x")));
      case 1 -> call(one("BZPOPMIN", "BZPOPMAX"), key(), key(), "0");
      case 2 -> call("ZMPOP", inputs(), one("MIN", "MAX"), maybe(50, "COUNT", one("1", "3", "0")));
      default -> call("BZMPOP", "0", inputs(), one("MIN", "max"), maybe(50, "COUNT", "2"));
    };
  }

  private String[] combine() {
    List<String> inputs = inputs();
    int count = inputs.size() - 1;
    return switch (random.nextInt(6)) {
      case 0, 1 -> call(one("ZUNION", "ZINTER"), inputs, weighted(count), scored());
      case 2 -> call("ZDIFF", inputs, scored());
      case 3 -> call("ZINTERCARD", inputs, maybe(50, "LIMIT", one("0", "1", "2", "-1", "x")));
      case 4 -> call("ZDIFFSTORE", key(), inputs);
      default -> call(one("ZUNIONSTORE", "ZINTERSTORE"), key(), inputs, weighted(count));
    };
  }

  private String[] byMember() {
    String key = one("lex", "lex", "l2");
    return switch (random.nextInt(8)) {
      case 0, 1 -> call("ZADD", key, pairs(true));
      case 2 -> call("ZLEXCOUNT", key, item(), item());
      case 3 -> call("ZRANGE", key, item(), item(), "BYLEX", maybe(40, "REV"), limit());
      case 4 -> call("ZRANGEBYLEX", key, item(), item(), limit());
      case 5 -> call("ZREVRANGEBYLEX", key, item(), item(), limit());
      case 6 -> call("ZRANGESTORE", "l2", "lex", item(), item(), "BYLEX", limit());
      default ->
          chance(30) ? call("ZREMRANGEBYLEX", key, item(), item()) : call("ZREM", key, members());
    };
  }

  private String[] around() {
    return switch (random.nextInt(9)) {
      case 0 -> call("DEL", one("a", "b", "c", "lex"));
      case 1 -> call("RENAME", one("a", "b", "c"), one("a", "b", "c"));
      case 2 -> call("COPY", one("a", "b", "c"), one("a", "b", "c"), maybe(50, "REPLACE"));
      case 3 -> call("SADD", "set", members());
      case 4 -> call("DEBUG", "DIGEST-VALUE", key());
      case 5 -> call("TYPE", key());
      case 6 -> call(chance(60) ? "EXEC" : "MULTI");
      case 7 -> call("SET", chance(10) ? key() : "string", "x");
      default -> call("ZADD", key(), pairs(false));
    };
  }
}

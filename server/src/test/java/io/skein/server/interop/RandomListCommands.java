package io.skein.server.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Commands on lists, most of them sensible, on few keys so that they meet.
final class RandomListCommands extends RandomFamily {
  private static final List<String> KEYS = List.of("a", "b", "c", "d");
  private static final String[] ELEMENTS = {
    "",
    "0",
    "1",
    "2",
    "-1",
    "127",
    "128",
    "4095",
    "4096",
    "-4096",
    "-4097",
    "32767",
    "-32768",
    "8388607",
    "-8388608",
    "2147483647",
    "-2147483648",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "01",
    "+1",
    " 1",
    "-0",
    "1.5",
    "x",
    "y",
    "z",
    "hello",
    "\0\1\377\r\n",
  };
  private static final String[] INDEXES = {
    "0",
    "1",
    "2",
    "3",
    "5",
    "10",
    "-1",
    "-2",
    "-3",
    "-10",
    "100",
    "-100",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "x",
    "",
    "1.0",
  };
  private static final String[] JUNK = {"FOO", "", "COUNT", "LEFT", "-1", "0"};

  RandomListCommands(long seed) {
    super(seed);
  }

  @Override
  public List<String> keys() {
    return List.of("a", "b", "c", "d", "sorted");
  }

  @Override
  public List<String[]> questions(String key) {
    return List.of(
        new String[] {"LLEN", key},
        new String[] {"LRANGE", key, "0", "-1"},
        new String[] {"LINDEX", key, "-1"});
  }

  @Override
  public boolean isOf72() {
    return true;
  }

  @Override
  public List<String[]> preparations() {
    return List.<String[]>of(new String[] {"CONFIG", "SET", "list-max-listpack-size", "-2"});
  }

  private String key() {
    return KEYS.get(random.nextInt(KEYS.size()));
  }

  private String element() {
    if (chance(8)) {
      // No number too large for a double: Redis's SORT remembers that there was one.
      return one("ab", "xyz", "0123456.8x").repeat(random.nextInt(chance(20) ? 2000 : 40));
    }
    return chance(70) ? one("x", "y", "z", "1", "2", "300", "hello") : one(ELEMENTS);
  }

  private String index() {
    return chance(85) ? String.valueOf(random.nextInt(12) - 6) : one(INDEXES);
  }

  private String count() {
    return chance(90) ? String.valueOf(random.nextInt(8)) : one(INDEXES);
  }

  private String side() {
    return chance(97) ? one("LEFT", "RIGHT", "left", "Right") : one("MIDDLE", "");
  }

  private String timeout() {
    return chance(95) ? one("0", "1000", "500.5") : one("-1", "x", "1.x", "");
  }

  @Override
  public String[] next() {
    List<String> call = new ArrayList<>(List.of(sound()));
    if (chance(3)) {
      if (chance(50) && call.size() > 1) {
        call.remove(call.size() - 1);
      } else {
        call.add(one(JUNK));
      }
    }
    if (chance(5)) {
      call.set(0, call.get(0).toLowerCase(Locale.ROOT));
    }
    return call.toArray(new String[0]);
  }

  private String[] command(String... words) {
    return words;
  }

  private String[] sound() {
    return switch (random.nextInt(43)) {
      case 0, 1, 2, 3, 4, 5, 6 -> push();
      case 7, 8 -> command(one("LPOP", "RPOP"), key());
      case 9, 10 -> command(one("LPOP", "RPOP"), key(), count());
      case 11 -> command("LLEN", key());
      case 12 -> command("LINDEX", key(), index());
      // Redis takes the lower half of an index that has more than 32 bits.
      case 13, 14 -> command("LSET", key(), one("0", "1", "-1", "5", "-6", "x"), element());
      case 15 -> command("LRANGE", key(), index(), index());
      case 16, 17, 18 -> command("LINSERT", key(), one("BEFORE", "AFTER"), element(), element());
      case 19, 20 -> command("LREM", key(), index(), element());
      case 21 -> command("LTRIM", key(), index(), index());
      case 22, 23 -> lpos();
      case 24, 25 -> command("LMOVE", key(), key(), side(), side());
      case 26 -> command("RPOPLPUSH", key(), key());
      case 27 -> mpop("LMPOP");
      case 28 -> command(one("BLPOP", "BRPOP"), key(), timeout());
      case 29 -> command(one("BLPOP", "BRPOP"), key(), key(), timeout());
      case 30 -> command("BLMOVE", key(), key(), side(), side(), timeout());
      case 31 -> command("BRPOPLPUSH", key(), key(), timeout());
      case 32 -> mpop("BLMPOP");
      case 33 -> chance(60) ? command("DEL", key()) : command("SET", key(), element());
      case 34 -> command(one("RENAME", "COPY"), key(), key());
      case 35 -> command(one("MULTI", "EXEC", "EXEC"));
      case 36 -> command("DUMP", key());
      case 37 -> command("RESTORE", key(), "0", payload, "REPLACE");
      case 38 ->
          command("CONFIG", "SET", "list-max-listpack-size", one("-1", "-2", "2", "3", "4", "9"));
      case 39 -> weight();
      default -> sort();
    };
  }

  private String[] push() {
    List<String> call = new ArrayList<>();
    call.add(one("LPUSH", "RPUSH", "RPUSH", "LPUSHX", "RPUSHX"));
    call.add(key());
    for (int n = 1 + random.nextInt(chance(10) ? 60 : 3); n > 0; n--) {
      call.add(element());
    }
    return call.toArray(new String[0]);
  }

  /// What SORT looks up.
  private String[] weight() {
    String of = one("x", "y", "z", "1", "2", "300", "hello");
    return chance(50)
        ? command("SET", "w_" + of, one("1", "2", "-1", "1.5", "x", "inf", "", " 3", "0x10"))
        : command("HSET", "h_" + of, "f", one("1", "2", "-1", "x", "7"));
  }

  private String[] lpos() {
    List<String> call = new ArrayList<>(List.of("LPOS", key(), element()));
    while (chance(50)) {
      call.add(one("RANK", "COUNT", "MAXLEN"));
      call.add(index());
    }
    return call.toArray(new String[0]);
  }

  private String[] mpop(String name) {
    List<String> call = new ArrayList<>();
    call.add(name);
    if (name.startsWith("B")) {
      call.add(timeout());
    }
    int keys = 1 + random.nextInt(3);
    call.add(chance(95) ? String.valueOf(keys) : one("0", "4", "-1", "x"));
    for (int n = 0; n < keys; n++) {
      call.add(key());
    }
    call.add(side());
    if (chance(50)) {
      call.add("COUNT");
      call.add(count());
    }
    return call.toArray(new String[0]);
  }

  private String[] sort() {
    List<String> call = new ArrayList<>();
    call.add(one("SORT", "SORT", "SORT_RO"));
    call.add(key());
    while (chance(70)) {
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> call.add("ALPHA");
        case 3 -> call.add(one("ASC", "DESC", "desc"));
        case 4 -> call.addAll(List.of("LIMIT", index(), index()));
        case 5 -> call.addAll(List.of("BY", one("nosort", "w_*", "*", "h->*", "h_*->f", "x*->")));
        case 6 -> call.addAll(List.of("GET", one("#", "w_*", "h_*->f", "nothing", "*")));
        // A key that no string ever is: Redis does not serve those who wait for what it becomes.
        case 7 -> call.addAll(List.of("STORE", "sorted"));
        default -> call.add(one("ALPHA", "FOO", "LIMIT", "STORE", "BY"));
      }
    }
    if (call.contains("BY") && call.contains("LIMIT")) {
      // Elements whose texts to sort by are equal come in an order that is not specified.
      call.removeIf("ALPHA"::equals);
    }
    return call.toArray(new String[0]);
  }
}

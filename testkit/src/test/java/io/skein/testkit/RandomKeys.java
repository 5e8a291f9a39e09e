package io.skein.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Random writes to keys of all types, whose answers do not depend on chance or on time.
final class RandomKeys {
  private static final int KEYS_PER_TYPE = 6;

  private final Random random;
  private final String prefix;
  private long next = 1;

  RandomKeys(long seed, String prefix) {
    this.random = new Random(seed);
    this.prefix = prefix;
  }

  /// All keys that may have been written.
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (char type : "slhzxtc".toCharArray()) {
      for (int i = 0; i < KEYS_PER_TYPE; i++) {
        names.add(prefix + type + i);
      }
    }
    return names;
  }

  /// Has `executor` carry out so many writes.
  void write(int count, Consumer<String[]> executor) {
    for (int i = 0; i < count; i++) {
      executor.accept(one().split(" ", -1));
    }
  }

  private String key(char type) {
    return prefix + type + random.nextInt(KEYS_PER_TYPE);
  }

  private String one() {
    String text = "v" + random.nextInt(1000);
    int n = random.nextInt(400);
    return switch (random.nextInt(28)) {
      case 0 -> "SET " + key('s') + " " + text;
      case 1 -> "APPEND " + key('s') + " " + text;
      case 2 -> "SETRANGE " + key('s') + " " + n + " " + text;
      case 3 -> "INCRBY " + key('c') + " " + n;
      case 4 -> "RPUSH " + key('l') + " " + text + " " + n + " " + "long".repeat(n);
      case 5 -> "LPOP " + key('l');
      case 6 -> "LTRIM " + key('l') + " 0 " + (n + 200);
      case 7 -> "LINSERT " + key('l') + " BEFORE " + n + " " + text;
      case 8 -> "HSET " + key('h') + " f" + n + " " + text;
      case 9 -> "HINCRBY " + key('h') + " n" + n + " 3";
      case 10 -> "HDEL " + key('h') + " f" + n;
      case 11 -> "SADD " + key('t') + " " + n + " m" + n;
      case 12 -> "SREM " + key('t') + " m" + n;
      case 13 -> "SUNIONSTORE " + key('t') + " " + key('t') + " " + key('t');
      case 14 -> "ZADD " + key('z') + " " + n + " m" + random.nextInt(300);
      case 15 -> "ZINCRBY " + key('z') + " 1.5 m" + random.nextInt(300);
      case 16 -> "ZREMRANGEBYRANK " + key('z') + " 0 2";
      case 17 -> "XADD " + key('x') + " " + next++ + "-1 f " + text;
      case 18 -> "XGROUP CREATE " + key('x') + " g" + random.nextInt(2) + " 0 MKSTREAM";
      case 19 ->
          "XREADGROUP GROUP g0 c" + random.nextInt(3) + " COUNT 2 NOACK STREAMS " + key('x') + " >";
      case 20 -> "XTRIM " + key('x') + " MAXLEN 200";
      case 21 -> "DEL " + key("slhzxtc".charAt(random.nextInt(7)));
      case 22 -> "RENAME " + key('l') + " " + key('l');
      case 23 -> "COPY " + key('z') + " " + key('z') + " REPLACE";
      case 24 -> "COPY " + key('h') + " " + key('h') + " DB 0 REPLACE";
      case 25 -> "PEXPIRE " + key('s') + " 100000000";
      case 26 -> "PERSIST " + key('s');
      default -> "PFADD " + key('s') + "pf " + text;
    };
  }
}

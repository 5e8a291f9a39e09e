package io.skein.server.interop;

import java.util.ArrayList;
import java.util.List;

/// Commands on streams, most of them sensible, on few keys so that they meet.
///
/// What tells the time is left out, and what Redis 7.2 does otherwise than 7.0: consumers that come
/// into being without getting anything, and the checks of XSETID.
final class RandomStreamCommands extends RandomFamily {
  private static final List<String> KEYS = List.of("s", "t", "u");
  private static final String[] GROUPS = {"g", "h", "none"};
  private static final String[] CONSUMERS = {"alice", "bob", "carol"};
  private static final String[] ODD_IDS = {
    "x",
    "",
    "1-x",
    "-",
    "007-1",
    " 1-1",
    "1--1",
    "1-2-3",
    "$",
    ">",
    "18446744073709551615-18446744073709551615",
    "18446744073709551616",
    "1-18446744073709551615",
  };
  private static final String[] VALUES = {"", "v", "1", "-7", "12345", "text", "\0\377\r\n"};
  private static final String[] COUNTS = {"0", "1", "2", "5", "20", "-1", "x"};

  private int time;

  RandomStreamCommands(long seed) {
    super(seed);
  }

  @Override
  public List<String> keys() {
    return KEYS;
  }

  @Override
  public List<String[]> preparations() {
    return List.of(
        command("CONFIG", "SET", "stream-node-max-entries", one("2", "5", "100")),
        command("CONFIG", "SET", "stream-node-max-bytes", one("80", "4096", "0")));
  }

  @Override
  public List<String[]> questions(String key) {
    return List.of(
        command("XRANGE", key, "-", "+"),
        command("XREVRANGE", key, "+", "-"),
        command("XINFO", "STREAM", key),
        command("XPENDING", key, "g"),
        command("XPENDING", key, "h"),
        command("OBJECT", "ENCODING", key));
  }

  private static String[] command(String... words) {
    return words;
  }

  private String key() {
    return KEYS.get(random.nextInt(KEYS.size()));
  }

  private String id() {
    if (chance(5)) {
      return one(ODD_IDS);
    }
    String ms = Integer.toString(random.nextInt(Math.max(1, time) + 3));
    return chance(30) ? ms : ms + "-" + random.nextInt(3);
  }

  private String bound(String open) {
    return chance(40) ? open : (chance(20) ? "(" : "") + id();
  }

  @Override
  public String[] next() {
    List<String> words = new ArrayList<>();
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> add(words);
      case 5 -> range(words);
      case 6 -> delete(words);
      case 7, 8, 9 -> read(words);
      case 10 -> group(words);
      case 11 -> acknowledge(words);
      case 12 -> claim(words);
      case 13 -> autoclaim(words);
      case 14 -> transact(words);
      default -> other(words);
    }
    return words.toArray(new String[0]);
  }

  private void add(List<String> words) {
    words.addAll(List.of("XADD", key()));
    if (chance(10)) {
      words.add("NOMKSTREAM");
    }
    if (chance(15)) {
      trim(words);
    }
    time += random.nextInt(2);
    words.add(chance(85) ? time + "-*" : id());
    String[] fields = chance(60) ? new String[] {"a", "b"} : new String[] {one("a", "c", "7")};
    for (String field : fields) {
      words.addAll(List.of(field, one(VALUES)));
    }
    if (chance(2)) {
      words.removeLast();
    }
  }

  private void trim(List<String> words) {
    boolean byId = chance(40);
    words.add(byId ? "MINID" : "maxlen");
    if (chance(60)) {
      words.add(one("~", "="));
    }
    words.add(byId ? id() : one("0", "1", "3", "8", "20", "-1", "x"));
    if (chance(20)) {
      words.addAll(List.of("LIMIT", one(COUNTS)));
    }
  }

  private void range(List<String> words) {
    boolean backwards = chance(50);
    words.addAll(List.of(backwards ? "XREVRANGE" : "XRANGE", key()));
    words.add(bound(backwards ? "+" : "-"));
    words.add(bound(backwards ? "-" : "+"));
    if (chance(40)) {
      words.addAll(List.of("COUNT", one(COUNTS)));
    }
  }

  private void delete(List<String> words) {
    if (chance(30)) {
      words.addAll(List.of("XTRIM", key()));
      trim(words);
      return;
    }
    words.addAll(List.of("XDEL", key()));
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.add(id());
    }
  }

  private void read(List<String> words) {
    boolean ofGroup = chance(70);
    words.add(ofGroup ? "XREADGROUP" : "XREAD");
    if (ofGroup) {
      words.addAll(List.of("GROUP", one(GROUPS), one(CONSUMERS)));
    }
    if (chance(50)) {
      words.addAll(List.of("COUNT", one(COUNTS)));
    }
    if (chance(15)) {
      words.add("NOACK");
    }
    int streams = chance(70) ? 1 : 2;
    words.add("STREAMS");
    for (int i = 0; i < streams; i++) {
      words.add(key());
    }
    for (int i = 0; i < streams; i++) {
      words.add(ofGroup && chance(70) ? ">" : chance(20) ? "$" : id());
    }
  }

  private void group(List<String> words) {
    switch (random.nextInt(6)) {
      case 0, 1, 2 -> {
        words.addAll(List.of("XGROUP", "CREATE", key(), one(GROUPS), chance(30) ? "$" : id()));
        if (chance(60)) {
          words.add("MKSTREAM");
        }
        if (chance(20)) {
          words.addAll(List.of("ENTRIESREAD", one(COUNTS)));
        }
      }
      case 3 -> {
        words.addAll(List.of("XGROUP", "SETID", key(), one(GROUPS), chance(30) ? "$" : id()));
        if (chance(30)) {
          words.addAll(List.of("ENTRIESREAD", one(COUNTS)));
        }
      }
      case 4 -> words.addAll(List.of("XGROUP", "DELCONSUMER", key(), one(GROUPS), one(CONSUMERS)));
      default -> words.addAll(List.of("XGROUP", one("DESTROY", "NOPE"), key(), one(GROUPS)));
    }
  }

  private void acknowledge(List<String> words) {
    if (chance(40)) {
      words.addAll(List.of("XPENDING", key(), one(GROUPS)));
      return;
    }
    words.addAll(List.of("XACK", key(), one(GROUPS)));
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.add(id());
    }
  }

  private void claim(List<String> words) {
    words.addAll(
        List.of("XCLAIM", key(), one(GROUPS), one(CONSUMERS), one("0", "0", "1000000", "x")));
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.add(id());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      switch (random.nextInt(6)) {
        case 0 -> words.add("JUSTID");
        case 1 -> words.addAll(List.of("IDLE", one("5000000", "x")));
        case 2 -> words.addAll(List.of("RETRYCOUNT", one(COUNTS)));
        case 3 -> words.addAll(List.of("LASTID", id()));
        default -> words.add("FORCE");
      }
    }
  }

  private void autoclaim(List<String> words) {
    words.addAll(
        List.of("XAUTOCLAIM", key(), one(GROUPS), one(CONSUMERS), one("0", "0", "1000000", "x")));
    words.add(chance(50) ? "-" : bound("0"));
    if (chance(50)) {
      words.addAll(List.of("COUNT", one(COUNTS)));
    }
    if (chance(30)) {
      words.add("JUSTID");
    }
  }

  private void transact(List<String> words) {
    words.add(chance(60) ? "EXEC" : "MULTI");
  }

  private void other(List<String> words) {
    switch (random.nextInt(6)) {
      case 0 -> words.addAll(List.of("DEL", key()));
      case 1 -> words.addAll(List.of("COPY", key(), key(), "REPLACE"));
      case 2 -> words.addAll(List.of("RENAME", key(), key()));
      case 3 -> words.addAll(List.of(chance(30) ? "SET" : "GET", key(), "x").subList(0, 2));
      case 4 -> words.addAll(List.of("XINFO", "STREAM", key()));
      default -> words.addAll(List.of("XLEN", key()));
    }
  }
}

package io.skein.server.interop;

import java.util.ArrayList;
import java.util.List;

/// Commands on bits and HyperLogLogs, most of them sensible, on few keys so that they meet.
///
/// WATCH is left out: since 7.2 a field that is set to what it was is no change.
final class RandomBitCommands extends RandomFamily {
  private static final List<String> BITMAPS = List.of("a", "b", "c");
  private static final List<String> SKETCHES = List.of("h", "i", "j");
  private static final String[] INTEGERS = {
    "0",
    "1",
    "2",
    "7",
    "8",
    "9",
    "15",
    "63",
    "64",
    "65",
    "100",
    "-1",
    "-2",
    "-8",
    "-9",
    "-100",
    "x",
    "",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
  };

  RandomBitCommands(long seed) {
    super(seed);
  }

  @Override
  public List<String> keys() {
    List<String> all = new ArrayList<>(BITMAPS);
    all.addAll(SKETCHES);
    return all;
  }

  @Override
  public List<String[]> preparations() {
    return List.<String[]>of(
        new String[] {"CONFIG", "SET", "hll-sparse-max-bytes", one("3000", "0", "100", "17")});
  }

  @Override
  public List<String[]> questions(String key) {
    return List.of(new String[] {"GET", key}, new String[] {"OBJECT", "ENCODING", key});
  }

  private String key(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String integer() {
    return chance(70) ? Integer.toString(random.nextInt(-20, 320)) : one(INTEGERS);
  }

  private String offset() {
    return chance(95) ? Integer.toString(random.nextInt(400)) : one(INTEGERS);
  }

  private String value() {
    if (chance(30)) {
      return Long.toString(random.nextLong() >> random.nextInt(60));
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(45); i > 0; i--) {
      int kind = random.nextInt(3);
      text.append((char) (kind == 0 ? 0 : kind == 1 ? 255 : random.nextInt(256)));
    }
    return text.toString();
  }

  @Override
  public String[] next() {
    List<String> words = new ArrayList<>();
    switch (random.nextInt(12)) {
      case 0 -> words.addAll(List.of("SET", key(BITMAPS), value()));
      case 1, 2 ->
          words.addAll(List.of("SETBIT", key(BITMAPS), offset(), one("0", "1", "1", "2", "x")));
      case 3 -> words.addAll(List.of("GETBIT", key(keys()), offset()));
      case 4 -> count(words);
      case 5 -> find(words);
      case 6 -> {
        words.addAll(List.of("BITOP", one("and", "OR", "xor", "NOT", "nand"), key(BITMAPS)));
        several(words, keys());
      }
      case 7, 8 -> fields(words);
      case 9 -> {
        words.addAll(List.of("PFADD", key(SKETCHES)));
        for (int i = random.nextInt(40); i > 0; i--) {
          words.add(Integer.toString(random.nextInt(100_000)));
        }
      }
      case 10 -> sketch(words);
      default ->
          words.addAll(
              chance(40)
                  ? List.of(one("MULTI", "EXEC", "EXEC"))
                  : chance(50)
                      ? List.of("DEL", key(keys()))
                      : List.of("EXPIREAT", key(keys()), "33177117420"));
    }
    return words.toArray(new String[0]);
  }

  private void several(List<String> words, List<String> of) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.add(key(of));
    }
  }

  private void count(List<String> words) {
    words.addAll(List.of("BITCOUNT", key(keys())));
    if (chance(80)) {
      words.addAll(List.of(integer(), integer()));
      if (chance(60)) {
        words.add(one("BIT", "byte", "bit", "x"));
      }
    }
  }

  private void find(List<String> words) {
    words.addAll(List.of("BITPOS", key(keys()), one("0", "1", "2", "x")));
    for (int i = random.nextInt(3); i > 0; i--) {
      words.add(integer());
    }
    if (words.size() == 5 && chance(60)) {
      words.add(one("BIT", "byte", "bit", "x"));
    }
  }

  private void fields(List<String> words) {
    boolean reads = chance(30);
    words.addAll(List.of(reads ? "BITFIELD_RO" : "BITFIELD", key(BITMAPS)));
    for (int i = random.nextInt(4); i > 0; i--) {
      int verb = reads ? 0 : random.nextInt(4);
      if (verb == 3) {
        words.addAll(List.of("OVERFLOW", one("wrap", "SAT", "FAIL", "x")));
        continue;
      }
      words.add(one("i", "u", "i", "u", "x").concat(Integer.toString(random.nextInt(66))));
      words.add(words.size() - 1, verb == 0 ? "GET" : verb == 1 ? "set" : "INCRBY");
      words.add((chance(50) ? "#" : "") + offset());
      if (verb > 0) {
        words.add(chance(50) ? integer() : Long.toString(random.nextLong()));
      }
    }
  }

  private void sketch(List<String> words) {
    switch (random.nextInt(3)) {
      case 0 -> {
        words.add("PFCOUNT");
        several(words, keys());
      }
      case 1 -> {
        words.addAll(List.of("PFMERGE", key(SKETCHES)));
        several(words, SKETCHES);
      }
      default ->
          words.addAll(
              List.of("PFDEBUG", one("encoding", "DECODE", "todense", "nope"), key(SKETCHES)));
    }
  }
}

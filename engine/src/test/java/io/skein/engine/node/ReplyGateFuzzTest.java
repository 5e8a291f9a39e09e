package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.PersistenceSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever clients do, no reply shows a value before the write that made it is safe.
class ReplyGateFuzzTest {
  private static final Pattern TOKEN = Pattern.compile("t[0-9]+x");
  private static final int CLIENTS = 6;
  private static final int STEPS = 6000;

  private final TestNode node = new TestNode(null, new MemoryDisk(), 1);
  private final List<TestNode.Client> clients = new ArrayList<>();

  /// Which position of the log each value that was ever written needs at least.
  private final Map<String, Long> needs = new LinkedHashMap<>();

  private final boolean[] inMulti = new boolean[CLIENTS];
  private int tokens;
  private long flushed;
  private int shown;

  private String token() {
    return "t" + tokens++ + "x";
  }

  private static String key(SplittableRandom random, String kind) {
    return kind + random.nextInt(4);
  }

  private String[] command(SplittableRandom random) {
    String s = key(random, "s");
    String l = key(random, "l");
    String h = key(random, "h");
    return switch (random.nextInt(26)) {
      case 0, 1, 2 -> new String[] {"SET", s, token()};
      case 3, 4 -> new String[] {"GET", s};
      case 5 -> new String[] {"GETSET", s, token()};
      case 6 -> new String[] {"MGET", s, key(random, "s")};
      case 7 -> new String[] {"RENAME", s, key(random, "s")};
      case 8 -> new String[] {"COPY", s, key(random, "s"), "REPLACE"};
      case 9 -> new String[] {"RPUSH", l, token(), token()};
      case 10 -> new String[] {"LPOP", l};
      case 11 -> new String[] {"LRANGE", l, "0", "-1"};
      case 12 -> new String[] {"LMOVE", l, key(random, "l"), "LEFT", "RIGHT"};
      case 13 -> new String[] {"SORT", l, "ALPHA", "STORE", key(random, "l")};
      case 14 -> new String[] {"HSET", h, "f" + random.nextInt(3), token()};
      case 15 -> new String[] {"HGETALL", h};
      case 16 -> new String[] {"APPEND", s, token()};
      case 17 -> new String[] {"MULTI"};
      case 18 -> new String[] {"EXEC"};
      case 19 -> new String[] {"DEL", s, l};
      case 20 -> new String[] {"SORT", l, "BY", "nosort", "GET", "s*", "GET", "#"};
      case 21 -> new String[] {"DUMP", s};
      case 22 -> new String[] {"SWAPDB", "0", "1"};
      case 23 -> new String[] {"SELECT", "" + random.nextInt(2)};
      case 24 -> new String[] {"BLPOP", key(random, "l"), key(random, "l"), "0.3"};
      default -> new String[] {"PING"};
    };
  }

  /// What has left shows nothing that is not safe.
  private void check(String text, String when) {
    Matcher found = TOKEN.matcher(text);
    while (found.find()) {
      Long needed = needs.get(found.group());
      assertTrue(needed != null && needed <= flushed, () -> when + " shows " + found.group());
      shown++;
    }
  }

  private void checkAll(String when) {
    for (TestNode.Client client : clients) {
      check(client.read(), when);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void noReplyIsEarly(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    node.node()
        .durability()
        .file(
            new Durability.File() {
              @Override
              public boolean isOn() {
                return true;
              }

              @Override
              public long fsyncedOffset() {
                return flushed;
              }
            });
    node.node().start();
    node.commandLog().activateBacklog();
    node.settings().put(PersistenceSettings.APPENDONLY, true);
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(node.connect());
    }
    clients.getFirst().ask("CONFIG SET appendfsync always");
    for (int step = 0; step < STEPS; step++) {
      String when = "seed " + seed + " step " + step;
      int who = random.nextInt(CLIENTS);
      String[] command = command(random);
      if (command[0].equals("MULTI") && inMulti[who]
          || command[0].equals("EXEC") && !inMulti[who]) {
        continue;
      }
      boolean queued = inMulti[who] && !command[0].equals("EXEC");
      inMulti[who] = command[0].equals("MULTI") || queued;
      long before = node.commandLog().offset();
      for (String word : command) {
        if (TOKEN.matcher(word).matches()) {
          // Queued or blocked behind something, it is written later still.
          needs.put(word, before + 1);
        }
      }
      check(clients.get(who).send(command), when);
      checkAll(when);
      switch (random.nextInt(6)) {
        case 0 -> {
          long end = node.commandLog().offset();
          flushed = Math.max(flushed, end - random.nextInt(4) * 50L);
          node.node().durability().moved();
          checkAll(when);
        }
        case 1 -> {
          node.advance(50);
          checkAll(when);
        }
        default -> {}
      }
    }
    assertTrue(shown > 500, shown + " values were seen");
  }
}

package io.skein.engine.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Memory;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.Listpack;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lists beside a plain model of one, under all sorts of limits.
class ListValueTest {
  private final Keyspace keyspace = new Keyspace(1, false, 1);
  private final Database db = keyspace.database(0);
  private final Key key = keyspace.key("list".getBytes(StandardCharsets.US_ASCII));
  private final List<String> model = new ArrayList<>();

  private long before;

  @BeforeEach
  void measure() {
    db.setInteger(key, 1, Entry.NO_EXPIRY);
    db.remove(key);
    before = keyspace.usedBytes();
  }

  @AfterEach
  void everythingIsFreed() {
    db.remove(key);
    assertEquals(before, keyspace.usedBytes());
    keyspace.close();
  }

  @ParameterizedTest
  @CsvSource({
    "-2, 0, 1073741824",
    "-1, 1, 1073741824",
    "3, 0, 1073741824",
    "1, 2, 1073741824",
    "5, 1, 30",
    "16, 2, 100",
    "128, 3, 5",
    "-2, 1, 2000",
    "0, 0, 1"
  })
  void isWhatAPlainListWouldBe(int nodeSize, int plainNodes, int largeBytes) {
    limits(nodeSize, plainNodes, largeBytes);
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      int longest = 1 + random.nextInt(seed % 2 == 0 ? 12 : 600);
      for (int i = 0; i < 3000; i++) {
        boolean growing = (i / 700 & 1) == 0;
        step(random, longest, growing);
        if (i % 16 == 0 || model.size() < 5) {
          compare("seed " + seed + ", step " + i);
        }
      }
      db.remove(key);
      model.clear();
    }
  }

  private void limits(int nodeSize, int plainNodes, int largeBytes) {
    EncodingLimits d = EncodingLimits.DEFAULT;
    keyspace.limits(
        new EncodingLimits(
            d.hash(),
            d.set(),
            d.sortedSet(),
            new EncodingLimits.ListLimits(nodeSize, plainNodes, largeBytes),
            d.stream()));
  }

  private void step(Random random, int longest, boolean growing) {
    int what = random.nextInt(growing ? 8 : 14);
    if (what < 4 || model.isEmpty()) {
      push(random.nextBoolean(), element(random, longest));
    } else if (what == 4) {
      insert(random, element(random, longest));
    } else if (what == 5) {
      int at = random.nextInt(model.size());
      String text = element(random, longest);
      byte[] b = bytes(text);
      ListValue list = list();
      list.growing(b.length, 1);
      list.set(at, b, 0, b.length);
      list.shrunk();
      model.set(at, text);
    } else if (what == 6) {
      remove(random);
    } else if (what == 7 && random.nextInt(4) == 0) {
      int from = random.nextInt(model.size());
      int count = random.nextInt(Math.min(200, model.size() - from)) + 1;
      list().deleteRange(from, count);
      model.subList(from, from + count).clear();
      done();
    } else {
      pop(random.nextBoolean());
    }
  }

  private String element(Random random, int longest) {
    return switch (random.nextInt(5)) {
      case 0 -> String.valueOf(random.nextInt(200) - 100);
      case 1 -> String.valueOf(random.nextLong());
      case 2 -> "abc".repeat(random.nextInt(longest) / 3 + 1);
      case 3 -> random.nextInt(3) == 0 ? "" : "x";
      default -> {
        StringBuilder s = new StringBuilder();
        for (int n = random.nextInt(longest); n > 0; n--) {
          s.append((char) random.nextInt(256));
        }
        yield s.toString();
      }
    };
  }

  private ListValue list() {
    return Objects.requireNonNull(db.write(key, ListValue.TYPE));
  }

  private void push(boolean atHead, String text) {
    byte[] b = bytes(text);
    ListValue list = db.open(key, ListValue.TYPE);
    list.growing(b.length, 1);
    list.push(atHead, b, 0, b.length);
    model.add(atHead ? 0 : model.size(), text);
  }

  private void pop(boolean atHead) {
    Texts texts = new Texts();
    list().pop(atHead, texts);
    assertEquals(atHead ? model.removeFirst() : model.removeLast(), texts.all.get(0));
    done();
  }

  private void insert(Random random, String text) {
    int at = random.nextInt(model.size());
    boolean behind = random.nextBoolean();
    String pivot = model.get(at);
    byte[] b = bytes(text);
    ListValue list = list();
    list.growing(b.length, 1);
    ListCursor cursor = list.cursor(false);
    int index = 0;
    while (cursor.next() && !cursor.is(bytes(pivot), 0, pivot.length())) {
      index++;
    }
    cursor.insert(behind, b, 0, b.length);
    assertEquals(model.indexOf(pivot), index);
    model.add(behind ? index + 1 : index, text);
  }

  private void remove(Random random) {
    String text = model.get(random.nextInt(model.size()));
    boolean backwards = random.nextBoolean();
    int most = random.nextInt(4) + 1;
    ListCursor cursor = list().cursor(backwards);
    int left = most;
    while (left > 0 && cursor.next()) {
      if (cursor.is(bytes(text), 0, text.length())) {
        cursor.delete();
        left--;
      }
    }
    cursor.end();
    for (left = most; left > 0 && model.contains(text); left--) {
      model.remove(backwards ? model.lastIndexOf(text) : model.indexOf(text));
    }
    done();
  }

  private void done() {
    if (model.isEmpty()) {
      assertEquals(0, list().size());
      list().remove();
    } else {
      list().shrunk();
    }
  }

  private void compare(String when) {
    ListValue list = db.peek(key, ListValue.TYPE);
    if (list == null) {
      assertTrue(model.isEmpty(), when);
      return;
    }
    assertEquals(model.size(), list.size(), when);
    assertEquals(model, texts(list, 0, model.size(), false), when);
    List<String> reversed = new ArrayList<>(model);
    Collections.reverse(reversed);
    assertEquals(reversed, texts(list, model.size() - 1, model.size(), true), when);
    int from = model.size() / 3;
    int count = (model.size() - from) / 2;
    assertEquals(model.subList(from, from + count), texts(list, from, count, false), when);
    if (!list.isPacked()) {
      nodesAreSound(list.quicklist(), when);
    }
  }

  private static List<String> texts(ListValue list, int from, int count, boolean backwards) {
    Texts texts = new Texts();
    list.visit(from, count, backwards, texts);
    return texts.all;
  }

  private void nodesAreSound(Quicklist quicklist, String when) {
    long sum = 0;
    int n = quicklist.nodeCount();
    int depth = keyspace.limits().list().plainNodes();
    for (int i = 0; i < n; i++) {
      if (!quicklist.isPlain(i)) {
        long lp = quicklist.content(i);
        assertEquals(quicklist.count(i), Listpack.validate(lp, quicklist.bytes(i)), when);
      }
      if (depth == 0 || i < depth || i >= n - depth) {
        assertFalse(quicklist.isCompressed(i), when);
      }
      sum += quicklist.count(i);
    }
    assertEquals(quicklist.elements(), sum, when);
  }

  @Test
  void nodesFarFromTheEndsAreCompressed() {
    limits(-1, 1, 1 << 30);
    for (int i = 0; i < 4000; i++) {
      push(false, "element number " + i);
    }
    Quicklist quicklist = list().quicklist();
    int n = quicklist.nodeCount();
    assertTrue(n > 10);
    for (int i = 0; i < n; i++) {
      assertEquals(i > 0 && i < n - 1, quicklist.isCompressed(i), "node " + i + " of " + n);
    }
    compare("compressed");
    LargeValue copy = quicklist.copy();
    assertEquals(quicklist.elements(), copy.elements());
    assertTrue(copy.memoryBytes() > 0);
    while (!copy.free(100)) {}
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static final class Texts implements ElementSink {
    final List<String> all = new ArrayList<>();

    @Override
    public void string(long address, int length) {
      byte[] b = new byte[length];
      Memory.copy(address, b, 0, length);
      all.add(new String(b, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void integer(long value) {
      all.add(String.valueOf(value));
    }
  }
}

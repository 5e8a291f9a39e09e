package io.skein.server.interop;

import static io.skein.server.interop.Member.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.moilioncircle.redis.replicator.RedisReplicator;
import com.moilioncircle.redis.replicator.Replicator;
import com.moilioncircle.redis.replicator.cmd.CommandName;
import com.moilioncircle.redis.replicator.cmd.impl.DefaultCommand;
import com.moilioncircle.redis.replicator.cmd.parser.DefaultCommandParser;
import com.moilioncircle.redis.replicator.event.Event;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyStringValueHash;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyStringValueList;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyStringValueSet;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyStringValueStream;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyStringValueString;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyStringValueZSet;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyValuePair;
import com.moilioncircle.redis.replicator.rdb.datatype.Stream;
import com.moilioncircle.redis.replicator.rdb.datatype.ZSetEntry;
import com.moilioncircle.redis.replicator.rdb.dump.DumpRdbVisitor;
import com.moilioncircle.redis.replicator.rdb.dump.datatype.DumpKeyValuePair;
import io.skein.server.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A reader of snapshots and of the replication stream that is neither ours nor Redis's understands
/// both.
@Tag("interop")
class ReaderInteropTest {
  private static final long SEED = Long.getLong("interop.seed", 1);
  private static final int COMMANDS = 400;

  @TempDir Path directory;

  /// Follows a server as a replica, and hands what it reads on to another server.
  private static final class Reader implements AutoCloseable {
    private final Replicator replicator;
    private final RespClient target;
    private final Thread thread;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    Reader(Member from, Member to) throws Exception {
      replicator = new RedisReplicator("redis://127.0.0.1:" + from.port());
      target = to.connect();
      replicator.setRdbVisitor(new DumpRdbVisitor(replicator));
      String names = from.call("COMMAND", "LIST");
      for (String name : names.substring(1, names.length() - 1).split(", ")) {
        replicator.addCommandParser(CommandName.name(name), new DefaultCommandParser());
      }
      replicator.addEventListener((source, event) -> handOn(event));
      replicator.addExceptionListener((source, problem, event) ->
          failure.set(problem instanceof Exception e ? e : new IllegalStateException(problem)));
      thread = new Thread(this::run);
      thread.start();
    }

    private void run() {
      try {
        replicator.open();
      } catch (IOException e) {
        failure.compareAndSet(null, e);
      }
    }

    private void handOn(Event event) {
      try {
        if (event instanceof DumpKeyValuePair pair) {
          target.call("SELECT", Long.toString(pair.getDb().getDbNumber()));
          Long expiry = pair.getExpiredMs();
          String reply =
              target.call(
                  "RESTORE",
                  text(pair.getKey()),
                  expiry == null ? "0" : Long.toString(expiry),
                  text(pair.getValue()),
                  "ABSTTL");
          assertEquals("+OK", reply);
        } else if (event instanceof DefaultCommand command) {
          List<String> words = new ArrayList<>(List.of(text(command.getCommand())));
          for (byte[] argument : command.getArgs()) {
            words.add(text(argument));
          }
          if (!words.getFirst().equalsIgnoreCase("PING")) {
            target.call(words.toArray(new String[0]));
          }
        }
      } catch (IOException e) {
        failure.compareAndSet(null, e);
      }
    }

    long offset() {
      return replicator.getConfiguration().getReplOffset();
    }

    @Override
    public void close() throws IOException {
      replicator.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      target.close();
    }
  }

  @Test
  void whatItHandsOnFromUsIsWhatWeHold() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    try (Member skein = Member.skein(directory, "source");
        Member redis = Member.redis(directory, "target");
        RespClient writer = skein.connect()) {
      RandomWrites.write(writer, COMMANDS, random);
      try (Reader reader = new Reader(skein, redis)) {
        RandomWrites.write(writer, COMMANDS, random);
        await("it follows", () -> skein.number("replication", "connected_slaves") == 1);
        RandomWrites.write(writer, COMMANDS, random);
        await(
            "it has read all and handed it on",
            () -> {
              Exception e = reader.failure.get();
              if (e != null) {
                throw e;
              }
              return reader.offset() >= skein.number("replication", "master_repl_offset")
                  && redis.digest().equals(skein.digest());
            });
      }
    }
  }

  @Test
  void itReadsEveryValueOfOurSnapshot() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    try (Member skein = Member.skein(directory, "source")) {
      for (int size : new int[] {1, 5, 3000}) {
        fill(skein, size, expected);
      }
      assertEquals("+OK", skein.call("SAVE"));
    }
    Map<String, String> read = new TreeMap<>();
    Path file = directory.resolve("skein-source").resolve("dump.rdb");
    try (Replicator replicator = new RedisReplicator("redis://" + file)) {
      replicator.addEventListener((source, event) -> {
        if (event instanceof KeyValuePair<?, ?> pair) {
          read.put(text((byte[]) pair.getKey()), shown(pair));
        }
      });
      replicator.open();
    }
    assertEquals(expected, read);
  }

  private static void fill(Member to, int size, Map<String, String> expected) throws IOException {
    List<String> elements = new ArrayList<>();
    Map<String, String> pairs = new TreeMap<>();
    Map<String, String> scores = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      String element = i % 3 == 0 ? Integer.toString(i * 7919) : "element-" + i;
      elements.add(element);
      pairs.put(element, "value-" + i);
      scores.put(element, Double.toString(i * 0.25 - 10));
      to.call("RPUSH", "list" + size, element);
      to.call("SADD", "set" + size, element);
      to.call("SADD", "numbers" + size, Integer.toString(i));
      to.call("HSET", "hash" + size, element, "value-" + i);
      to.call("ZADD", "scores" + size, scores.get(element), element);
      to.call("XADD", "stream" + size, (i + 1) + "-1", element, "value-" + i);
    }
    String text = "ab".repeat(size);
    to.call("SET", "text" + size, text);
    to.call("SET", "number" + size, Integer.toString(size));
    expected.put("text" + size, text);
    expected.put("number" + size, Integer.toString(size));
    expected.put("list" + size, elements.toString());
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      numbers.add(Integer.toString(i));
    }
    expected.put("numbers" + size, sorted(numbers).toString());
    expected.put("set" + size, sorted(elements).toString());
    expected.put("hash" + size, pairs.toString());
    expected.put("scores" + size, scores.toString());
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      entries.add((i + 1) + "-1{" + elements.get(i) + "=value-" + i + "}");
    }
    expected.put("stream" + size, entries.toString());
  }

  private static List<String> sorted(List<String> texts) {
    List<String> copy = new ArrayList<>(texts);
    Collections.sort(copy);
    return copy;
  }

  private static String shown(KeyValuePair<?, ?> pair) {
    return switch (pair) {
      case KeyStringValueString p -> text(p.getValue());
      case KeyStringValueList p -> texts(p.getValue()).toString();
      case KeyStringValueSet p -> sorted(texts(p.getValue())).toString();
      case KeyStringValueHash p -> texts(p.getValue()).toString();
      case KeyStringValueZSet p -> {
        Map<String, String> scores = new TreeMap<>();
        for (ZSetEntry entry : p.getValue()) {
          scores.put(text(entry.getElement()), Double.toString(entry.getScore()));
        }
        yield scores.toString();
      }
      case KeyStringValueStream p -> {
        List<String> entries = new ArrayList<>();
        for (Stream.Entry entry : p.getValue().getEntries().values()) {
          entries.add(entry.getId() + texts(entry.getFields()).toString());
        }
        yield entries.toString();
      }
      default -> pair.toString();
    };
  }

  private static List<String> texts(Iterable<byte[]> all) {
    List<String> texts = new ArrayList<>();
    for (byte[] each : all) {
      texts.add(text(each));
    }
    return texts;
  }

  private static Map<String, String> texts(Map<byte[], byte[]> pairs) {
    Map<String, String> texts = new TreeMap<>();
    pairs.forEach((field, value) -> texts.put(text(field), text(value)));
    return texts;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

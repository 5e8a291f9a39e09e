package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Clients that write all the time to whichever of some servers is the primary, and remember what
/// was acknowledged.
///
/// Each counts up a key of its own: a write that was acknowledged and is lost shows as a counter
/// that goes back.
final class WriteLoad implements AutoCloseable {
  private static final long PAUSE_NANOS = 1_000_000;

  private final Member[] members;
  private final List<Writer> writers = new ArrayList<>();
  private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong acknowledged = new AtomicLong();
  private volatile boolean stopped;

  WriteLoad(int clients, Member... members) {
    this.members = members;
    for (int i = 0; i < clients; i++) {
      Writer writer = new Writer(i);
      writers.add(writer);
      writer.thread.start();
    }
  }

  /// Waits until so many more writes have been acknowledged.
  void goesOnFor(long writes) throws Exception {
    long target = acknowledged.get() + writes;
    Member.await("writes go on", () -> acknowledged.get() >= target || !wrong.isEmpty());
    assertTrue(wrong.isEmpty(), wrong::toString);
  }

  /// Ends the load; whatever was acknowledged has to be with `primary`.
  void endsWithout(String loss, Member primary) throws Exception {
    close();
    assertTrue(wrong.isEmpty(), () -> loss + ": " + wrong);
    for (Writer writer : writers) {
      String value = primary.call("GET", writer.key);
      boolean unclear = writer.unclear > 0;
      if (unclear) {
        assertTrue(Long.parseLong(value) >= writer.last, loss + ": " + value);
      } else {
        assertEquals(Long.toString(writer.last), value, loss);
      }
    }
  }

  @Override
  public void close() {
    stopped = true;
    try {
      for (Writer writer : writers) {
        writer.thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Writer {
    private final String key;
    private final Thread thread;
    private final SplittableRandom random;
    private int at;
    private long last;

    /// How many requests were sent whose replies never came.
    private int unclear;

    Writer(int number) {
      key = "counter:" + number;
      random = new SplittableRandom(number);
      thread = new Thread(this::run, "load-" + number);
    }

    private void run() {
      while (!stopped && wrong.isEmpty()) {
        try (RespClient client = members[at].connect()) {
          while (!stopped && write(client)) {}
        } catch (IOException lost) {
          unclear++;
        }
        at = (at + 1) % members.length;
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }

    /// Whether this is the primary.
    private boolean write(RespClient client) throws IOException {
      String reply = client.call("INCR", key);
      if (!reply.startsWith(":")) {
        if (!reply.startsWith("-READONLY") && !reply.startsWith("-LOADING")) {
          wrong.add(key + ": " + reply);
        }
        return false;
      }
      long value = Long.parseLong(reply.substring(1));
      if (value <= last) {
        wrong.add(key + " is " + value + " after " + last);
      }
      last = value;
      acknowledged.incrementAndGet();
      client.call("SET", "key:" + random.nextInt(1000), "v".repeat(random.nextInt(200)));
      return true;
    }
  }
}

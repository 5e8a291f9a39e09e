package io.skein.simulator;

import io.skein.engine.bytes.Slot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A client of the cluster: writes values that nobody wrote before, follows redirections, and keeps
/// what was acknowledged.
final class SimClient extends Host {
  private static final int THINK_US = 300_000;
  private static final int BUSY_US = 20_000;
  private static final int BACK_OFF_US = 400_000;
  private static final long REPLY_TIMEOUT_US = 1_500_000;
  private static final int SLOTS_PER_RANGE = 64;
  private static final int WAIT_ONE_IN = 8;
  private static final int READ_ONE_IN = 4;

  final List<Write> acknowledged = new ArrayList<>();
  long reads;
  long staleReads;
  long errors;

  private final SplittableRandom random;
  private final Lane lane;
  private final int[] ownerOfRange = new int[Slot.SLOT_COUNT / SLOTS_PER_RANGE];
  private @Nullable Side side;
  private @Nullable Host connectedTo;
  private boolean stopped;

  private Step step = Step.IDLE;
  private String key = "";
  private String value = "";
  private boolean safely;
  private long attempt;
  private long written;

  private enum Step {
    IDLE,
    WRITING,
    WAITING,
    READING
  }

  /// A write that a node acknowledged.
  ///
  /// @param replicated whether a replica confirmed it too, by WAIT
  record Write(String key, String value, long atUs, boolean replicated) {}

  SimClient(World world, int number, SplittableRandom random) {
    super(world, number, "c" + number);
    this.random = random;
    this.lane = new Lane(world.schedule);
    alive = true;
    incarnation = 1;
  }

  @Override
  @Nullable Handler accept(int port, Side side) {
    return null;
  }

  @Override
  Lane lane(int port) {
    return lane;
  }

  void start() {
    for (int i = 0; i < ownerOfRange.length; i++) {
      ownerOfRange[i] = random.nextInt(world.nodes.size());
    }
    next();
  }

  /// The operation at hand is the last one.
  void stop() {
    stopped = true;
  }

  private void next() {
    int thinkUs = world.options.profile().hasFiles() ? BUSY_US : THINK_US;
    after(1 + random.nextInt(thinkUs), lane, this::begin);
  }

  private void begin() {
    if (stopped) {
      return;
    }
    if (!acknowledged.isEmpty() && random.nextInt(READ_ONE_IN) == 0) {
      Write write = acknowledged.get(random.nextInt(acknowledged.size()));
      key = write.key();
      value = write.value();
      step = Step.READING;
    } else {
      key = name + ":" + written++;
      value = "v" + random.nextInt(1 << 20);
      safely = random.nextInt(WAIT_ONE_IN) == 0;
      step = Step.WRITING;
    }
    send();
  }

  private int range() {
    return Slot.of(key.getBytes(StandardCharsets.ISO_8859_1)) / SLOTS_PER_RANGE;
  }

  private void send() {
    SimNode to = world.nodes.get(ownerOfRange[range()]);
    Side s = side;
    long now = ++attempt;
    after(REPLY_TIMEOUT_US, lane, () -> timeOut(now));
    if (s == null || connectedTo != to) {
      if (s != null) {
        world.network.close(s);
      }
      connectedTo = to;
      side = world.network.connect(this, lane, to, SimNode.CLIENT_PORT, new Replies());
    } else {
      sendRequest(s);
    }
  }

  private void sendRequest(Side s) {
    world.network.send(
        s,
        switch (step) {
          case READING -> Resp.command("GET", key);
          case WAITING -> Resp.command("WAIT", "1", "1000");
          case WRITING, IDLE -> Resp.command("SET", key, value);
        });
  }

  private void timeOut(long ofAttempt) {
    if (attempt == ofAttempt && step != Step.IDLE) {
      elsewhere();
    }
  }

  /// Gives up this connection, and the operation when its outcome cannot be known any more.
  private void elsewhere() {
    errors++;
    Side s = side;
    side = null;
    if (s != null) {
      world.network.close(s);
    }
    ownerOfRange[range()] = random.nextInt(world.nodes.size());
    if (step == Step.WAITING) {
      done();
    } else {
      long now = ++attempt;
      after(
          1 + random.nextInt(BACK_OFF_US),
          lane,
          () -> {
            if (attempt == now && !stopped) {
              send();
            }
          });
    }
  }

  private void done() {
    step = Step.IDLE;
    attempt++;
    next();
  }

  private void onReply(String reply) {
    if (reply.startsWith("-MOVED ")) {
      String host = reply.split("[ :]")[2];
      Host to = world.host(host);
      if (to instanceof SimNode node) {
        ownerOfRange[range()] = node.number;
        send();
        return;
      }
    }
    if (reply.startsWith("-")) {
      elsewhere();
      return;
    }
    switch (step) {
      case WRITING -> {
        acknowledged.add(new Write(key, value, world.schedule.nowUs(), false));
        if (safely) {
          step = Step.WAITING;
          send();
        } else {
          done();
        }
      }
      case WAITING -> {
        if (!reply.startsWith(":0")) {
          acknowledged.removeLast();
          acknowledged.add(new Write(key, value, world.schedule.nowUs(), true));
          world.fates.confirmed(key);
        }
        done();
      }
      case READING -> {
        reads++;
        String found = Resp.value(reply);
        world.checkRead(key, value, found);
        staleReads += found == null ? 1 : 0;
        done();
      }
      case IDLE -> throw new IllegalStateException("a reply that nobody asked for: " + reply);
    }
  }

  private final class Replies implements Handler {
    @Override
    public void opened(Side s) {
      if (s == side && step != Step.IDLE) {
        sendRequest(s);
      }
    }

    @Override
    public void refused(Side s) {
      closed(s, "refused");
    }

    @Override
    public void received(Side s, Object message) {
      if (s == side && step != Step.IDLE && message instanceof byte[] bytes) {
        onReply(new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }

    @Override
    public void closed(Side s, String reason) {
      if (s == side) {
        side = null;
        if (step != Step.IDLE) {
          elsewhere();
        }
      }
    }
  }
}

package io.skein.simulator.sentinel;

import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.ConfigRewrite;
import io.skein.engine.config.ConfigText;
import io.skein.engine.config.LineGrammar;
import io.skein.engine.config.SentinelLine;
import io.skein.engine.config.Settings;
import io.skein.engine.sentinel.Admin;
import io.skein.engine.sentinel.Answer;
import io.skein.engine.sentinel.SentinelConfig;
import io.skein.engine.sentinel.SentinelEffect;
import io.skein.engine.sentinel.SentinelEvent;
import io.skein.engine.sentinel.SentinelMachine;
import io.skein.engine.sentinel.SentinelSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A host with a Sentinel: the engine's own, with a virtual file.
final class SimSentinel extends SimHost {
  static final int PORT = 26_379;

  /// A crash in the midst of a call.
  private static final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crashed() {
      super("crashed", null, false, false);
    }
  }

  private final SentinelWorld world;
  private final Map<Long, Pipe> outgoing = new LinkedHashMap<>();
  private byte[] file;

  /// Counts the lives of the process: what belongs to an earlier one is dead.
  int life;

  boolean diskFails;

  /// Whether it crashes when it saves next, with the old file or the new one.
  boolean crashesOnSave;

  private @Nullable SentinelMachine machine;

  SimSentinel(SentinelWorld world, int number, String config) {
    super(number);
    this.world = world;
    this.file = config.getBytes(StandardCharsets.ISO_8859_1);
  }

  String id() {
    SentinelMachine running = machine;
    return running == null ? "" : running.myId();
  }

  void start() {
    up = true;
    paused = false;
    life++;
    SentinelMachine made =
        new SentinelMachine(
            new SentinelSettings(PORT, ""),
            this::save,
            new SplittableRandom(world.random.nextLong()),
            script -> true);
    machine = made;
    guarded(() -> {
      try {
        made.load(lines(), world.time.nowMs(), script -> true);
      } catch (ConfigFileError broken) {
        throw new IllegalStateException(broken.report(), broken);
      }
      made.start(world.time.nowMs(), this::carryOut);
    });
    int thisLife = life;
    world.time.after(1, () -> tick(thisLife));
  }

  private List<SentinelLine> lines() {
    List<SentinelLine> lines = new ArrayList<>();
    int number = 0;
    for (String line : new String(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      number++;
      List<String> words = line.startsWith("#") ? null : LineGrammar.split(line);
      if (words != null && words.size() > 1 && words.getFirst().equals("sentinel")) {
        List<String> rest = words.subList(1, words.size()).stream().map(ConfigText::text).toList();
        lines.add(new SentinelLine(number, line, rest));
      }
    }
    return lines;
  }

  private boolean save(SentinelConfig config) {
    if (diskFails) {
      return false;
    }
    Settings settings = new Settings("/", (current, requested) -> requested);
    ConfigRewrite rewrite = ConfigRewrite.ofSentinel(file, settings, List.of());
    config.writeTo(rewrite);
    byte[] next = rewrite.finish();
    if (crashesOnSave) {
      crashesOnSave = false;
      if (world.random.nextBoolean()) {
        file = next;
      }
      throw new Crashed();
    }
    file = next;
    return true;
  }

  void crash() {
    up = false;
    life++;
    machine = null;
    new ArrayList<>(outgoing.values()).forEach(Pipe::closedByClient);
    outgoing.clear();
    world.closeAllTo(this);
  }

  /// Runs a call of the machine, which the process may not survive.
  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (Crashed end) {
      crash();
      world.time.after(1000 + world.random.nextInt(10_000), this::start);
    }
  }

  private void tick(int ofLife) {
    SentinelMachine running = machine;
    if (running == null || ofLife != life) {
      return;
    }
    if (paused) {
      world.time.after(10, () -> tick(ofLife));
      return;
    }
    guarded(() -> running.tick(world.time.nowMs(), this::carryOut));
    world.time.after(
        Math.max(1, running.nextDeadlineMs() - world.time.nowMs()), () -> tick(ofLife));
  }

  private void on(SentinelEvent event) {
    SentinelMachine running = machine;
    if (running != null) {
      guarded(() -> running.on(event, world.time.nowMs(), this::carryOut));
    }
  }

  @Nullable Answer ask(Function<Admin, Answer> question) {
    SentinelMachine running = machine;
    Answer[] answer = new Answer[1];
    if (running != null) {
      guarded(() -> answer[0] = running.ask(question, world.time.nowMs(), this::carryOut));
    }
    return answer[0];
  }

  void opened(Pipe pipe) {
    on(new SentinelEvent.Opened(pipe.id, ip));
  }

  void answered(Pipe pipe, byte[] bytes) {
    on(new SentinelEvent.Received(pipe.id, bytes));
  }

  void lost(Pipe pipe) {
    if (outgoing.remove(pipe.id) != null) {
      on(new SentinelEvent.Closed(pipe.id, "lost"));
    }
  }

  private void carryOut(SentinelEffect effect) {
    switch (effect) {
      case SentinelEffect.Connect(long id, String to, int port) -> {
        Pipe pipe = new Pipe(world, this, id, world.hostAt(to));
        outgoing.put(id, pipe);
        pipe.connect();
      }
      case SentinelEffect.Send(long id, byte[] bytes) -> {
        Pipe pipe = outgoing.get(id);
        if (pipe != null) {
          Words.requests(bytes).stream()
              .filter(words -> words.getFirst().equals("PUBLISH"))
              .forEach(words -> world.checks.hello(words.get(2)));
          pipe.sendToServer(bytes);
        }
      }
      case SentinelEffect.Close(long id) -> {
        Pipe pipe = outgoing.remove(id);
        if (pipe != null) {
          pipe.closedByClient();
        }
      }
      case SentinelEffect.Publish(String channel, String message) -> {
        world.trace(this, channel + " " + message);
        world.checks.event(this, channel, message);
      }
      case SentinelEffect.Resolve e -> throw new IllegalStateException("no names here");
      case SentinelEffect.RunScript e -> throw new IllegalStateException("no scripts here");
      case SentinelEffect.KillScript e -> throw new IllegalStateException("no scripts here");
      case SentinelEffect.Crash e -> throw new IllegalStateException("nobody asked");
      case SentinelEffect.Log line -> {}
    }
  }

  @Override
  void received(Pipe pipe, byte[] bytes) {
    for (List<String> words : Words.requests(bytes)) {
      Answer answer =
          switch (words.getFirst().toUpperCase(Locale.ROOT)) {
            case "PING" -> new Answer.Text("PONG");
            case "PUBLISH" -> ask(admin -> admin.hello(words.get(2)));
            case "SENTINEL" ->
                ask(admin ->
                    admin.isDown(
                        words.get(2),
                        Integer.parseInt(words.get(3)),
                        Long.parseLong(words.get(4)),
                        words.get(5)));
            default -> Answer.OK;
          };
      if (answer != null && pipe.open) {
        pipe.sendToClient(Words.reply(answer));
      }
    }
  }
}

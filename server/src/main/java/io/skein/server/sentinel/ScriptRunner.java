package io.skein.server.sentinel;

import io.skein.engine.sentinel.SentinelEffect;
import io.skein.engine.sentinel.SentinelEvent;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Runs the programs that a Sentinel tells of events.
///
/// *Threads*: any.
final class ScriptRunner {
  /// What the JVM adds to the number of a signal that ended a process.
  private static final int SIGNALLED = 128;

  private static final int MOST_SIGNALS = 64;
  private static final int NOT_RUN = 2;

  private final SentinelPlane plane;
  private final Map<Long, Process> running = new ConcurrentHashMap<>();

  ScriptRunner(SentinelPlane plane) {
    this.plane = plane;
  }

  void run(SentinelEffect.RunScript script) {
    Thread.ofPlatform().name("script").daemon().start(() -> runNow(script));
  }

  private void runNow(SentinelEffect.RunScript script) {
    long job = script.job();
    try {
      List<String> command = new ArrayList<>(script.command());
      command.set(0, plane.scriptAt(command.getFirst()).toString());
      Process process =
          new ProcessBuilder(command)
              .directory(plane.scriptAt("").toFile())
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      running.put(job, process);
      plane.on(new SentinelEvent.ScriptStarted(job, process.pid()));
      int status = process.waitFor();
      running.remove(job);
      boolean signalled = status > SIGNALLED && status <= SIGNALLED + MOST_SIGNALS;
      plane.on(
          new SentinelEvent.ScriptEnded(
              job, signalled ? 0 : status, signalled ? status - SIGNALLED : 0));
    } catch (IOException notRun) {
      plane.on(new SentinelEvent.ScriptEnded(job, NOT_RUN, 0));
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  void kill(long job) {
    Process process = running.get(job);
    if (process != null) {
      process.destroyForcibly();
    }
  }
}

package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The queue of programs that tell others what happened.
///
/// Sixteen run at a time, the oldest first. One that ends with 1 or by a signal is run again, up to
/// ten times in all, with a delay that doubles; any other end is final. One that takes too long is
/// killed.
final class Scripts {
  private static final int MOST_QUEUED = 256;
  private static final int MOST_RUNNING = 16;
  private static final int MOST_TRIES = 10;
  private static final int RETRY = 1;

  private static final class Job {
    final long id;
    final List<String> command;
    boolean running;
    long pid;
    int tries;

    /// When it was started; of one that does not run, when it may be.
    long startMs;

    Job(long id, List<String> command) {
      this.id = id;
      this.command = command;
    }
  }

  private final SentinelState state;
  private final List<Job> queue = new ArrayList<>();
  private long nextId = 1;
  private int running;

  Scripts(SentinelState state) {
    this.state = state;
  }

  int running() {
    return running;
  }

  int size() {
    return queue.size();
  }

  void schedule(List<String> command) {
    queue.add(new Job(nextId++, command));
    if (queue.size() > MOST_QUEUED) {
      for (int i = 0; i < queue.size(); i++) {
        if (!queue.get(i).running) {
          queue.remove(i);
          break;
        }
      }
    }
  }

  /// Starts what may run, and kills what has run too long.
  void tick() {
    for (Job job : queue) {
      if (running >= MOST_RUNNING) {
        break;
      }
      if (!job.running && job.startMs <= state.nowMs) {
        job.running = true;
        job.startMs = state.nowMs;
        job.tries++;
        running++;
        state.out.add(new SentinelEffect.RunScript(job.id, job.command));
      }
    }
    long longest = state.periods.get(Periods.Name.SCRIPT_MAX_RUNTIME);
    for (Job job : queue) {
      if (job.running && job.pid != 0 && state.nowMs - job.startMs > longest) {
        state.out.event(
            LogLevel.WARNING, "-script-timeout", job.command.getFirst() + " " + job.pid);
        state.out.add(new SentinelEffect.KillScript(job.id));
      }
    }
  }

  void started(SentinelEvent.ScriptStarted event) {
    for (Job job : queue) {
      if (job.id == event.job()) {
        job.pid = event.pid();
        state.out.event(LogLevel.DEBUG, "+script-child", Long.toString(event.pid()));
      }
    }
  }

  void ended(SentinelEvent.ScriptEnded event) {
    Job job = null;
    for (Job candidate : queue) {
      if (candidate.id == event.job() && candidate.running) {
        job = candidate;
      }
    }
    if (job == null) {
      return;
    }
    running--;
    boolean bySignal = event.signal() != 0;
    state.out.event(
        LogLevel.DEBUG, "-script-child", job.pid + " " + event.exitCode() + " " + event.signal());
    if ((bySignal || event.exitCode() == RETRY) && job.tries < MOST_TRIES) {
      job.running = false;
      job.pid = 0;
      long delay = state.periods.get(Periods.Name.SCRIPT_RETRY_DELAY);
      job.startMs = state.nowMs + (delay << (job.tries - 1));
      return;
    }
    if (bySignal || event.exitCode() != 0) {
      state.out.event(
          LogLevel.WARNING,
          "-script-error",
          job.command.getFirst() + " " + event.signal() + " " + event.exitCode());
    }
    queue.remove(job);
  }

  /// The reply of SENTINEL PENDING-SCRIPTS.
  Answer describe() {
    List<Answer> jobs = new ArrayList<>();
    for (Job job : queue) {
      Map<String, Answer> fields = new LinkedHashMap<>();
      List<Answer> words = new ArrayList<>();
      job.command.forEach(word -> words.add(new Answer.Bulk(word)));
      fields.put("argv", new Answer.Items(words));
      fields.put("flags", new Answer.Bulk(job.running ? "running" : "scheduled"));
      fields.put("pid", new Answer.Bulk(Long.toString(job.pid)));
      long ms = job.running ? state.nowMs - job.startMs : Math.max(0, job.startMs - state.nowMs);
      fields.put(
          job.running ? "run-time" : "run-delay",
          new Answer.Bulk(Long.toString(job.startMs == 0 ? 0 : ms)));
      fields.put("retry-num", new Answer.Bulk(Integer.toString(job.tries)));
      jobs.add(new Answer.Fields(fields));
    }
    return new Answer.Items(jobs);
  }
}

package io.skein.engine.script;

import io.skein.engine.command.Call;

/// A script in the course of its run.
public final class ScriptRun {
  private final Call call;
  private final String name;
  private final boolean eval;
  private final boolean readOnly;
  private final boolean allowsOom;
  private final boolean allowsCrossSlot;
  private final long beganNanos;
  private boolean wrote;
  private boolean killed;
  private boolean replicates = true;
  private int slot;

  ScriptRun(Call call, String name, boolean eval, ScriptFlags flags, boolean ro, long nowNanos) {
    this.call = call;
    this.name = name;
    this.eval = eval;
    readOnly = ro || flags.isReadOnly();
    allowsOom = flags.declared() && flags.has(ScriptFlag.ALLOW_OOM);
    allowsCrossSlot = !flags.declared() || flags.has(ScriptFlag.ALLOW_CROSS_SLOT_KEYS);
    beganNanos = nowNanos;
    slot = call.keyCount() > 0 ? call.keyAt(0).slot() : -1;
  }

  /// The command that runs the script.
  public Call call() {
    return call;
  }

  /// The function's name, or the SHA-1 of the script.
  String name() {
    return name;
  }

  /// Whether it is a script of EVAL, and not a function.
  boolean isEval() {
    return eval;
  }

  /// Whether it may not write.
  public boolean isReadOnly() {
    return readOnly;
  }

  /// Whether it may write when memory has run out.
  public boolean allowsOom() {
    return allowsOom;
  }

  /// Whether its keys may be of several slots.
  public boolean allowsCrossSlot() {
    return allowsCrossSlot;
  }

  long beganNanos() {
    return beganNanos;
  }

  /// Whether it has called a command that writes: it cannot be stopped half way from then on.
  public boolean hasWritten() {
    return wrote;
  }

  public void wrote() {
    wrote = true;
  }

  boolean isKilled() {
    return killed;
  }

  void kill() {
    killed = true;
  }

  boolean replicates() {
    return replicates;
  }

  void replicates(boolean on) {
    replicates = on;
  }

  /// The slot of its keys, or -1.
  public int slot() {
    return slot;
  }

  public void slot(int first) {
    slot = first;
  }
}

package io.skein.server.script;

import io.skein.engine.resp.CommandError;
import io.skein.engine.script.Interpreter;
import io.skein.engine.script.ScriptCalls;
import io.skein.engine.script.ScriptEngine;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// Opens interpreters of the library of Lua, which is loaded with the first of them.
///
/// Loading it, linking its functions and running Java code for the first time takes a tenth of a
/// second: a thread of its own does all that once before the first script, which waits for it.
public final class LuaEngine implements ScriptEngine {
  private final Executor plane;
  private volatile boolean loaded;

  /// @param plane runs what touches the node
  public LuaEngine(Executor plane) {
    this.plane = plane;
  }

  @Override
  public Interpreter open(boolean libraries, ScriptCalls calls) {
    try {
      Interpreter opened = new LuaInterpreter(libraries, calls);
      loaded = true;
      return opened;
    } catch (LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CommandError("ERR The library of Lua cannot be loaded: " + cause);
    }
  }

  @Override
  public boolean prepare(Runnable done) {
    if (loaded) {
      return true;
    }
    Thread.ofPlatform().name("script-start").daemon().start(() -> rehearse(done));
    return false;
  }

  private void rehearse(Runnable done) {
    try {
      new Rehearsal().run();
    } catch (LinkageError e) {
      // Whoever opens an interpreter is told of it.
    }
    try {
      plane.execute(done);
    } catch (RejectedExecutionException e) {
      // The server has ended meanwhile.
    }
  }
}

package io.skein.server.script;

import java.security.SecureRandom;

/// `math.random` and `math.randomseed`: the 48-bit generator of POSIX, so that a seed gives the
/// same numbers on every machine, and those that Redis gives.
///
/// *See* IEEE Std 1003.1, `drand48`.
final class RandomNumbers {
  private static final long FACTOR = 0x5DEECE66DL;
  private static final long MASK = (1L << 48) - 1;
  private static final int MOST = Integer.MAX_VALUE;

  private long state = new SecureRandom().nextLong() & MASK;

  void define(LuaRuntime runtime) {
    runtime.define("random", this::random);
    runtime.define("randomseed", this::seed);
  }

  private double next() {
    state = state * FACTOR + 0xB & MASK;
    return (state >>> 17) % MOST / (double) MOST;
  }

  private int random(LuaState lua) {
    double r = next();
    switch (lua.top()) {
      case 0 -> lua.pushNumber(r);
      case 1 -> {
        int most = LuaArguments.integer32(lua, 1);
        if (most < 1) {
          throw LuaError.argument(1, "interval is empty");
        }
        lua.pushNumber(Math.floor(r * most) + 1);
      }
      case 2 -> {
        int least = LuaArguments.integer32(lua, 1);
        int most = LuaArguments.integer32(lua, 2);
        if (least > most) {
          throw LuaError.argument(2, "interval is empty");
        }
        lua.pushNumber(Math.floor(r * (most - least + 1)) + least);
      }
      default -> throw LuaError.text("wrong number of arguments");
    }
    return 1;
  }

  private int seed(LuaState lua) {
    long seed = LuaArguments.integer32(lua, 1);
    state = (seed << 16 | 0x330E) & MASK;
    return 0;
  }
}

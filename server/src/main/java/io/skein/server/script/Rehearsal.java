package io.skein.server.script;

import io.skein.engine.command.Arguments;
import io.skein.engine.resp.Reply;
import io.skein.engine.script.Interpreter;
import io.skein.engine.script.ScriptCalls;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Runs a small script without a node, so that what happens once in a process has happened: the
/// library is loaded, its functions are linked, and the code that any script needs has run.
final class Rehearsal implements ScriptCalls {
  private static final byte[] SCRIPT =
      ascii(
          """
          local value = redis.call('get', KEYS[1])
          return {tonumber(ARGV[1]), value}
          """);

  private final Reply answer = new Reply(64);

  void run() {
    Arguments arguments = new Arguments();
    arguments.point(ascii("eval"), SCRIPT, ascii("1"), ascii("key"), ascii("1"));
    Interpreter scripts = new LuaInterpreter(false, this);
    scripts.run(scripts.compile(SCRIPT, 0), arguments, 3, 1, "f", new Reply(1024));
    scripts.close(false);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Reply call(byte[] buffer, int[] offsets, int[] lengths, int count) {
    answer.truncate(0);
    answer.bulk(ascii("value"));
    return answer;
  }

  @Override
  public boolean mayCall(byte[] buffer, int[] offsets, int[] lengths, int count) {
    return true;
  }

  @Override
  public int protocol() {
    return 2;
  }

  @Override
  public void protocol(int version) {
    // Scripts of a rehearsal do not choose one.
  }

  @Override
  public void replicates(boolean on) {
    // There is nothing to log.
  }

  @Override
  public boolean logs(int level) {
    return false;
  }

  @Override
  public void log(int level, String text) {
    // Nobody is to read of what did not happen.
  }

  @Override
  public @Nullable String interrupted() {
    return null;
  }

  @Override
  public @Nullable String register(
      String name, @Nullable String description, int reference, int flags) {
    return null;
  }

  @Override
  public boolean isLoading() {
    return true;
  }

  @Override
  public void error(Reply reply, String text, boolean counted) {
    reply.error(text);
  }
}

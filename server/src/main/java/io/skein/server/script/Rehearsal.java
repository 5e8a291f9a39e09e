package io.skein.server.script;

import io.skein.engine.command.Arguments;
import io.skein.engine.resp.Reply;
import io.skein.engine.script.Interpreter;
import io.skein.engine.script.ScriptCalls;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Runs a script and loads a library that do a little of everything, without a node: all that
/// happens once in a process has happened then.
final class Rehearsal implements ScriptCalls {
  private static final byte[] SCRIPT =
      ascii(
          """
          local texts = {}
          for i, key in ipairs(KEYS) do
            local value = redis.call('get', key)
            texts[i] = tostring(value) .. tonumber(ARGV[1])
          end
          local problem = redis.pcall('get', KEYS[1])
          local fine, why = pcall(function() error({err = 'none'}) end)
          local decoded = cjson.decode(cjson.encode({texts, a = 1.5, b = true}))
          local unpacked = cmsgpack.unpack(cmsgpack.pack({1, 'two', false}))
          return {#texts, texts, false, redis.status_reply('fine'), redis.error_reply('MY own')}
          """);
  private static final byte[] LIBRARY =
      ascii(
          """
          redis.register_function('f', function(keys, args)
            return redis.call('get', keys[1])
          end)
          """);

  private final Reply answer = new Reply(64);

  void run() {
    Arguments arguments = new Arguments();
    arguments.point(ascii("eval"), SCRIPT, ascii("1"), ascii("key"), ascii("1"));
    Interpreter scripts = new LuaInterpreter(false, this);
    scripts.run(scripts.compile(SCRIPT, 0), arguments, 3, 1, "f", new Reply(1024));
    scripts.memoryBytes();
    scripts.close(false);
    Interpreter functions = new LuaInterpreter(true, this);
    functions.load(LIBRARY, 0);
    functions.close(false);
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

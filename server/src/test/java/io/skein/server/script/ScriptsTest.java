package io.skein.server.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scripts and functions on a whole server.
class ScriptsTest {
  @TempDir private Path dir;
  private RunningServer server;
  private RespClient client;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start(dir, "--enable-debug-command", "yes");
    client = server.connect();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  private String eval(String script, String... keysAndArguments) throws Exception {
    String[] words = new String[3 + keysAndArguments.length];
    words[0] = "EVAL";
    words[1] = script;
    words[2] = "0";
    System.arraycopy(keysAndArguments, 0, words, 3, keysAndArguments.length);
    return client.call(words);
  }

  @Test
  void convertsWhatScriptsReturn() throws Exception {
    assertEquals(":3", eval("return 3.99"));
    assertEquals(":1", eval("return true"));
    assertEquals("$-1", eval("return false"));
    assertEquals("[:1, two, [:3], :1]", eval("return {1, 'two', {3}, true, nil, 5}"));
    assertEquals("+fine", eval("return {ok = 'fine'}"));
    assertEquals("-MY own", eval("return redis.error_reply('MY own')"));
    assertEquals("a\0b\u00ff", eval("return ARGV[1]", "a\0b\u00ff"));
  }

  @Test
  void convertsWhatCommandsReturn() throws Exception {
    client.call("HSET", "h", "f", "v");
    assertEquals(
        "[table, OK]", eval("local r = redis.call('set', 'k', 'v') return {type(r), r.ok}"));
    assertEquals("boolean", eval("return type(redis.call('get', 'none'))"));
    assertEquals("v", eval("redis.setresp(3) return redis.call('hgetall', 'h').map.f"));
    assertEquals(
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        eval("return redis.pcall('incr', 'h').err"));
  }

  @Test
  void tellsWhereAnErrorHappened() throws Exception {
    String reply = eval("\n\nreturn redis.call('incr', 'k', 'much')");
    assertTrue(
        reply.startsWith("-ERR Wrong number of args calling Redis command from script script: "),
        reply);
    assertTrue(reply.endsWith(", on @user_script:3."), reply);
    assertTrue(eval("return 1 +").startsWith("-ERR Error compiling script (new function): "));
  }

  @Test
  void keepsGlobalsFromChanging() throws Exception {
    for (String change :
        new String[] {
          "x = 1",
          "redis = 1",
          "redis.call = 1",
          "string.rep = 1",
          "setmetatable(_G, {})",
          "getmetatable(_G).__index = {}",
          "rawset(_G, 'x', 1)",
          "rawset(cjson, 'encode', 1)"
        }) {
      String reply = eval(change);
      assertTrue(reply.contains("Attempt to modify a readonly table"), change + ": " + reply);
    }
    assertTrue(eval("return x").contains("nonexistent global variable 'x'"));
    assertEquals("hello", eval("setfenv(0, {}) return 'hello'"));
    assertEquals("[aa, 1]", eval("return {('a'):rep(2), tostring(cjson.decode('1'))}"));
    assertTrue(eval("return loadstring(string.dump(function() end))()").contains("nil value"));
    assertEquals(":1", eval("return rawget(_G, 'redis') ~= nil and 1 or 0"));
  }

  @Test
  void raisesErrorsThroughEveryKindOfCall() throws Exception {
    String bad = "redis.call('nosuch')";
    String text = "ERR Unknown Redis command called from script";
    assertEquals(text, eval("local ok, e = pcall(function() " + bad + " end) return e"));
    assertEquals(text, eval("local ok, e = pcall(redis.call, 'nosuch') return e"));
    assertEquals(
        "seen",
        eval(
            "local ok, e = xpcall(function() "
                + bad
                + " end, function() return 'seen' end) return e"));
    assertEquals(
        "false",
        eval(
            "local co = coroutine.create(function() "
                + bad
                + " end) return tostring(coroutine.resume(co))"));
    assertEquals(
        "after",
        eval("for i = 1, 50 do pcall(redis.call, 'nosuch') end redis.call('ping') return 'after'"));
  }

  @Test
  void logsTheWritesOfAScriptAsOneUnit() throws Exception {
    client.call("CONFIG", "SET", "appendonly", "yes");
    client.call("WAITAOF", "1", "0", "10000");
    eval("redis.call('set', 'a', '1') redis.call('set', 'b', '2')");
    eval("redis.set_repl(redis.REPL_NONE) redis.call('set', 'c', '3')");
    assertEquals("+OK", client.call("DEBUG", "LOADAOF"));
    assertEquals("[1, 2, $-1]", client.call("MGET", "a", "b", "c"));
  }

  @Test
  void answersBusyUntilTheScriptIsKilled() throws Exception {
    client.call("CONFIG", "SET", "busy-reply-threshold", "1");
    try (RespClient other = server.connect()) {
      client.send(RespClient.request("EVAL", "while true do pcall(redis.call, 'ping') end", "0"));
      client.send(RespClient.request("PING"));
      String reply = other.call("PING");
      while (!reply.startsWith("-BUSY")) {
        reply = other.call("PING");
      }
      try (RespClient third = server.connect()) {
        assertTrue(third.call("GET", "k").startsWith("-BUSY"));
      }
      assertEquals("+OK", other.call("SCRIPT", "KILL"));
      assertTrue(client.reply().startsWith("-ERR Script killed by user with SCRIPT KILL..."));
      assertEquals("+PONG", client.reply());
      assertEquals("+PONG", other.call("PING"));
    }
  }

  @Test
  void doesNotKillAScriptThatHasWritten() throws Exception {
    client.call("CONFIG", "SET", "busy-reply-threshold", "1");
    String script =
        "redis.call('set', 'k', 'v') while redis.call('time')[1] ~= 'never' do"
            + " if string.find(redis.call('client', 'list'), 'name=enough') then return 'done' end end";
    client.call("DEBUG", "SET-DISABLE-DENY-SCRIPTS", "1");
    try (RespClient other = server.connect()) {
      client.send(RespClient.request("EVAL", script, "0"));
      while (!other.call("PING").startsWith("-BUSY")) {
        Thread.onSpinWait();
      }
      assertTrue(other.call("SCRIPT", "KILL").startsWith("-UNKILLABLE"));
      assertTrue(other.call("FUNCTION", "KILL").startsWith("-UNKILLABLE"));
      other.call("HELLO", "2", "SETNAME", "enough");
      assertEquals("done", client.reply());
    }
  }

  @Test
  void forgetsTheOldestScriptsOfEvalOnly() throws Exception {
    String kept = client.call("SCRIPT", "LOAD", "return 'kept'");
    String sha = "return redis.sha1hex(ARGV[1])";
    String first = eval(sha, sha);
    assertEquals(40, client.call("EVALSHA", first, "0", "x").length());
    for (int i = 0; i < 500; i++) {
      eval("return " + i);
    }
    assertEquals("kept", client.call("EVALSHA", kept, "0"));
    assertTrue(client.call("EVALSHA", first, "0").startsWith("-NOSCRIPT"));
    String memory = client.call("INFO", "memory");
    assertTrue(memory.contains("number_of_cached_scripts:501"), memory);
    assertTrue(client.call("INFO", "stats").contains("evicted_scripts:1"));
    assertEquals("+OK", client.call("SCRIPT", "FLUSH"));
    assertEquals("[:0]", client.call("SCRIPT", "EXISTS", kept));
  }

  @Test
  void runsFunctionsAndKeepsThemWithTheData() throws Exception {
    String library =
        "#!lua name=lib\nredis.register_function('put', function(keys, args)"
            + " return redis.call('set', keys[1], args[1]) end)\n"
            + "redis.register_function{function_name='look', flags={'no-writes'},"
            + " callback=function(keys) return redis.call('get', keys[1]) end}";
    assertEquals("lib", client.call("FUNCTION", "LOAD", library));
    assertEquals("+OK", client.call("FCALL", "put", "1", "k", "v"));
    assertEquals("v", client.call("FCALL_RO", "look", "1", "k"));
    assertTrue(
        client.call("FCALL_RO", "put", "1", "k", "v").startsWith("-ERR Can not execute a script"));
    assertTrue(client.call("FUNCTION", "LOAD", library).contains("already exists"));
    String payload = client.call("FUNCTION", "DUMP");
    assertEquals("+OK", client.call("DEBUG", "RELOAD"));
    assertEquals("v", client.call("FCALL_RO", "look", "1", "k"));
    assertEquals("+OK", client.call("FUNCTION", "FLUSH"));
    assertTrue(client.call("FCALL", "look", "0").startsWith("-ERR Function not found"));
    assertEquals("+OK", client.call("FUNCTION", "RESTORE", payload));
    assertEquals("v", client.call("FCALL_RO", "look", "1", "k"));
  }

  @Test
  void isLoadingWhileAScriptOfAFileKeepsItBusyAndListensNoMoreWhenItHasEnded(@TempDir Path other)
      throws Exception {
    try (RunningServer loads =
            RunningServer.start(
                other,
                "--enable-debug-command",
                "yes",
                "--appendonly",
                "yes",
                "--busy-reply-threshold",
                "1");
        RespClient one = loads.connect();
        RespClient two = loads.connect()) {
      Path file = other.resolve("appendonlydir/appendonly.aof.1.incr.aof");
      byte[] endless = RespClient.request("EVAL", "while true do redis.call('ping') end", "0");
      Files.write(file, endless, StandardOpenOption.APPEND);
      one.send(RespClient.request("DEBUG", "LOADAOF"));
      String reply = two.call("PING");
      while (reply.equals("+PONG")) {
        reply = two.call("PING");
      }
      assertTrue(reply.startsWith("-LOADING"), reply);
      two.send(RespClient.request("SHUTDOWN", "NOSAVE"));
      assertTrue(two.isClosedByServer());
      assertThrows(ConnectException.class, loads::connect);
      assertFalse(loads.log().contains("Accepting client connection"), loads.log());
    }
  }

  @Test
  void librariesOfAFileJoinThoseThatAreThere() throws Exception {
    String body = "\nredis.register_function('%s', function() return '%s' end)";
    client.call("FUNCTION", "LOAD", "#!lua name=a" + String.format(body, "f", "old"));
    assertEquals("+OK", client.call("DEBUG", "RELOAD"));
    client.call("FUNCTION", "LOAD", "REPLACE", "#!lua name=a" + String.format(body, "f", "new"));
    client.call("FUNCTION", "LOAD", "#!lua name=b" + String.format(body, "g", "other"));
    assertTrue(client.call("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH").startsWith("-ERR Error trying"));
    assertEquals("new", client.call("FCALL", "f", "0"));
    assertEquals("+OK", client.call("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH", "MERGE"));
    assertEquals("old", client.call("FCALL", "f", "0"));
    assertEquals("other", client.call("FCALL", "g", "0"));
    assertEquals("+OK", client.call("DEBUG", "RELOAD", "NOSAVE"));
    assertTrue(client.call("FCALL", "g", "0").startsWith("-ERR Function not found"));
  }

  @Test
  void leavesLibrariesAsTheyWereWhenOneCannotBeLoaded() throws Exception {
    client.call(
        "FUNCTION", "LOAD", "#!lua name=a\nredis.register_function('f', function() return 1 end)");
    for (String broken :
        new String[] {
          "#!lua name=a\nredis.register_function('g', function() end) error('no')",
          "#!lua name=a\nreturn 1",
          "#!lua name=a\nwhile true do end",
          "#!lua name=a\nredis.call('ping')"
        }) {
      assertTrue(client.call("FUNCTION", "LOAD", "REPLACE", broken).startsWith("-ERR"), broken);
    }
    String clash = "#!lua name=b\nredis.register_function('f', function() return 2 end)";
    assertTrue(client.call("FUNCTION", "LOAD", clash).contains("Function f already exists"));
    assertEquals(":1", client.call("FCALL", "f", "0"));
  }
}

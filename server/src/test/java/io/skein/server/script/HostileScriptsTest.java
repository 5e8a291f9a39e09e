package io.skein.server.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Any bytes in a decoder of scripts, and in FUNCTION RESTORE, give a reply, and the server goes
/// on.
class HostileScriptsTest {
  private static final int ROUNDS = 1500;

  @TempDir private Path dir;

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String noise(SplittableRandom random, String alphabet) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      boolean any = alphabet.isEmpty() || random.nextInt(8) == 0;
      out.write(any ? random.nextInt(256) : alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return latin1(out.toByteArray());
  }

  private void feed(String function, String alphabet, long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    String script = "local ok = pcall(" + function + ", ARGV[1], ARGV[2]) return ok and 1 or 0";
    try (RunningServer server = RunningServer.start(dir);
        RespClient client = server.connect()) {
      int taken = 0;
      for (int i = 0; i < ROUNDS; i++) {
        String first = noise(random, alphabet);
        String reply = client.call("EVAL", script, "0", first, noise(random, ""));
        assertTrue(reply.equals(":0") || reply.equals(":1"), "seed " + seed + ": " + reply);
        taken += reply.equals(":1") ? 1 : 0;
      }
      assertTrue(taken > 0 && taken < ROUNDS, taken + " were taken");
      assertEquals("+PONG", client.call("PING"));
    }
  }

  @Test
  void unpacksAnyMessagePack() throws Exception {
    feed(
        "function(a) return cmsgpack.unpack(a) end",
        "\u0001\u0081\u0092\u00a1\u00c0\u00cb\u00d9",
        11);
  }

  @Test
  void decodesAnyJson() throws Exception {
    feed("function(a) return cjson.decode(a) end", "[]{}\":,0123456789.eE-+truefalsnu \\", 12);
  }

  @Test
  void unpacksAnyStructByAnyFormat() throws Exception {
    feed("struct.unpack", "bBhHlLTfdxcis0123456789<>! ", 13);
    feed("struct.pack", "bBhHlLTfdxcs0123456789<>! ", 14);
  }

  @Test
  void runsAnyCode() throws Exception {
    SplittableRandom random = new SplittableRandom(15);
    String[] words = {
      "return",
      "(",
      ")",
      "{",
      "}",
      "1",
      "'x'",
      "..",
      "+",
      "nil",
      "function",
      "end",
      "local",
      "a",
      "=",
      "redis.call",
      "redis",
      "cjson",
      "_G",
      "pcall",
      "error",
      ",",
      ".",
      "setmetatable",
      "for",
      "do",
      "if",
      "then",
      "tostring",
      "string.rep",
      "#",
      "\0",
      "\u00ff"
    };
    try (RunningServer server = RunningServer.start(dir);
        RespClient client = server.connect()) {
      for (int i = 0; i < ROUNDS; i++) {
        StringBuilder code = new StringBuilder();
        for (int n = random.nextInt(12); n >= 0; n--) {
          code.append(words[random.nextInt(words.length)]).append(' ');
        }
        client.call("EVAL", code.toString(), "0");
      }
      assertEquals("+PONG", client.call("PING"));
    }
  }

  @Test
  void refusesAnyBrokenPayloadOfLibraries() throws Exception {
    SplittableRandom random = new SplittableRandom(16);
    try (RunningServer server = RunningServer.start(dir);
        RespClient client = server.connect()) {
      client.call(
          "FUNCTION",
          "LOAD",
          "#!lua name=a\nredis.register_function('f', function() return 1 end)");
      byte[] sound = client.call("FUNCTION", "DUMP").getBytes(StandardCharsets.ISO_8859_1);
      for (int i = 0; i < ROUNDS; i++) {
        byte[] broken = java.util.Arrays.copyOf(sound, random.nextInt(sound.length + 1));
        if (broken.length > 0) {
          broken[random.nextInt(broken.length)] ^= (byte) (1 + random.nextInt(255));
        }
        String reply = client.call("FUNCTION", "RESTORE", latin1(broken), "REPLACE");
        assertTrue(reply.startsWith("-ERR"), reply);
      }
      assertEquals(":1", client.call("FCALL", "f", "0"));
    }
  }
}

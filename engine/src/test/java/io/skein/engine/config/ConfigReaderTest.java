package io.skein.engine.config;

import static io.skein.engine.config.Config.get;
import static io.skein.engine.config.Config.loadError;
import static io.skein.engine.config.Config.loaded;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {
  private final Config.Recorded directives = new Config.Recorded();

  private ConfigReader reader(boolean sentinelMode) {
    return reader(Config.fresh(), sentinelMode);
  }

  private ConfigReader reader(Settings settings, boolean sentinelMode) {
    return new ConfigReader(settings, directives, sentinelMode);
  }

  private ConfigFileError failure(String text) {
    return assertThrows(ConfigFileError.class, () -> reader(false).read(text));
  }

  @Test
  void readsWhatAnOperatorWrites() throws ConfigFileError {
    Settings settings =
        loaded(
            "# a comment",
            "",
            "  PORT 7000\r",
            "\tbind 127.0.0.1 -::1",
            "requirepass \"p\\x61ss word\"",
            "logfile ''",
            "slave-read-only no",
            "list-max-ziplist-entries 512");
    assertEquals(7000, settings.integer(NetworkSettings.PORT));
    assertEquals(List.of("127.0.0.1", "-::1"), settings.get(NetworkSettings.BIND));
    assertEquals("pass word", settings.get(SecuritySettings.REQUIREPASS));
    assertFalse(settings.isOn(ReplicationSettings.REPLICA_READ_ONLY));
  }

  @Test
  void refusesSettingsThatContradictEachOther() throws ConfigFileError {
    ConfigReader reader = reader(false);
    reader.read("reply-wait-fsync yes");
    assertEquals(
        "reply-wait-fsync yes needs appendonly yes",
        assertThrows(ConfigFileError.class, reader::finish).reason());
    reader = reader(false);
    reader.read("reply-wait-fsync yes\nappendonly yes\nappendfsync no");
    assertThrows(ConfigFileError.class, reader::finish);
    reader = reader(false);
    reader.read("reply-wait-fsync yes\nappendonly yes");
    assertEquals(List.of(), reader.finish());
    reader = reader(false);
    reader.read("reply-wait-fsync yes\nappendonly yes\nno-appendfsync-on-rewrite yes");
    assertThrows(ConfigFileError.class, reader::finish);
  }

  @Test
  void takesTheLastOfSeveralLines() throws ConfigFileError {
    assertEquals("2", get(loaded("timeout 1", "timeout 2"), "timeout"));
  }

  @Test
  void addsUpSaveLines() throws ConfigFileError {
    assertEquals("1 2 3 4", get(loaded("save 1 2", "save 3 4"), "save"));
    assertEquals("3 4", get(loaded("save 1 2", "save \"\"", "save 3 4"), "save"));
    assertEquals("", get(loaded("save 1 2", "save ''"), "save"));
    assertEquals("3600 1 300 100 60 10000", get(loaded("port 1"), "save"));
  }

  @Test
  void splitsOneQuotedValueOfSeveralWords() throws ConfigFileError {
    assertEquals("1 2 3 4", get(loaded("save \"1 2  3 4\""), "save"));
    assertEquals("a b", get(loaded("bind 'a  b'"), "bind"));
    assertEquals("Unbalanced quotes in configuration line", loadError("bind \"'a\""));
  }

  @Test
  void readsUtf8AndKeepsOtherBytes() throws ConfigFileError {
    assertEquals("\u00e9", loaded("pidfile \u00c3\u00a9").get(ServerSettings.PIDFILE));
    String odd = loaded("masterauth \"\\xff\"").get(ReplicationSettings.MASTERAUTH);
    assertEquals(List.of((byte) 0xFF), List.of(ConfigText.bytes(odd)[0]));
  }

  @Test
  void reportsLineNumberAndLine() {
    assertEquals(
        """

        *** FATAL CONFIG FILE ERROR (Redis 7.2.6) ***
        Reading the configuration file, at line 3
        >>> 'timeout abc'
        argument couldn't be parsed into an integer
        """,
        failure("port 1\n# x\n  timeout abc \nport x").report());
  }

  @Test
  void namesIncludedFileInReport() {
    assertEquals(
        """

        *** FATAL CONFIG FILE ERROR (Redis 7.2.6) ***
        Reading the configuration file, at line 2 of bad.conf
        >>> 'nonsense 1'
        Bad directive or wrong number of arguments
        """,
        failure("include bad.conf").report());
  }

  @Test
  void refusesWhatIsNoDirective() {
    assertEquals("Bad directive or wrong number of arguments", loadError("nonsense 1"));
    assertEquals("Bad directive or wrong number of arguments", loadError("include"));
    assertEquals("Bad directive or wrong number of arguments", loadError("rename-command a"));
    assertEquals("Bad directive or wrong number of arguments", loadError("\"\" 1"));
    assertEquals("wrong number of arguments", loadError("port"));
    assertEquals("wrong number of arguments", loadError("port 1 2"));
    assertEquals("Unbalanced quotes in configuration line", loadError("port \"1"));
    assertEquals("NUL byte in configuration line", loadError("port 1\0"));
    assertEquals("Bad directive or wrong number of arguments", loadError("lua-replicate-commands"));
  }

  @Test
  void refusesModules() {
    assertEquals(
        "modules are libraries for redis-server and cannot be loaded",
        loadError("loadmodule x.so"));
    assertEquals("Module config specified without value", loadError("mod.x"));
    assertEquals(
        "modules are libraries for redis-server and cannot be configured", loadError("mod.x 1"));
  }

  @Test
  void passesOnOtherDirectives() throws ConfigFileError {
    reader(false).read("include a.conf\nrename-command CONFIG \"\"\nuser alice on >pw ~* +@all\n");
    assertEquals(
        List.of("include a.conf", "rename-command CONFIG ", "user [alice, on, >pw, ~*, +@all]"),
        directives.calls);
    assertEquals("No such command in rename-command", loadError("rename-command nope x"));
  }

  @Test
  void letsLinesAfterIncludeWin() throws ConfigFileError {
    assertEquals("7777", get(loaded("port 1", "include a.conf"), "port"));
    assertEquals("1", get(loaded("include a.conf", "port 1"), "port"));
  }

  @Test
  void collectsSentinelLinesInSentinelModeOnly() throws ConfigFileError {
    ConfigReader reader = reader(true);
    reader.read("port 26379\nsentinel\nsentinel  monitor m 127.0.0.1 6379 2\n");
    assertEquals(
        List.of(
            new SentinelLine(
                3,
                "sentinel  monitor m 127.0.0.1 6379 2",
                List.of("monitor", "m", "127.0.0.1", "6379", "2"))),
        reader.sentinelLines());
    assertEquals(
        "sentinel directive while not in sentinel mode", loadError("sentinel monitor m h 1 2"));
  }

  @Test
  void refusesPrimaryInClusterMode() {
    assertEquals(
        """

        *** FATAL CONFIG FILE ERROR (Redis 7.2.6) ***
        replicaof directive not allowed in cluster mode
        """,
        assertThrows(ConfigFileError.class, () -> loaded("replicaof h 1", "cluster-enabled yes"))
            .report());
  }

  @Test
  void hasOneDatabaseInClusterMode() throws ConfigFileError {
    ConfigReader reader = reader(false);
    reader.read("cluster-enabled yes");
    assertEquals(
        List.of("WARNING: Changing databases number from 16 to 1 since we are in cluster mode"),
        reader.finish());
    assertEquals("1", get(loaded("cluster-enabled yes", "databases 1"), "databases"));
  }

  @Test
  void survivesAnyBytes() {
    Random random = new Random(7);
    List<Setting<?>> all = SettingTable.all();
    String[] pieces = {"yes", "0", "-1", "1gb", "50%", "\"", "'", "\\x", "\\", " ", "\t", "# "};
    int loaded = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        switch (random.nextInt(6)) {
          case 0 -> text.append(all.get(random.nextInt(all.size())).name()).append(' ');
          case 1 -> text.append('\n');
          case 2 -> text.append((char) random.nextInt(256));
          case 3 -> text.append(random.nextLong());
          default -> text.append(pieces[random.nextInt(pieces.length)]);
        }
      }
      try {
        Settings settings = Config.fresh();
        ConfigReader reader = reader(settings, false);
        reader.read(text.toString());
        reader.finish();
        loaded++;
        survivesRewrite(text.toString(), settings);
      } catch (ConfigFileError refused) {
        assertFalse(refused.reason().isEmpty());
      }
    }
    assertTrue(loaded > 100, "too few of the texts are sound: " + loaded);
  }

  private static void survivesRewrite(String text, Settings settings) {
    byte[] old = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] rewritten = ConfigRewrite.rewrite(old, settings, List.of(), false);
    Settings again = Config.fresh();
    ConfigReader reader = new ConfigReader(again, new Config.Recorded(), false);
    try {
      reader.read(new String(rewritten, StandardCharsets.ISO_8859_1));
    } catch (ConfigFileError refused) {
      throw new AssertionError(text, refused);
    }
    for (Setting<?> setting : SettingTable.all()) {
      assertEquals(settings.get(setting), again.get(setting), text);
    }
  }
}

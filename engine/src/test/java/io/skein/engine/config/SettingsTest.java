package io.skein.engine.config;

import static io.skein.engine.config.Config.fresh;
import static io.skein.engine.config.Config.get;
import static io.skein.engine.config.Config.loaded;
import static io.skein.engine.config.Config.set;
import static io.skein.engine.config.Config.setError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private final Settings settings = fresh();
  private final List<String> calls = new ArrayList<>();

  private void record(String name, Setting<?> setting) {
    settings.onChange(setting, s -> calls.add(name + "=" + s.show(setting)));
  }

  @Test
  void showsEveryDefaultSoThatItCanBeSetAgain() throws ConfigError {
    for (Setting<?> setting : SettingTable.all()) {
      if (!setting.has(Setting.IMMUTABLE | Setting.PROTECTED)) {
        settings.set(List.of(setting.name(), settings.show(setting)), true, false);
        assertEquals(setting.initial(), settings.get(setting), setting.name());
      }
    }
  }

  @Test
  void getsByGlobInOrderOfDeclarationWithAliases() {
    assertEquals(
        List.of("min-replicas-max-lag", "10", "min-slaves-max-lag", "10"),
        settings.matching(List.of("MIN-*-max-?a[f-h]")));
    assertEquals(
        List.of("port", "6379", "repl-timeout", "60"),
        settings.matching(List.of("port", "repl-timeou[st]", "PORT", "p[^i]rt")));
    assertEquals(List.of(), settings.matching(List.of("nope", "nope*")));
  }

  @Test
  void returnsNameAsAskedFor() {
    assertEquals(List.of("Slave-Priority", "100"), settings.matching(List.of("Slave-Priority")));
  }

  @Test
  void showsHiddenSettingsOnlyByFullName() {
    assertEquals(List.of(), settings.matching(List.of("key-load-dela*")));
    assertEquals(List.of("key-load-delay", "0"), settings.matching(List.of("key-load-delay")));
  }

  @Test
  void setsSeveralAtOnce() {
    set(settings, "TIMEOUT", "5", "slave-priority", "7");
    assertEquals(5, settings.integer(NetworkSettings.TIMEOUT));
    assertEquals("7", get(settings, "replica-priority"));
  }

  @Test
  void changesNothingWhenOneValueIsWrong() {
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'save') - Invalid save parameters",
        setError(settings, "timeout", "5", "Save", "x", "port", "1"));
    assertEquals("0", get(settings, "timeout"));
    assertEquals("6379", get(settings, "port"));
  }

  @Test
  void namesTheFirstFault() {
    assertEquals(
        "ERR Unknown option or number of arguments for CONFIG SET - 'Nope'",
        setError(settings, "timeout", "x", "Nope", "1", "databases", "2"));
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'Databases') - can't set immutable"
            + " config",
        setError(settings, "Databases", "2", "nope", "1"));
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'TimeOut') - duplicate parameter",
        setError(settings, "timeout", "1", "TimeOut", "2"));
    assertEquals("ERR syntax error", setError(settings, "timeout"));
  }

  @Test
  void guardsProtectedSettings() throws Exception {
    String refusal =
        "ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config";
    assertEquals(refusal, setError(settings, "dir", "/x"));
    Settings open = loaded("enable-protected-configs yes");
    set(open, "dir", "/x", "dbfilename", "y.rdb");
    assertEquals("/x", get(open, "dir"));
    Settings local = loaded("enable-protected-configs local");
    local.set(List.of("dir", "/z"), true, false);
    assertEquals(
        refusal,
        assertThrows(ConfigError.class, () -> local.set(List.of("dir", "/y"), false, false))
            .reason());
    assertEquals("/z", get(local, "dir"));
  }

  @Test
  void asksTheMachineAboutDirectories() throws Exception {
    Settings open = loaded("enable-protected-configs yes");
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'dir') - No such file or directory",
        setError(open, "timeout", "9", "dir", "missing"));
    assertEquals("0", get(open, "timeout"));
    set(open, "dir", "sub");
    assertEquals("/data/sub", get(open, "dir"));
  }

  @Test
  void refusesSomeSettingsWhileLoading() {
    String reply =
        assertThrows(
                ConfigError.class,
                () -> settings.set(List.of("repl-diskless-load", "swapdb"), true, true))
            .reason();
    assertEquals("LOADING Redis is loading the dataset in memory", reply);
  }

  @Test
  void callsListenersInOrderOfDeclarationAndOnlyForChanges() {
    record("repl-timeout", ReplicationSettings.REPL_TIMEOUT);
    record("port", NetworkSettings.PORT);
    record("timeout", NetworkSettings.TIMEOUT);
    record("port again", NetworkSettings.PORT);
    set(settings, "repl-timeout", "5", "timeout", "0", "port", "1");
    assertEquals(List.of("port=1", "port again=1", "repl-timeout=5"), calls);
  }

  @Test
  void callsListenerOfSeveralSettingsOnce() {
    SettingListener listener = s -> calls.add("rebind");
    settings.onChange(NetworkSettings.BIND, listener);
    settings.onChange(NetworkSettings.PORT, listener);
    set(settings, "port", "1", "bind", "::1");
    assertEquals(List.of("rebind"), calls);
  }

  @Test
  void callsListenerOfFileNameThatIsSetToItself() {
    record("cert", TlsSettings.TLS_CERT_FILE);
    set(settings, "tls-cert-file", "");
    assertEquals(List.of("cert="), calls);
  }

  @Test
  void rollsBackWhenListenerRefuses() {
    record("port", NetworkSettings.PORT);
    settings.onChange(
        NetworkSettings.TIMEOUT,
        s -> {
          calls.add("timeout=" + s.show(NetworkSettings.TIMEOUT));
          if (s.integer(NetworkSettings.TIMEOUT) == 13) {
            throw new ConfigError("bad luck");
          }
        });
    record("hz", ServerSettings.HZ);
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'timeout') - bad luck",
        setError(settings, "hz", "20", "timeout", "13", "port", "1"));
    assertEquals(List.of("port=1", "timeout=13", "port=6379", "timeout=0"), calls);
    assertEquals("10", get(settings, "hz"));
    assertEquals("6379", get(settings, "port"));
  }

  @Test
  void givesEveryInertSettingOneReason() {
    Set<Setting<?>> inert = new HashSet<>();
    for (InertSettings.Inert entry : InertSettings.reasons()) {
      assertTrue(inert.add(entry.setting()), entry.setting().name());
      assertFalse(entry.reason().isBlank());
    }
    assertEquals(Set.copyOf(InertSettings.ALL), inert);
  }

  @Test
  void marksPasswordsAsSensitive() {
    for (String name : List.of("requirepass", "masterauth", "masteruser")) {
      Setting<?> setting = SettingTable.find(name);
      assertTrue(setting != null && setting.isSensitive(), name);
    }
  }
}

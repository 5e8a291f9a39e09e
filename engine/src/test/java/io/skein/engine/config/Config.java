package io.skein.engine.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What the tests of this package do with settings, in few words.
final class Config {
  private Config() {}

  static Settings fresh() {
    return new Settings("/data", Config::enter);
  }

  private static String enter(String current, String requested) throws ConfigError {
    if (requested.contains("missing")) {
      throw new ConfigError("No such file or directory");
    }
    return requested.startsWith("/") ? requested : current + "/" + requested;
  }

  static Settings loaded(String... lines) throws ConfigFileError {
    Settings settings = fresh();
    ConfigReader reader = new ConfigReader(settings, new Recorded(), false);
    reader.read(String.join("\n", lines));
    reader.finish();
    return settings;
  }

  static String loadError(String... lines) {
    return assertThrows(ConfigFileError.class, () -> loaded(lines)).reason();
  }

  static String setError(Settings settings, String... pairs) {
    return assertThrows(ConfigError.class, () -> settings.set(List.of(pairs), true, false))
        .reason();
  }

  static void set(Settings settings, String... pairs) {
    try {
      settings.set(List.of(pairs), false, false);
    } catch (ConfigError refused) {
      throw new AssertionError(refused);
    }
  }

  static String get(Settings settings, String name) {
    List<String> found = settings.matching(List.of(name));
    return found.size() == 2 ? found.get(1) : found.toString();
  }

  static String rewritten(String old, Settings settings, String... users) {
    byte[] text =
        ConfigRewrite.rewrite(
            old.getBytes(StandardCharsets.UTF_8), settings, List.of(users), false);
    return new String(text, StandardCharsets.UTF_8);
  }

  /// Directives that remember what they were asked for; including `again` reads one more line.
  static final class Recorded implements Directives {
    final List<String> calls = new ArrayList<>();

    @Override
    public void include(String pattern, ConfigReader reader) throws ConfigFileError {
      calls.add("include " + pattern);
      reader.readIncluded(pattern, pattern.equals("bad.conf") ? "\nnonsense 1" : "port 7777");
    }

    @Override
    public void renameCommand(String name, String newName) throws ConfigError {
      if (!name.equalsIgnoreCase("config")) {
        throw new ConfigError("No such command in rename-command");
      }
      calls.add("rename-command " + name + " " + newName);
    }

    @Override
    public void user(List<String> nameAndRules) {
      calls.add("user " + nameAndRules);
    }
  }
}

package io.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.config.CommandLine.Action;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemCheckTest {
  @TempDir Path root;

  private void file(String name, String text) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private List<String> unsound() {
    return new SystemCheck(root)
        .run().stream().filter(f -> !f.isSound()).map(SystemCheck.Finding::name).toList();
  }

  @Test
  void takesWhatItCannotReadAsSound() {
    assertEquals(List.of(), unsound());
    assertTrue(
        SystemCheck.report(new SystemCheck(root).run()).startsWith("[slow-clocksource]...OK\n"));
  }

  @Test
  void findsWhatIsTooSlowOrTooLow() throws IOException {
    file("sys/devices/system/clocksource/clocksource0/current_clocksource", "xen\n");
    file("proc/sys/net/core/somaxconn", "128\n");
    file(
        "proc/self/limits",
        "Max processes   1   2  processes\nMax open files            1024       4096    files\n");
    assertEquals(List.of("slow-clocksource", "listen-backlog", "open-files"), unsound());
    assertTrue(SystemCheck.report(new SystemCheck(root).run()).contains("At most 4096 files"));
  }

  @Test
  void findsNothingWrongWithSoundSystem() throws IOException {
    file("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
    file("proc/sys/net/core/somaxconn", "4096\n");
    file("proc/self/limits", "Max open files            1024       unlimited    files\n");
    assertEquals(List.of(), unsound());
  }

  private static String printed(Action action, int exitCode) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(text, true, StandardCharsets.UTF_8);
    assertEquals(exitCode, Answers.print(action, stream, stream));
    return text.toString(StandardCharsets.UTF_8);
  }

  @Test
  void answersQuestionsOfTheCommandLine() {
    assertTrue(printed(Action.VERSION, 0).startsWith("Redis server v=7.2."));
    assertTrue(printed(Action.HELP, 1).startsWith("Usage: "));
    assertTrue(printed(Action.TEST_MEMORY, 1).contains("memtest"));
  }
}

package io.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.config.CommandLine.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
  private static String options(String... arguments) {
    return CommandLine.parse(List.of(arguments)).options();
  }

  @Test
  void takesNothingAsAllDefaults() {
    assertEquals(new CommandLine(Action.RUN, null, false, "", false), CommandLine.parse(List.of()));
  }

  @Test
  void takesFirstWordAsFileUnlessItIsAnOption() {
    assertEquals("a.conf", CommandLine.parse(List.of("a.conf", "--port", "1")).configFile());
    assertNull(CommandLine.parse(List.of("--port", "1")).configFile());
    assertEquals("\"b.conf\" ", options("a.conf", "b.conf"));
  }

  @Test
  void turnsOptionsIntoLines() {
    assertEquals(
        "port \"1\" \nbind \"a\" \"b\" \nlogfile \"x \\\"y\" ",
        options("--port", "1", "--bind", "a", "b", "--logfile", "x \"y"));
  }

  @Test
  void takesNameAndValueInOneWord() {
    assertEquals("port 1 \ntimeout 2 ", options("--port 1", "--timeout 2"));
  }

  @Test
  void takesDashesAsValueWhereOneIsDue() {
    assertEquals("masterauth \"--x\" \nport \"1\" ", options("--masterauth", "--x", "--port", "1"));
    assertEquals("port \"--timeout\" \"5\" ", options("--port", "--timeout", "5"));
    assertEquals("port ", options("--port"));
  }

  @Test
  void takesLoneSaveAsEmpty() {
    assertEquals("save \"\"\nport \"1\" ", options("--save", "--port", "1"));
    assertEquals("save \"\"", options("--save"));
    assertEquals("save \"\" ", options("--save", ""));
    assertEquals("save \"1\" \"2\" ", options("--save", "1", "2"));
  }

  @Test
  void takesSentinelWithoutValue() {
    CommandLine line = CommandLine.parse(List.of("s.conf", "--sentinel", "--port", "1"));
    assertTrue(line.sentinelMode());
    assertEquals("sentinel \nport \"1\" ", line.options());
    assertFalse(CommandLine.parse(List.of("s.conf", "--SENTINEL")).sentinelMode());
  }

  @Test
  void readsStandardInputWhenDashIsFirstOrLast() {
    assertTrue(CommandLine.parse(List.of("-")).readsStandardInput());
    assertTrue(CommandLine.parse(List.of("a.conf", "--port", "1", "-")).readsStandardInput());
    assertTrue(CommandLine.parse(List.of("-", "--port", "1")).readsStandardInput());
    assertFalse(CommandLine.parse(List.of("a.conf", "-", "--port", "1")).readsStandardInput());
  }

  @Test
  void knowsQuestionsThatRunNoServer() {
    assertEquals(Action.VERSION, CommandLine.parse(List.of("-v")).action());
    assertEquals(Action.VERSION, CommandLine.parse(List.of("--version", "x")).action());
    assertEquals(Action.HELP, CommandLine.parse(List.of("-h")).action());
    assertEquals(Action.HELP, CommandLine.parse(List.of("--help")).action());
    assertEquals(Action.CHECK_SYSTEM, CommandLine.parse(List.of("--check-system")).action());
    assertEquals(Action.TEST_MEMORY, CommandLine.parse(List.of("--test-memory", "1")).action());
    assertEquals(Action.RUN, CommandLine.parse(List.of("--port", "1", "-v")).action());
  }
}

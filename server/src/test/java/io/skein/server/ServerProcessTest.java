package io.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server as a process of its own.
class ServerProcessTest {
  @TempDir private Path dir;
  private final List<Process> started = new ArrayList<>();
  private final StringBuilder said = new StringBuilder();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "server",
                "--dir",
                dir.toString(),
                "--bind",
                "127.0.0.1"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    started.add(process);
    return process;
  }

  /// Reads what the process says up to a line with `text`.
  private void awaitLine(Process process, String text) throws IOException {
    BufferedReader reader = process.inputReader();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      said.append(line).append('\n');
      if (line.contains(text)) {
        return;
      }
    }
    throw new AssertionError("the process ended without a line '" + text + "':\n" + said);
  }

  private void awaitEnd(Process process, int status) throws Exception {
    while (process.inputReader().readLine() != null) {
      assertTrue(process.pid() > 0);
    }
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the process does not end");
    assertEquals(status, process.exitValue());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void savesAndEndsWhenTerminated() throws Exception {
    int port = freePort();
    Path pid = dir.resolve("pid");
    Process process =
        start("--port", "" + port, "--save", "100000", "1", "--pidfile", pid.toString());
    awaitLine(process, "Ready to accept connections tcp");
    assertTrue(said.toString().contains(" PID: " + process.pid()), said.toString());
    assertTrue(said.toString().contains("Server initialized"), said.toString());
    assertEquals("" + process.pid(), Files.readString(pid).strip());
    try (RespClient client = new RespClient("127.0.0.1", port)) {
      assertEquals("+OK", client.call("SET", "a", "1"));
    }
    process.toHandle().destroy();
    awaitEnd(process, 0);
    assertFalse(Files.exists(pid));

    Process again = start("--port", "" + port, "--save", "");
    awaitLine(again, "Ready to accept connections tcp");
    try (RespClient client = new RespClient("127.0.0.1", port)) {
      String value = client.call("GET", "a");
      while (value.startsWith("-LOADING")) {
        value = client.call("GET", "a");
      }
      assertEquals("1", value);
      client.send(RespClient.request("SHUTDOWN", "NOSAVE"));
      assertTrue(client.isClosedByServer());
    }
    awaitEnd(again, 0);
  }

  @Test
  void saysThatAPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      Process process = start("--port", "" + taken.getLocalPort());
      awaitLine(process, "Failed listening on port " + taken.getLocalPort() + " (tcp), aborting.");
      awaitEnd(process, 1);
    }
  }

  @Test
  void keepsASecondClusterNodeOutOfItsDirectory() throws Exception {
    int port = freePort();
    String bus = "" + freePort();
    Process first = start("--port", "" + port, "--cluster-enabled", "yes", "--cluster-port", bus);
    awaitLine(first, "Ready to accept connections tcp");
    Process second = start("--port", "" + freePort(), "--cluster-enabled", "yes");
    awaitLine(second, "already used by a different Redis Cluster node");
    awaitEnd(second, 1);
  }

  @Test
  void endsQuietlyAsAClusterNode() throws Exception {
    String bus = "" + freePort();
    Process node =
        start("--port", "" + freePort(), "--cluster-enabled", "yes", "--cluster-port", bus);
    awaitLine(node, "Ready to accept connections tcp");
    node.toHandle().destroy();
    awaitLine(node, "bye bye...");
    awaitEnd(node, 0);
    assertFalse(said.toString().contains("Exception"), said.toString());
  }

  @Test
  void refusesAWrongOptionWithItsLine() throws Exception {
    Process process = start("--no-such-option", "1");
    awaitLine(process, "Bad directive or wrong number of arguments");
    awaitEnd(process, 1);
  }

  @Test
  void isNoSentinelWithoutAFile() throws Exception {
    Process process = start("--sentinel");
    awaitLine(process, "Sentinel needs config file on disk to save state. Exiting...");
    awaitEnd(process, 1);
  }
}

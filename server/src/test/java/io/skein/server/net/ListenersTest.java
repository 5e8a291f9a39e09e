package io.skein.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.acl.Users;
import io.skein.engine.command.CommandTable;
import io.skein.engine.config.Settings;
import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ListenersTest {
  @TempDir private Path dir;

  static List<String> transports() {
    List<String> all = new ArrayList<>(List.of("nio"));
    if (EpollTransport.isAvailable()) {
      all.add("epoll");
    }
    if (UringTransport.isAvailable()) {
      all.add("io_uring");
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("transports")
  void servesAUnixSocket(String transport) throws Exception {
    Path path = dir.resolve("s");
    try (RunningServer server =
            RunningServer.start(
                dir,
                "--transport",
                transport,
                "--unixsocket",
                path.toString(),
                "--unixsocketperm",
                "700");
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertEquals(
          PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(path));
      socket.connect(UnixDomainSocketAddress.of(path));
      socket.write(ByteBuffer.wrap(RespClient.request("SET", "a", "1")));
      ByteBuffer reply = ByteBuffer.allocate(5);
      while (reply.hasRemaining() && socket.read(reply) >= 0) {
        assertTrue(server.port() > 0);
      }
      assertEquals("+OK\r\n", new String(reply.array(), StandardCharsets.US_ASCII));
    }
    assertFalse(Files.exists(path), "the socket's file is left");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void servesBothFamiliesUnlessToldOtherwise(String transport) throws Exception {
    try (RunningServer server =
        RunningServer.start(dir, "--transport", transport, "--bind", "*", "-::*")) {
      try (RespClient client = new RespClient("127.0.0.1", server.port())) {
        assertEquals("+OK", client.call("SET", "a", "1"));
        assertEquals("+OK", client.call("CONFIG", "SET", "bind", "0.0.0.0"));
      }
      try (RespClient client = new RespClient("127.0.0.1", server.port())) {
        assertEquals("1", client.call("GET", "a"));
      }
      assertThrows(IOException.class, () -> callOverIpv6(server.port()));
    }
  }

  private static void callOverIpv6(int port) throws IOException {
    try (RespClient client = new RespClient("::1", port)) {
      client.call("GET", "a");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void goesOnAsBeforeWhenItCannotListenElsewhere(String transport) throws Exception {
    try (RunningServer first = RunningServer.start(dir, "--transport", transport);
        RunningServer second = RunningServer.start(dir, "--transport", transport)) {
      try (RespClient client = first.connect()) {
        String taken = Integer.toString(second.port());
        String reply = client.call("CONFIG", "SET", "port", taken);
        assertTrue(reply.contains("Unable to listen on this port"), reply);
      }
      try (RespClient client = first.connect()) {
        assertEquals("+OK", client.call("SET", "a", "1"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void protectsAServerWithoutPasswordFromOtherMachines(String transport) throws Exception {
    try (RunningServer server = RunningServer.start(dir, "--transport", transport)) {
      Settings settings = server.settings();
      Users users = new Users(new CommandTable().catalog(), () -> false);
      assertNull(Admission.refusal(settings, users.defaultUser(), true));
      String refusal = Admission.refusal(settings, users.defaultUser(), false);
      assertTrue(
          refusal != null && refusal.startsWith("-DENIED Redis is running in protected mode"),
          refusal);
      users.password("secret".getBytes(StandardCharsets.US_ASCII));
      assertNull(Admission.refusal(settings, users.defaultUser(), false));
    }
  }
}

package io.skein.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.TlsSettings;
import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

class TlsServerTest {
  @TempDir static Path shared;

  private static TestCertificates certificates;

  @TempDir Path dir;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates = TestCertificates.in(shared.resolve("certificates"), "one", "two");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static RunningServer start(Path dir, String... more) throws IOException, ConfigFileError {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--tls-port",
                Integer.toString(freePort()),
                "--tls-cert-file",
                certificates.path("one.crt"),
                "--tls-key-file",
                certificates.path("one.key"),
                "--tls-ca-cert-file",
                certificates.path("ca.crt")));
    options.addAll(List.of(more));
    return RunningServer.start(dir, options.toArray(String[]::new));
  }

  private static int tlsPort(RunningServer server) {
    return server.settings().integer(TlsSettings.TLS_PORT);
  }

  private static RespClient connect(RunningServer server, boolean shows, String... protocols)
      throws Exception {
    SSLSocket socket = (SSLSocket) certificates.client(shows).getSocketFactory().createSocket();
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    return new RespClient(socket, "127.0.0.1", tlsPort(server));
  }

  private static String nameOf(RunningServer server) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            certificates
                .client(true)
                .getSocketFactory()
                .createSocket("127.0.0.1", tlsPort(server))) {
      socket.startHandshake();
      return socket.getSession().getPeerPrincipal().getName();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "nio"})
  void servesBothPorts(String transport) throws Exception {
    try (RunningServer server = start(dir, "--transport", transport);
        RespClient plain = server.connect();
        RespClient encrypted = connect(server, true)) {
      assertEquals("+OK", encrypted.call("SET", "a", "1"));
      assertEquals("1", plain.call("GET", "a"));
      String large = "x".repeat(3_000_000);
      assertEquals("+OK", encrypted.call("SET", "large", large));
      assertEquals(large, encrypted.call("GET", "large"));
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 1000; i++) {
        many.append("INCR n\r\n");
      }
      encrypted.send(many.toString());
      for (int i = 1; i <= 1000; i++) {
        assertEquals(":" + i, encrypted.reply());
      }
      assertTrue(plain.call("INFO", "server").contains("name=tls"));
      assertEquals("+OK", encrypted.call("QUIT"));
      assertTrue(encrypted.isClosedByServer());
    }
  }

  @Test
  void turnsAwayWhoDoesNotEncryptOrShowsNothing() throws Exception {
    try (RunningServer server = start(dir)) {
      try (RespClient plain = new RespClient(new Socket(), "127.0.0.1", tlsPort(server))) {
        assertThrows(IOException.class, () -> plain.call("PING"));
      }
      try (RespClient stranger = connect(server, false)) {
        assertThrows(IOException.class, () -> stranger.call("PING"));
      }
      try (RespClient admin = server.connect()) {
        assertEquals("+OK", admin.call("CONFIG", "SET", "tls-auth-clients", "optional"));
        try (RespClient stranger = connect(server, false)) {
          assertEquals("+PONG", stranger.call("PING"));
        }
        assertEquals("+OK", admin.call("CONFIG", "SET", "tls-auth-clients", "no"));
        try (RespClient stranger = connect(server, false)) {
          assertEquals("+PONG", stranger.call("PING"));
        }
      }
    }
  }

  @Test
  void takesNewCertificatesForNewConnections() throws Exception {
    try (RunningServer server = start(dir);
        RespClient before = connect(server, true)) {
      assertEquals("+PONG", before.call("PING"));
      assertEquals("CN=one", nameOf(server));
      String refused = before.call("CONFIG", "SET", "tls-key-file", certificates.path("two.key"));
      assertTrue(refused.contains("Unable to update TLS configuration"), refused);
      assertTrue(server.log().contains("it is not the certificate's"));
      refused = before.call("CONFIG", "SET", "tls-cert-file", dir.resolve("none").toString());
      assertTrue(refused.contains("Unable to update TLS configuration"), refused);
      assertEquals("CN=one", nameOf(server));
      assertEquals(
          "+OK",
          before.call(
              "CONFIG",
              "SET",
              "tls-key-file",
              certificates.path("two.key"),
              "tls-cert-file",
              certificates.path("two.crt")));
      assertEquals("CN=two", nameOf(server));
      assertEquals("+PONG", before.call("PING"));
    }
  }

  @Test
  void offersTheProtocolsAndCiphersThatAreWanted() throws Exception {
    try (RunningServer server = start(dir);
        RespClient admin = server.connect()) {
      assertEquals("+OK", admin.call("CONFIG", "SET", "tls-protocols", "TLSv1.2"));
      try (RespClient old = connect(server, true, "TLSv1.2")) {
        assertEquals("+PONG", old.call("PING"));
      }
      try (RespClient recent = connect(server, true, "TLSv1.3")) {
        assertThrows(IOException.class, () -> recent.call("PING"));
      }
      assertNotEquals("+OK", admin.call("CONFIG", "SET", "tls-protocols", "TLSv9"));
      assertNotEquals("+OK", admin.call("CONFIG", "SET", "tls-ciphers", "NONE-OF-THESE"));
      assertEquals(
          "+OK", admin.call("CONFIG", "SET", "tls-ciphers", "ECDHE-RSA-AES256-GCM-SHA384"));
      try (RespClient old = connect(server, true, "TLSv1.2")) {
        assertEquals("+PONG", old.call("PING"));
      }
      assertEquals(
          "+OK",
          admin.call(
              "CONFIG", "SET", "tls-protocols", "", "tls-ciphersuites", "TLS_AES_256_GCM_SHA384"));
      try (RespClient recent = connect(server, true, "TLSv1.3")) {
        assertEquals("+PONG", recent.call("PING"));
      }
    }
  }

  @Test
  void opensAndClosesThePortWhenAsked() throws Exception {
    try (RunningServer server = start(dir, "--tls-port", "0");
        RespClient admin = server.connect()) {
      int port = freePort();
      assertEquals("+OK", admin.call("CONFIG", "SET", "tls-port", Integer.toString(port)));
      try (RespClient encrypted = connect(server, true)) {
        assertEquals("+PONG", encrypted.call("PING"));
      }
      assertEquals("+OK", admin.call("CONFIG", "SET", "tls-port", "0"));
      assertThrows(IOException.class, () -> new Socket("127.0.0.1", port).close());
    }
  }

  @Test
  void refusesToStartWithoutWhatIsNamed() {
    ConfigFileError refused =
        assertThrows(
            ConfigFileError.class, () -> start(dir, "--tls-cert-file", "nowhere.crt").close());
    assertTrue(refused.reason().contains("Failed to load certificate: nowhere.crt: No such file"));
    refused =
        assertThrows(ConfigFileError.class, () -> start(dir, "--tls-ca-cert-file", "").close());
    assertTrue(refused.reason().contains("Either tls-ca-cert-file or tls-ca-cert-dir"));
  }

  @Test
  void trustsADirectoryOfAuthorities() throws Exception {
    Path trusted = Files.createDirectory(dir.resolve("trusted"));
    Files.copy(Path.of(certificates.path("ca.crt")), trusted.resolve("1234.0"));
    try (RunningServer server =
            start(dir, "--tls-ca-cert-file", "", "--tls-ca-cert-dir", trusted.toString());
        RespClient encrypted = connect(server, true)) {
      assertEquals("+PONG", encrypted.call("PING"));
    }
  }

  @Test
  @Tag("interop")
  void servesRedisCliAndJedis() throws Exception {
    try (RunningServer server = start(dir)) {
      Process cli =
          new ProcessBuilder(
                  "redis-cli",
                  "-p",
                  Integer.toString(tlsPort(server)),
                  "--tls",
                  "--cacert",
                  certificates.path("ca.crt"),
                  "--cert",
                  certificates.path("two.crt"),
                  "--key",
                  certificates.path("two.key"),
                  "SET",
                  "a",
                  "1")
              .redirectErrorStream(true)
              .start();
      assertEquals(
          "OK", new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
      DefaultJedisClientConfig encrypted =
          DefaultJedisClientConfig.builder()
              .sslOptions(
                  SslOptions.builder()
                      .keyStoreType("PKCS12")
                      .trustStoreType("PKCS12")
                      .keystore(certificates.store(), certificates.password())
                      .truststore(certificates.store(), certificates.password())
                      .sslVerifyMode(SslVerifyMode.CA)
                      .build())
              .build();
      HostAndPort where = new HostAndPort("127.0.0.1", tlsPort(server));
      try (Jedis jedis = new Jedis(where, encrypted)) {
        assertEquals("1", jedis.get("a"));
        assertEquals(2, jedis.incr("a"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void closesAClientThatDoesNotRead(String transport) throws Exception {
    try (RunningServer server = start(dir, "--transport", transport);
        RespClient admin = server.connect();
        RespClient slow = connect(server, true)) {
      String limit = "normal 4mb 0 0";
      assertEquals("+OK", admin.call("CONFIG", "SET", "client-output-buffer-limit", limit));
      assertEquals("+OK", admin.call("SET", "large", "x".repeat(1_000_000)));
      slow.send("GET large\r\n".repeat(100));
      String closed = "client_output_buffer_limit_disconnections:1";
      for (int i = 0; i < 600 && !admin.call("INFO", "stats").contains(closed); i++) {
        LockSupport.parkNanos(50_000_000);
      }
      assertTrue(admin.call("INFO", "stats").contains(closed));
    }
  }

  @Test
  void replicatesEncrypted() throws Exception {
    try (RunningServer primary = start(dir, "--tls-replication", "yes");
        RespClient atPrimary = connect(primary, true)) {
      assertEquals("+OK", atPrimary.call("SET", "a", "1"));
      Path other = Files.createDirectory(dir.resolve("replica"));
      try (RunningServer replica = start(other, "--tls-replication", "yes");
          RespClient atReplica = connect(replica, true)) {
        String port = Integer.toString(tlsPort(primary));
        assertEquals("+OK", atReplica.call("REPLICAOF", "127.0.0.1", port));
        for (int i = 0; i < 600 && !atReplica.call("GET", "a").equals("1"); i++) {
          LockSupport.parkNanos(50_000_000);
        }
        assertEquals("1", atReplica.call("GET", "a"));
        String described = atPrimary.call("INFO", "replication");
        assertTrue(described.contains("port=" + tlsPort(replica)), described);
      }
    }
  }

  @Test
  void aClusterTalksEncryptedAndTellsThePortOfTheClientsKind() throws Exception {
    String[] options = {"--cluster-enabled", "yes", "--tls-cluster", "yes"};
    Path second = Files.createDirectory(dir.resolve("second"));
    try (RunningServer one = start(dir, options);
        RunningServer two = start(second, options);
        RespClient atOne = connect(one, true);
        RespClient plain = one.connect()) {
      assertEquals("+OK", atOne.call("CLUSTER", "ADDSLOTSRANGE", "0", "16382"));
      String meets = atOne.call("CLUSTER", "MEET", "127.0.0.1", Integer.toString(tlsPort(two)));
      assertEquals("+OK", meets);
      try (RespClient atTwo = two.connect()) {
        assertEquals("+OK", atTwo.call("CLUSTER", "ADDSLOTS", "16383"));
        for (int i = 0;
            i < 600 && !atTwo.call("CLUSTER", "INFO").contains("cluster_known_nodes:2");
            i++) {
          LockSupport.parkNanos(50_000_000);
        }
        assertTrue(atTwo.call("CLUSTER", "INFO").contains("cluster_known_nodes:2"));
      }
      String nodes = atOne.call("CLUSTER", "NODES");
      assertTrue(nodes.contains("127.0.0.1:" + tlsPort(two) + "@"), nodes);
      nodes = plain.call("CLUSTER", "NODES");
      assertTrue(nodes.contains(":" + one.port() + "@"), nodes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls-cluster", "tls-replication"})
  void slotsMigrateEncrypted(String setting) throws Exception {
    String[] options = {"--cluster-enabled", "yes", "--" + setting, "yes"};
    Path second = Files.createDirectory(dir.resolve("second"));
    try (RunningServer one = start(dir, options);
        RunningServer two = start(second, options);
        RespClient atOne = one.connect();
        RespClient atTwo = two.connect()) {
      assertEquals("+OK", atOne.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383"));
      boolean bus = setting.equals("tls-cluster");
      String port = Integer.toString(bus ? tlsPort(two) : two.port());
      assertEquals("+OK", atOne.call("CLUSTER", "MEET", "127.0.0.1", port));
      await(() -> atTwo.call("CLUSTER", "INFO").contains("cluster_slots_ok:16384"));
      await(() -> atOne.call("CLUSTER", "INFO").contains("cluster_known_nodes:2"));
      await(() -> atOne.call("SET", "a", "1").equals("+OK"));
      String target = atTwo.call("CLUSTER", "MYID");
      await(() -> !atOne.call("CLUSTER", "NODES").contains("handshake"));
      assertEquals(
          "+OK", atOne.call("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "0", "16383", "NODE", target));
      await(() -> atTwo.call("GET", "a").equals("1"));
      String why = atOne.call("GET", "a");
      assertTrue(why.startsWith("-MOVED"), why);
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    for (int i = 0; i < 600 && !condition.holds(); i++) {
      LockSupport.parkNanos(50_000_000);
    }
    assertTrue(condition.holds());
  }
}

package io.skein.server.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateKeysTest {
  @TempDir Path dir;

  private void openssl(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0, said);
  }

  private byte[] read(String file, String passphrase) throws IOException, TlsException {
    return PrivateKeys.read(dir.resolve(file), passphrase).getEncoded();
  }

  private BigInteger scalar(String file) throws IOException, TlsException {
    return ((ECPrivateKey) PrivateKeys.read(dir.resolve(file), "")).getS();
  }

  @Test
  void readsRsaInEveryForm() throws Exception {
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "plain");
    byte[] key = read("plain", "");
    openssl("rsa", "-in", "plain", "-traditional", "-out", "old");
    assertArrayEquals(key, read("old", ""));
    openssl("rsa", "-in", "plain", "-aes256", "-passout", "pass:1234", "-out", "locked");
    assertArrayEquals(key, read("locked", "1234"));
    for (String cipher : List.of("-aes128", "-des3")) {
      openssl(
          "rsa", "-in", "plain", "-traditional", cipher, "-passout", "pass:p w", "-out", "both");
      assertArrayEquals(key, read("both", "p w"));
      assertThrows(TlsException.class, () -> read("both", ""));
      assertThrows(TlsException.class, () -> read("both", "other"));
    }
    assertThrows(TlsException.class, () -> read("locked", ""));
    assertThrows(TlsException.class, () -> read("locked", "12345"));
  }

  @Test
  void readsEllipticCurvesInBothForms() throws Exception {
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "old");
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", "old", "-out", "new");
    assertEquals(scalar("new"), scalar("old"));
  }

  @Test
  void anyBytesAreAKeyOrRefused() throws Exception {
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key");
    byte[] sound = Files.readAllBytes(dir.resolve("key"));
    for (int seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      byte[] torn = sound.clone();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        torn[random.nextInt(torn.length)] = (byte) random.nextInt(256);
      }
      Path file = Files.write(dir.resolve("torn"), torn);
      try {
        PrivateKeys.read(file, random.nextBoolean() ? "" : "x");
      } catch (TlsException refused) {
        assertTrue(!refused.reason().isEmpty(), "seed " + seed);
      }
    }
  }
}

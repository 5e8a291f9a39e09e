package io.skein.server.tls;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// An authority of its own, and certificates that it has signed, made by the JDK's keytool.
final class TestCertificates {
  private static final String PASSWORD = "secret";

  private final Path directory;
  private final KeyStore store;

  private TestCertificates(Path directory, KeyStore store) {
    this.directory = directory;
    this.store = store;
  }

  /// Makes `ca.crt`, and `NAME.crt` with `NAME.key` for each name, in `directory`.
  static TestCertificates in(Path directory, String... names) throws Exception {
    Files.createDirectories(directory);
    Path file = directory.resolve("keys.p12");
    keytool(file, "-alias", "ca", "-dname", "CN=authority", "-ext", "bc:c");
    for (String name : names) {
      keytool(file, "-alias", name, "-dname", "CN=" + name, "-signer", "ca");
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    TestCertificates made = new TestCertificates(directory, store);
    made.write("ca.crt", "CERTIFICATE", store.getCertificate("ca").getEncoded());
    for (String name : names) {
      Certificate own = store.getCertificateChain(name)[0];
      made.write(name + ".crt", "CERTIFICATE", own.getEncoded());
      Key key = store.getKey(name, PASSWORD.toCharArray());
      made.write(name + ".key", "PRIVATE KEY", key.getEncoded());
    }
    return made;
  }

  private static void keytool(Path store, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException(said);
    }
  }

  private void write(String name, String label, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        directory.resolve(name),
        "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
  }

  /// Everything in one file, for clients of Java.
  File store() {
    return directory.resolve("keys.p12").toFile();
  }

  char[] password() {
    return PASSWORD.toCharArray();
  }

  /// The path of a file.
  String path(String name) {
    return directory.resolve(name).toString();
  }

  /// What a client uses that trusts the authority, with a certificate that it may show or none.
  SSLContext client(boolean shows) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", store.getCertificate("ca"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shows ? keys.getKeyManagers() : null, trust.getTrustManagers(), null);
    return context;
  }
}

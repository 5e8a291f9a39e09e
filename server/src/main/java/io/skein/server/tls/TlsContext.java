package io.skein.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.skein.engine.config.NumberSetting;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TextSetting;
import io.skein.engine.config.TlsSettings;
import io.skein.server.config.SystemErrors;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// Certificates, keys and ciphers as the settings named them at one moment, loaded and checked.
///
/// Native where the ciphers wanted are to be had so (BoringSSL), else the JDK's own.
///
/// *Threads*: any.
final class TlsContext {
  private static final String OPTIONS =
      "Use a combination of 'TLSv1', 'TLSv1.1', 'TLSv1.2' and 'TLSv1.3'.";

  private final SslContext server;
  private final SslContext client;
  private final boolean serverOrder;
  private final String clientCertificates;

  private TlsContext(
      SslContext server, SslContext client, boolean serverOrder, String clientCertificates) {
    this.server = server;
    this.client = client;
    this.serverOrder = serverOrder;
    this.clientCertificates = clientCertificates;
  }

  /// Loads everything that `settings` name.
  static TlsContext of(Settings settings) throws TlsException {
    return new Loading(settings).load();
  }

  /// Whether a native library does the work.
  boolean isNative() {
    return server instanceof OpenSslServerContext;
  }

  /// Encrypts a connection that was accepted.
  ///
  /// @param ofNode whether a node of the cluster is at the other end, which always has to show a
  ///   certificate
  SslHandler accepted(ByteBufAllocator allocator, boolean ofNode) {
    SSLEngine engine = server.newEngine(allocator);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setUseCipherSuitesOrder(serverOrder);
    if (ofNode || clientCertificates.equals("yes")) {
      parameters.setNeedClientAuth(true);
    } else if (clientCertificates.equals("optional")) {
      parameters.setWantClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return new SslHandler(engine);
  }

  /// Encrypts a connection that this server opens. Who is at the other end is known by who has
  /// signed its certificate, not by its name.
  SslHandler opened(ByteBufAllocator allocator) {
    return new SslHandler(client.newEngine(allocator));
  }

  /// The way from settings to contexts.
  private static final class Loading {
    private final Settings settings;
    private final Path directory;

    Loading(Settings settings) {
      this.settings = settings;
      this.directory = Path.of(settings.get(PersistenceSettings.DIR));
    }

    TlsContext load() throws TlsException {
      if (settings.get(TlsSettings.TLS_CERT_FILE).isEmpty()) {
        throw new TlsException("No tls-cert-file configured!");
      }
      if (settings.get(TlsSettings.TLS_KEY_FILE).isEmpty()) {
        throw new TlsException("No tls-key-file configured!");
      }
      Identity own =
          identity(
              TlsSettings.TLS_CERT_FILE, TlsSettings.TLS_KEY_FILE, TlsSettings.TLS_KEY_FILE_PASS);
      boolean another = !settings.get(TlsSettings.TLS_CLIENT_CERT_FILE).isEmpty();
      Identity shown =
          another
              ? identity(
                  TlsSettings.TLS_CLIENT_CERT_FILE,
                  TlsSettings.TLS_CLIENT_KEY_FILE,
                  TlsSettings.TLS_CLIENT_KEY_FILE_PASS)
              : own;
      List<X509Certificate> trusted = trusted();
      String[] protocols = protocols();
      Suites suites = suites();
      SslContextBuilder forServer =
          SslContextBuilder.forServer(own.key, own.chain).protocols(protocols);
      SslContextBuilder forClient =
          SslContextBuilder.forClient()
              .keyManager(shown.key, shown.chain)
              .endpointIdentificationAlgorithm("")
              .protocols(protocols);
      if (!trusted.isEmpty()) {
        X509Certificate[] roots = trusted.toArray(X509Certificate[]::new);
        forServer.trustManager(roots);
        forClient.trustManager(roots);
      }
      try {
        return new TlsContext(
            build(forServer, suites),
            build(forClient, suites),
            settings.isOn(TlsSettings.TLS_PREFER_SERVER_CIPHERS),
            settings.get(TlsSettings.TLS_AUTH_CLIENTS));
      } catch (SSLException | IllegalArgumentException refused) {
        throw new TlsException(refused.getMessage() + "");
      }
    }

    private SslContext build(SslContextBuilder builder, Suites suites) throws SSLException {
      builder.sslProvider(suites.nativeOnes ? SslProvider.OPENSSL : SslProvider.JDK);
      if (suites.names != null) {
        builder.ciphers(suites.names);
      }
      boolean caching = settings.isOn(TlsSettings.TLS_SESSION_CACHING);
      builder.sessionCacheSize(caching ? number(TlsSettings.TLS_SESSION_CACHE_SIZE) : 1);
      builder.sessionTimeout(caching ? number(TlsSettings.TLS_SESSION_CACHE_TIMEOUT) : 1);
      SslContext context = builder.build();
      if (context.isServer() && context.sessionContext() instanceof OpenSslSessionContext own) {
        own.setSessionCacheEnabled(caching);
      }
      return context;
    }

    private int number(NumberSetting setting) {
      return settings.integer(setting);
    }

    /// A certificate with those that vouch for it, and its key.
    private record Identity(X509Certificate[] chain, PrivateKey key) {}

    private Identity identity(TextSetting certificate, TextSetting key, TextSetting passphrase)
        throws TlsException {
      String keyFile = settings.get(key).isEmpty() ? settings.get(certificate) : settings.get(key);
      List<X509Certificate> chain =
          load("certificate", settings.get(certificate), Certificates::inFile);
      PrivateKey read =
          load("private key", keyFile, path -> PrivateKeys.read(path, settings.get(passphrase)));
      checkPair(chain.getFirst(), read, keyFile);
      return new Identity(chain.toArray(X509Certificate[]::new), read);
    }

    private static void checkPair(X509Certificate certificate, PrivateKey key, String file)
        throws TlsException {
      String algorithm =
          switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "DSA" -> "SHA256withDSA";
            default -> key.getAlgorithm();
          };
      try {
        java.security.Signature signature = java.security.Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update((byte) 1);
        if (signature.verify(signed)) {
          return;
        }
      } catch (GeneralSecurityException other) {
        // Another kind of key altogether.
      }
      throw new TlsException(
          "Failed to load private key: " + file + ": it is not the certificate's");
    }

    private List<X509Certificate> trusted() throws TlsException {
      List<X509Certificate> trusted = new ArrayList<>();
      String file = settings.get(TlsSettings.TLS_CA_CERT_FILE);
      if (!file.isEmpty()) {
        trusted.addAll(load("CA certificate", file, Certificates::inFile));
      }
      String from = settings.get(TlsSettings.TLS_CA_CERT_DIR);
      if (!from.isEmpty()) {
        trusted.addAll(load("CA certificate", from, Certificates::inDirectory));
      }
      boolean needed =
          settings.isOn(TlsSettings.TLS_CLUSTER)
              || settings.isOn(TlsSettings.TLS_REPLICATION)
              || !settings.get(TlsSettings.TLS_AUTH_CLIENTS).equals("no");
      if (trusted.isEmpty() && needed) {
        throw new TlsException(
            "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster,"
                + " tls-replication or tls-auth-clients are enabled!");
      }
      return trusted;
    }

    /// Reads something from a file.
    private interface Reader<T> {
      T read(Path path) throws IOException, TlsException;
    }

    private <T> T load(String what, String name, Reader<T> reader) throws TlsException {
      try {
        return reader.read(directory.resolve(name));
      } catch (IOException | InvalidPathException failed) {
        String reason =
            failed instanceof IOException unread ? SystemErrors.text(unread) : "Invalid argument";
        throw new TlsException("Failed to load " + what + ": " + name + ": " + reason);
      } catch (TlsException bad) {
        throw new TlsException("Failed to load " + what + ": " + bad.reason());
      }
    }

    private String[] protocols() throws TlsException {
      String text = settings.get(TlsSettings.TLS_PROTOCOLS).strip();
      if (text.isEmpty()) {
        return new String[] {"TLSv1.3", "TLSv1.2"};
      }
      List<String> protocols = new ArrayList<>();
      for (String word : text.split("\\s+", -1)) {
        protocols.add(
            switch (word.toLowerCase(Locale.ROOT)) {
              case "tlsv1" -> "TLSv1";
              case "tlsv1.1" -> "TLSv1.1";
              case "tlsv1.2" -> "TLSv1.2";
              case "tlsv1.3" -> "TLSv1.3";
              default -> throw new TlsException("Invalid tls-protocols specified. " + OPTIONS);
            });
      }
      return protocols.toArray(String[]::new);
    }

    /// What is offered.
    ///
    /// @param names null for the library's own choice
    private record Suites(boolean nativeOnes, @Nullable List<String> names) {}

    private Suites suites() throws TlsException {
      boolean hasNative = OpenSsl.isAvailable();
      if (settings.get(TlsSettings.TLS_CIPHERS).isEmpty()
          && settings.get(TlsSettings.TLS_CIPHERSUITES).isEmpty()) {
        return new Suites(hasNative, null);
      }
      if (hasNative && mayChoose()) {
        try {
          return new Suites(true, chosen(List.copyOf(OpenSsl.availableJavaCipherSuites())));
        } catch (TlsException notThere) {
          return new Suites(false, chosen(ofJdk()));
        }
      }
      return new Suites(false, chosen(ofJdk()));
    }

    /// BoringSSL offers all suites of TLS 1.3 or none.
    private boolean mayChoose() {
      return settings.get(TlsSettings.TLS_CIPHERSUITES).isEmpty();
    }

    private List<String> chosen(List<String> available) throws TlsException {
      String ciphers = settings.get(TlsSettings.TLS_CIPHERS);
      String suites = settings.get(TlsSettings.TLS_CIPHERSUITES);
      List<String> chosen = new ArrayList<>();
      chosen.addAll(
          suites.isEmpty()
              ? available.stream().filter(CipherList::isTls13).toList()
              : CipherList.suites(suites, available));
      chosen.addAll(CipherList.select(ciphers.isEmpty() ? "DEFAULT" : ciphers, available));
      return chosen;
    }

    private static List<String> ofJdk() throws TlsException {
      try {
        return Arrays.asList(
            javax.net.ssl.SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
      } catch (GeneralSecurityException none) {
        throw new TlsException(none.getMessage() + "");
      }
    }
  }
}

package io.skein.engine.config;

import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.KB;
import static io.skein.engine.config.Setting.MODIFIABLE;
import static io.skein.engine.config.Setting.VOLATILE;

import java.util.List;

/// Encrypted connections.
public final class TlsSettings {
  private static final Declarations D = new Declarations();

  /// The TLS port for clients; 0 for none.
  public static final NumberSetting TLS_PORT = D.number("tls-port", MODIFIABLE, 0, 65535, 0);

  /// Whether the bus is encrypted.
  public static final BoolSetting TLS_CLUSTER = D.yesNo("tls-cluster", MODIFIABLE, false);

  /// Whether a replica's link is encrypted.
  public static final BoolSetting TLS_REPLICATION = D.yesNo("tls-replication", MODIFIABLE, false);

  /// Whether clients must show a certificate.
  public static final ChoiceSetting<String> TLS_AUTH_CLIENTS =
      D.word("tls-auth-clients", MODIFIABLE, "yes", "no", "yes", "optional");

  /// The server's certificate.
  public static final TextSetting TLS_CERT_FILE = D.optional("tls-cert-file", VOLATILE);

  /// Its private key.
  public static final TextSetting TLS_KEY_FILE = D.optional("tls-key-file", VOLATILE);

  /// The password of the key.
  public static final TextSetting TLS_KEY_FILE_PASS = D.optional("tls-key-file-pass", MODIFIABLE);

  /// The certificate for connections that this server opens.
  public static final TextSetting TLS_CLIENT_CERT_FILE =
      D.optional("tls-client-cert-file", VOLATILE);

  /// Its private key.
  public static final TextSetting TLS_CLIENT_KEY_FILE = D.optional("tls-client-key-file", VOLATILE);

  /// The password of the key.
  public static final TextSetting TLS_CLIENT_KEY_FILE_PASS =
      D.optional("tls-client-key-file-pass", MODIFIABLE);

  /// The trusted certificates.
  public static final TextSetting TLS_CA_CERT_FILE = D.optional("tls-ca-cert-file", VOLATILE);

  /// The directory of trusted certificates.
  public static final TextSetting TLS_CA_CERT_DIR = D.optional("tls-ca-cert-dir", VOLATILE);

  /// The versions of the protocol to offer.
  public static final TextSetting TLS_PROTOCOLS = D.optional("tls-protocols", MODIFIABLE);

  /// The ciphers up to TLS 1.2.
  public static final TextSetting TLS_CIPHERS = D.optional("tls-ciphers", MODIFIABLE);

  /// The ciphers of TLS 1.3.
  public static final TextSetting TLS_CIPHERSUITES = D.optional("tls-ciphersuites", MODIFIABLE);

  /// Whether the server's order of ciphers counts.
  public static final BoolSetting TLS_PREFER_SERVER_CIPHERS =
      D.yesNo("tls-prefer-server-ciphers", MODIFIABLE, false);

  /// Whether sessions can be resumed.
  public static final BoolSetting TLS_SESSION_CACHING =
      D.yesNo("tls-session-caching", MODIFIABLE, true);

  /// Sessions remembered; 0 for any.
  public static final NumberSetting TLS_SESSION_CACHE_SIZE =
      D.number("tls-session-cache-size", MODIFIABLE, 0, INT_MAX, 20 * KB);

  /// Seconds that a session is remembered.
  public static final NumberSetting TLS_SESSION_CACHE_TIMEOUT =
      D.number("tls-session-cache-timeout", MODIFIABLE, 0, INT_MAX, 300);

  static final List<Setting<?>> ALL = D.all();

  private TlsSettings() {}
}

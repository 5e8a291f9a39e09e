package io.skein.server.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// Reads a private key in any of the forms that OpenSSL writes: PKCS#8, PKCS#1 (RSA) and SEC 1
/// (EC), each in the clear or encrypted with a passphrase.
///
/// The JDK understands PKCS#8 alone; the other two are put into its envelope.
final class PrivateKeys {
  /// DER of the algorithm identifier of RSA: OID 1.2.840.113549.1.1.1 and NULL.
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  /// DER of the OID of EC keys: 1.2.840.10045.2.1.
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int CURVE = 0xa0;

  private PrivateKeys() {}

  /// The first private key in the file at `path`.
  ///
  /// @param passphrase opens it if it is encrypted; empty for none
  static PrivateKey read(Path path, String passphrase) throws IOException, TlsException {
    for (Pem part : Pem.read(path)) {
      if (part.label().endsWith("PRIVATE KEY")) {
        try {
          return key(pkcs8(part, passphrase));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException bad) {
          throw new TlsException(path + ": " + reason(bad));
        }
      }
    }
    throw new TlsException(path + ": no private key found");
  }

  private static String reason(Exception bad) {
    return bad instanceof javax.crypto.BadPaddingException ? "bad decrypt" : bad.getMessage() + "";
  }

  private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
    GeneralSecurityException last = new GeneralSecurityException("no key");
    for (String algorithm : List.of("RSA", "EC", "EdDSA", "DSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException other) {
        last = other;
      }
    }
    throw last;
  }

  private static byte[] pkcs8(Pem part, String passphrase)
      throws GeneralSecurityException, IOException {
    String encryption = part.headers().get("DEK-Info");
    byte[] content =
        encryption == null ? part.content() : open(part.content(), encryption, passphrase);
    return switch (part.label()) {
      case "PRIVATE KEY" -> content;
      case "ENCRYPTED PRIVATE KEY" -> openPkcs8(content, passphrase);
      case "RSA PRIVATE KEY" -> envelope(RSA, content);
      case "EC PRIVATE KEY" -> envelope(der(SEQUENCE, EC, curve(content)), content);
      default -> throw new GeneralSecurityException("unsupported kind: " + part.label());
    };
  }

  private static byte[] openPkcs8(byte[] content, String passphrase)
      throws GeneralSecurityException, IOException {
    needs(passphrase);
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
    boolean isPbes2 = info.getAlgName().equals("PBES2");
    String algorithm = isPbes2 ? info.getAlgParameters().toString() : info.getAlgName();
    SecretKeyFactory factory = SecretKeyFactory.getInstance(algorithm);
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.DECRYPT_MODE,
        factory.generateSecret(new PBEKeySpec(passphrase.toCharArray())),
        info.getAlgParameters());
    return info.getKeySpec(cipher).getEncoded();
  }

  /// Opens what OpenSSL has encrypted in its traditional form: the key is derived with MD5 from the
  /// passphrase and the beginning of the initialization vector.
  private static byte[] open(byte[] content, String encryption, String passphrase)
      throws GeneralSecurityException {
    needs(passphrase);
    String[] parts = encryption.split(",", 2);
    byte[] iv = HexFormat.of().parseHex(parts.length < 2 ? "" : parts[1].strip());
    String name = parts[0].strip().toUpperCase(Locale.ROOT);
    boolean aes = name.startsWith("AES-") && name.endsWith("-CBC");
    if (!aes && !name.equals("DES-EDE3-CBC") || iv.length < 8) {
      throw new GeneralSecurityException("unsupported encryption: " + name);
    }
    int length = aes ? Integer.parseInt(name.substring(4, 7)) / 8 : 24;
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    byte[] key = new byte[0];
    byte[] block = new byte[0];
    while (key.length < length) {
      md5.update(block);
      md5.update(passphrase.getBytes(StandardCharsets.UTF_8));
      md5.update(iv, 0, 8);
      block = md5.digest();
      int before = key.length;
      key = Arrays.copyOf(key, before + block.length);
      System.arraycopy(block, 0, key, before, block.length);
    }
    Cipher cipher = Cipher.getInstance(aes ? "AES/CBC/PKCS5Padding" : "DESede/CBC/PKCS5Padding");
    SecretKeySpec secret = new SecretKeySpec(Arrays.copyOf(key, length), aes ? "AES" : "DESede");
    cipher.init(Cipher.DECRYPT_MODE, secret, new IvParameterSpec(iv));
    return cipher.doFinal(content);
  }

  private static void needs(String passphrase) throws GeneralSecurityException {
    if (passphrase.isEmpty()) {
      throw new GeneralSecurityException("encrypted, and there is no passphrase");
    }
  }

  private static byte[] envelope(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION_0, algorithm, der(OCTETS, key));
  }

  /// The OID of the curve, which an EC key may name in its part 0.
  private static byte[] curve(byte[] key) throws GeneralSecurityException {
    int at = contentOf(key, 0);
    int end = Math.min(key.length, at + lengthAt(key, 0));
    while (at < end) {
      int content = contentOf(key, at);
      int next = content + lengthAt(key, at);
      if ((key[at] & 255) == CURVE && next <= end) {
        return Arrays.copyOfRange(key, content, next);
      }
      at = next;
    }
    throw new GeneralSecurityException("an EC key that does not name its curve");
  }

  private static int contentOf(byte[] der, int at) throws GeneralSecurityException {
    checkRoom(der, at + 2);
    int first = der[at + 1] & 255;
    int content = at + 2 + (first < 128 ? 0 : first - 128);
    checkRoom(der, content);
    return content;
  }

  private static int lengthAt(byte[] der, int at) throws GeneralSecurityException {
    checkRoom(der, at + 2);
    int first = der[at + 1] & 255;
    int length = first < 128 ? first : 0;
    for (int i = at + 2; first >= 128 && i < at + 2 + first - 128; i++) {
      checkRoom(der, i + 1);
      length = length << 8 | der[i] & 255;
    }
    if (length < 0 || length > der.length) {
      throw new GeneralSecurityException("bad length in DER");
    }
    return length;
  }

  private static void checkRoom(byte[] der, int end) throws GeneralSecurityException {
    if (end > der.length || end < 0) {
      throw new GeneralSecurityException("DER is cut off");
    }
  }

  /// An element of DER with this tag and these parts.
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.write(part, 0, part.length);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    int length = body.size();
    if (length < 128) {
      element.write(length);
    } else {
      int bytes = length < 256 ? 1 : length < 65536 ? 2 : 3;
      element.write(128 + bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        element.write(length >>> 8 * i);
      }
    }
    element.writeBytes(body.toByteArray());
    return element.toByteArray();
  }
}

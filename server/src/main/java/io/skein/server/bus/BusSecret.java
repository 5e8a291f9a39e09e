package io.skein.server.bus;

import io.skein.engine.config.ConfigText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// What the nodes of a cluster share and nobody else knows; while it is being changed, several
/// such: the first is used, all are accepted.
///
/// @param secrets the secrets, at least one
record BusSecret(List<byte[]> secrets) {
  /// The length of a proof in bytes.
  static final int PROOF_BYTES = 32;

  /// The secrets in the value of a setting, which are between spaces.
  static BusSecret of(String value) {
    List<byte[]> secrets = new ArrayList<>();
    for (String word : value.strip().split(" +", -1)) {
      secrets.add(ConfigText.bytes(word));
    }
    return new BusSecret(List.copyOf(secrets));
  }

  /// The secret that is used where this node may choose.
  byte[] first() {
    return secrets.getFirst();
  }

  /// The secret with which `proof` was made, or null when it is none of these.
  byte @Nullable [] provenBy(byte[] proof, String purpose, byte[] nonces) {
    byte[] found = null;
    for (byte[] secret : secrets) {
      if (MessageDigest.isEqual(mac(secret, ascii(purpose), nonces), proof)) {
        found = secret;
      }
    }
    return found;
  }

  /// What shows, to who knows `secret` too, that its sender does; or a key made of it.
  static byte[] derive(byte[] secret, String purpose, byte[] nonces) {
    return mac(secret, ascii(purpose), nonces);
  }

  /// HMAC with SHA-256 (RFC 2104) of all `parts` one behind the other.
  static byte[] mac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      // A key may not be empty; zeros at its end make no difference.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BusSecret that && Arrays.deepEquals(array(), that.array());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(array());
  }

  private Object[] array() {
    return secrets.toArray();
  }

  /// Never the secret itself.
  @Override
  public String toString() {
    return "BusSecret[" + secrets.size() + "]";
  }
}

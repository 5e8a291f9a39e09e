package io.skein.engine.command.server;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.bytes.Sha1;
import java.util.HexFormat;

/// A fingerprint that grows: what has an order is mixed in (each step hashes what was there), what
/// has none is combined by exclusive or.
final class Digest {
  private final byte[] digest = new byte[Sha1.BYTES];

  /// Adds something whose order among others does not matter.
  void combine(byte[] data) {
    byte[] hash = Sha1.of(data, 0, data.length);
    for (int i = 0; i < digest.length; i++) {
      digest[i] ^= hash[i];
    }
  }

  /// Adds the fingerprint of something whose order among others does not matter.
  void combine(Digest other) {
    combine(other.digest);
  }

  /// Adds something that comes behind what was added before.
  void mix(byte[] data) {
    combine(data);
    System.arraycopy(Sha1.of(digest, 0, digest.length), 0, digest, 0, digest.length);
  }

  /// Mixes in an integer as text.
  void mixText(long number) {
    mix(Numbers.toBytes(number));
  }

  /// Mixes in an integer as four bytes, the most significant first.
  void mixBytes(int number) {
    mix(
        new byte[] {
          (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number
        });
  }

  /// The digest in hexadecimal.
  String hex() {
    return HexFormat.of().formatHex(digest);
  }
}

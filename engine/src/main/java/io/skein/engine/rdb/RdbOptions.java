package io.skein.engine.rdb;

/// How a file is written: its format version, whether long strings are compressed, whether it ends
/// in a checksum.
public record RdbOptions(int version, boolean compression, boolean checksum) {
  /// What is written when nothing is configured.
  public static final RdbOptions DEFAULT = new RdbOptions(RdbFormat.PLAIN_VERSION, true, true);
}

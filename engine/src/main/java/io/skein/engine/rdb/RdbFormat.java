package io.skein.engine.rdb;

/// The numbers of the RDB format.
public final class RdbFormat {
  /// The version that is written when the data need no later one, so that Redis 7.0 reads it.
  public static final int PLAIN_VERSION = 10;

  /// The newest version of Redis that is read (7.4).
  public static final int NEWEST_REDIS_VERSION = 12;

  /// The versions that begin with `VALKEY` instead of `REDIS`.
  public static final int FIRST_VALKEY_VERSION = 80;

  /// The newest version of Valkey that is read (9.0).
  public static final int NEWEST_VALKEY_VERSION = 80;

  /// From this type code on Redis and Valkey differ.
  static final int FIRST_DISPUTED_TYPE = 22;

  static final int SLOT_IMPORT = 243;
  static final int SLOT_INFO = 244;
  static final int FUNCTION2 = 245;
  static final int FUNCTION_PRE_GA = 246;
  static final int MODULE_AUX = 247;
  static final int IDLE = 248;
  static final int FREQ = 249;
  static final int AUX = 250;
  static final int RESIZEDB = 251;
  static final int EXPIRETIME_MS = 252;
  static final int EXPIRETIME = 253;
  static final int SELECTDB = 254;
  static final int EOF = 255;

  static final int ENCODED = 0xC0;
  static final int ENCODED_INT8 = 0xC0;
  static final int ENCODED_INT16 = 0xC1;
  static final int ENCODED_INT32 = 0xC2;
  static final int ENCODED_LZF = 0xC3;
  static final int LENGTH_14 = 0x40;
  static final int LENGTH_32 = 0x80;
  static final int LENGTH_64 = 0x81;

  private RdbFormat() {}

  /// Whether a file or payload of this version can be read here.
  public static boolean reads(int version) {
    return (version >= 1 && version <= NEWEST_REDIS_VERSION)
        || (version >= FIRST_VALKEY_VERSION && version <= NEWEST_VALKEY_VERSION);
  }
}

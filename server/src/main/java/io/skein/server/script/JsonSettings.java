package io.skein.server.script;

/// What a script can set of `cjson`; it stays set for the scripts after it.
final class JsonSettings {
  int encodeMaxDepth = 1000;
  int decodeMaxDepth = 1000;

  /// How many digits a number has at most.
  int precision = 14;

  /// Kept for scripts that ask: the buffer is always kept as long as it is small.
  int keepsBuffer = 1;

  /// 0: infinity and NaN are refused; 1: they are written; 2: null is written for them.
  int encodesInvalid;

  /// Whether infinity, NaN and hexadecimal numbers are taken.
  int decodesInvalid = 1;

  /// Whether a table with few of the elements that it seems to have becomes an object; or else it
  /// is refused.
  int convertsSparse;

  int sparseRatio = 2;
  int sparseSafe = 10;
}

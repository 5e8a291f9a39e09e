package io.skein.engine.aof;

/// A stretch of the log that lies in one append only file, byte for byte.
///
/// @param file the name of the file
/// @param filePosition where it begins there
/// @param logPosition the number of bytes of the history before it
/// @param length in bytes
/// @param replid the history that it is part of
public record Segment(
    String file, long filePosition, long logPosition, long length, String replid) {
  /// The log position behind it.
  public long end() {
    return logPosition + length;
  }
}

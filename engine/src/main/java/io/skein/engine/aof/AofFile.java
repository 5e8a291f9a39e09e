package io.skein.engine.aof;

/// One file that a [Manifest] names.
///
/// @param name its name in the directory of append only files, one `char` for each byte
/// @param seq its number among those of its kind, at least 1
public record AofFile(String name, long seq, Kind kind) {
  /// What a file is to the data set.
  public enum Kind {
    /// The data set as it was when the file was written; there is at most one.
    BASE('b'),
    /// No longer part of the data set, and to be deleted.
    HISTORY('h'),
    /// What was written after the files before it.
    INCREMENTAL('i');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /// The letter that stands for it in a manifest.
    public char letter() {
      return letter;
    }
  }

  /// The same file, no longer part of the data set.
  AofFile asHistory() {
    return new AofFile(name, seq, Kind.HISTORY);
  }
}

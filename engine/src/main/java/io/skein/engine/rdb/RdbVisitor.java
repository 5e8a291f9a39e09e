package io.skein.engine.rdb;

/// What [RdbDecoder] tells of a file, in the order in which it stands there.
///
/// A method may throw an [RdbException] to refuse the rest of the file.
public interface RdbVisitor {
  /// Says what version the file has, and whether it is one of Valkey's.
  default void onStart(int version) {}

  /// Gives a piece of information about the file, such as `repl-id`; unknown names are to be passed
  /// over.
  default void onAux(byte[] name, byte[] value) {}

  /// Says which database the keys that follow belong to.
  default void onSelectDb(int db) {}

  /// Says how many keys the database has, and how many of them expire; a hint that need not be
  /// true.
  default void onResizeDb(int db, long keys, long expiring) {}

  /// Gives a library of functions by its source text.
  default void onFunction(byte[] code) {}

  /// Says that data of a module stand at `offset`; refuses them, unless the visitor wants nothing
  /// of what it is told.
  default void onModuleAux(long offset) {
    throw new RdbException(
        RdbException.Fault.UNSUPPORTED, offset, "data of a module, which is not there");
  }

  /// Gives one key; the entry is only valid during the call.
  void onKey(RdbEntry entry);

  /// Says that the file is complete.
  default void onEnd(Checksum checksum) {}

  /// How the checksum at the end of the file turned out.
  enum Checksum {
    /// It fits.
    VERIFIED,
    /// The file was written without one, is older than version 5, or checking was switched off.
    ABSENT
  }
}

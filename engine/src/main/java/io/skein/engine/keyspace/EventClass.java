package io.skein.engine.keyspace;

/// The classes into which the events of keys fall; `notify-keyspace-events` chooses among them.
public enum EventClass {
  /// Commands on keys of any type: `del`, `expire`, `rename_from`...
  GENERIC('g'),
  STRING('$'),
  LIST('l'),
  SET('s'),
  HASH('h'),
  SORTED_SET('z'),
  STREAM('t'),
  /// `expired`: a key was deleted because its time had come.
  EXPIRED('x'),
  /// `evicted`: a key was deleted to make room.
  EVICTED('e'),
  /// `new`: a key was created. Not one of `A`, which stands for "all".
  NEW('n'),
  /// `keymiss`: a key was asked for that does not exist. Not one of `A`.
  KEY_MISS('m');

  private final char letter;
  private final int bit = 1 << ordinal();

  EventClass(char letter) {
    this.letter = letter;
  }

  /// What stands for the class in the setting.
  public char letter() {
    return letter;
  }

  /// The class as a set of one.
  public int bit() {
    return bit;
  }
}

package io.skein.engine.structure;

/// A run of native bytes that can be made longer or shorter, and may move when it is.
public interface Block {
  /// The address of the first byte, valid until the next [#resize].
  long address();

  /// The number of bytes.
  int length();

  /// Makes the block `bytes` long, keeping the content as far as both lengths reach, and returns
  /// the new address; what lies beyond the old length is undefined.
  long resize(int bytes);
}

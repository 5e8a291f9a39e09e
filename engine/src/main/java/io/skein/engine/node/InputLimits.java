package io.skein.engine.node;

/// How much a client may send at once.
interface InputLimits {
  /// The longest argument in bytes: `proto-max-bulk-len`.
  long maxBulkBytes();

  /// How much of its input may wait to be executed, in bytes: `client-query-buffer-limit`.
  long maxQueryBytes();
}

package io.skein.engine.node;

import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;

/// How much a client may send at once.
interface InputLimits {
  /// The longest argument in bytes: `proto-max-bulk-len`.
  long maxBulkBytes();

  /// How much of its input may wait to be executed, in bytes: `client-query-buffer-limit`.
  long maxQueryBytes();

  /// What `settings` allow.
  static InputLimits of(Settings settings) {
    return new InputLimits() {
      @Override
      public long maxBulkBytes() {
        return settings.number(NetworkSettings.PROTO_MAX_BULK_LEN);
      }

      @Override
      public long maxQueryBytes() {
        return settings.number(NetworkSettings.CLIENT_QUERY_BUFFER_LIMIT);
      }
    };
  }
}

package io.skein.engine.command;

import io.skein.engine.resp.Reply;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// The request that is being dealt with, and where its reply goes.
public final class RequestInProgress {
  private final ByteArrayOutputStream deferred = new ByteArrayOutputStream();
  private boolean hasDeferred;

  /// Whose replies are being gathered, and where.
  @Nullable Session gathering;

  @Nullable Reply gathered;

  /// Whose request it is, and whether its command is being executed.
  @Nullable Session current;

  boolean executing;

  RequestInProgress() {}

  /// Keeps what is for the current session until its reply is written.
  void defer(byte[] bytes, int length) {
    deferred.write(bytes, 0, length);
    hasDeferred = true;
  }

  /// The request is done with: what waited comes behind its reply.
  void executed(Reply reply) {
    current = null;
    executing = false;
    if (hasDeferred) {
      reply.raw(deferred.toByteArray());
      deferred.reset();
      hasDeferred = false;
    }
  }
}

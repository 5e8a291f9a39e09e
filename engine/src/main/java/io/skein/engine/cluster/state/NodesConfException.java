package io.skein.engine.cluster.state;

/// A `nodes.conf` that cannot be trusted; the message names the line and what is wrong with it.
public final class NodesConfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NodesConfException(int line, String what) {
    super("line " + line + ": " + what, null, false, false);
  }
}

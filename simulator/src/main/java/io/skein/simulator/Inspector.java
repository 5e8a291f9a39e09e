package io.skein.simulator;

import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import io.skein.engine.machine.Invariant;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A client inside of a node's process, for the checks.
final class Inspector implements Outlet {
  private final NodeData data;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final Session session;

  /// @param kind the primary, to be sent nowhere else and to wait for nobody; or one like others
  Inspector(NodeData data, Session.Kind kind) {
    this.data = data;
    session = Objects.requireNonNull(data.engine().open(this, "127.0.0.1:1", "127.0.0.1:2", true));
    session.kind(kind);
  }

  /// Sends a command; returns the reply, each character of which is one byte.
  String ask(String... arguments) {
    byte[] bytes = Resp.command(arguments);
    received.reset();
    byte[] space = data.turn().space(session, bytes.length);
    System.arraycopy(bytes, 0, space, data.turn().spaceOffset(session), bytes.length);
    data.turn().received(session, bytes.length);
    while (data.turn().hasInput()) {
      data.turn().run();
    }
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  /// Which history the data are, and how much of it, as `replid:offset`; empty while they are being
  /// replaced, and where no history is kept: without a backlog the offset stands, whatever is
  /// written, and the first replica begins a new history.
  String position() {
    String info = ask("INFO", "replication", "persistence");
    if (!info.contains("loading:0")
        || info.contains("master_sync_in_progress:1")
        || info.contains("repl_backlog_active:0")) {
      return "";
    }
    return field(info, "master_replid:") + ':' + field(info, "master_repl_offset:");
  }

  private static String field(String info, String name) {
    int at = info.indexOf(name) + name.length();
    return info.substring(at, info.indexOf('\r', at));
  }

  /// A hash over all keys and values.
  long digest() {
    String reply = ask("DEBUG", "DIGEST");
    Invariant.check(reply.startsWith("+") || reply.startsWith("-LOADING"), reply);
    return reply.hashCode();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    received.write(bytes, offset, length);
  }

  @Override
  public void close(boolean afterWrites) {}

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public void resume() {
    data.turn().resume(session);
  }
}

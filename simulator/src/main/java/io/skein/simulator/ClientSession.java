package io.skein.simulator;

import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// A connection that a client or a replica made to a node.
final class ClientSession implements Handler, Outlet {
  private final NodeData data;
  private final SimNode node;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private @Nullable Session session;
  private @Nullable Side side;
  private boolean leaving;

  ClientSession(NodeData data, SimNode node) {
    this.data = data;
    this.node = node;
  }

  @Override
  public void opened(Side s) {
    side = s;
    session = data.engine().open(this, s.peerIp() + ":5", node.ip() + ":7000", false);
    if (session == null) {
      node.world.network.close(s);
    }
  }

  @Override
  public void refused(Side s) {}

  @Override
  public void received(Side s, Object message) {
    Session to = session;
    if (to != null && message instanceof byte[] bytes) {
      byte[] space = data.turn().space(to, bytes.length);
      System.arraycopy(bytes, 0, space, data.turn().spaceOffset(to), bytes.length);
      data.turn().received(to, bytes.length);
      data.pump();
    }
  }

  @Override
  public void closed(Side s, String reason) {
    Session over = session;
    session = null;
    side = null;
    if (over != null) {
      data.turn().forget(over);
      data.engine().closed(over);
      data.pump();
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    written.write(bytes, offset, length);
    if (!leaving) {
      // All that is written in this piece of work leaves together, after it.
      leaving = true;
      node.data.giveFirst(this::leave);
    }
  }

  private void leave() {
    leaving = false;
    Side s = side;
    if (s != null && written.size() > 0) {
      byte[] bytes = written.toByteArray();
      if (s.other == null || !(s.other.host instanceof SimClient)) {
        node.world.network.stream(s, bytes);
      } else {
        if (bytes[0] == '+') {
          // Clients send nothing but writes that is answered by OK.
          node.world.checks.onWrite(node);
        }
        node.world.network.send(s, bytes);
      }
    }
    written.reset();
  }

  @Override
  public void close(boolean afterWrites) {
    Side s = side;
    if (s != null) {
      if (afterWrites) {
        leave();
      }
      node.data.give(() -> closed(s, "closed here"));
      node.world.network.close(s);
    }
  }

  @Override
  public long pendingBytes() {
    return written.size();
  }

  @Override
  public void resume() {
    Session s = session;
    if (s != null) {
      data.turn().resume(s);
      node.data.give(data::pump);
    }
  }
}

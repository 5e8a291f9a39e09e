package io.skein.engine.node;

import io.skein.engine.replication.ReplicaEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The connection to the primary, if there is one.
final class PrimaryConnection {
  private final NodeHost host;
  private final Consumer<ReplicaEvent> events;
  private @Nullable PeerLink link;
  private long id;
  private boolean reading = true;

  PrimaryConnection(NodeHost host, Consumer<ReplicaEvent> events) {
    this.host = host;
    this.events = events;
  }

  void connect(long linkId, String address, int port) {
    close();
    id = linkId;
    reading = true;
    link = host.connect(address, port, new Handler(linkId));
  }

  void send(long linkId, byte[] bytes) {
    PeerLink to = link;
    if (to != null && linkId == id) {
      to.write(bytes, 0, bytes.length);
    }
  }

  void close(long linkId) {
    if (linkId == id) {
      close();
    }
  }

  /// Has the primary wait, or go on.
  void reading(boolean on) {
    PeerLink from = link;
    if (from != null && on != reading) {
      reading = on;
      from.reading(on);
    }
  }

  private void close() {
    PeerLink old = link;
    link = null;
    if (old != null) {
      old.close();
    }
  }

  private final class Handler implements PeerHandler {
    private final long mine;

    Handler(long mine) {
      this.mine = mine;
    }

    private boolean isCurrent() {
      return link != null && mine == id;
    }

    @Override
    public void opened() {
      if (isCurrent()) {
        events.accept(new ReplicaEvent.Opened(mine));
      }
    }

    @Override
    public void refused(String reason) {
      if (isCurrent()) {
        link = null;
        events.accept(new ReplicaEvent.Refused(mine, reason));
      }
    }

    @Override
    public void received(byte[] bytes, int offset, int length) {
      if (isCurrent()) {
        events.accept(new ReplicaEvent.Received(mine, bytes, offset, length));
      }
    }

    @Override
    public void closed(String reason) {
      if (isCurrent()) {
        link = null;
        events.accept(new ReplicaEvent.Closed(mine, reason));
      }
    }
  }
}

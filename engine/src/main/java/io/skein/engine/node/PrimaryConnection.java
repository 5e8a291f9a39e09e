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
    link = host.connectToPrimary(address, port, new Handler(linkId));
  }

  void send(long linkId, byte[] bytes) {
    PeerLink to = link;
    if (to != null && linkId == id) {
      to.write(bytes, 0, bytes.length);
    }
  }

  /// The number of the present link, or of the last one.
  long id() {
    return id;
  }

  /// `ip:port` of the primary, or an empty text without a connection.
  String remoteAddress() {
    return link == null ? "" : link.remoteAddress();
  }

  /// `ip:port` of our end, or an empty text without a connection.
  String localAddress() {
    return link == null ? "" : link.localAddress();
  }

  /// The number by which the operating system knows the connection, or -1.
  int descriptor() {
    return link == null ? -1 : link.descriptor();
  }

  /// The number of bytes written to the primary that have not left yet.
  long pendingBytes() {
    return link == null ? 0 : link.pendingBytes();
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

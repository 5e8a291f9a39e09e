package io.skein.engine.node;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A connection to a server that keys are moved to; it stays for a while when it is not used, since
/// whoever moves keys moves many.
///
/// *States*: connecting, used by one [Transfer]; open and used; open and idle; over.
final class TargetLink {
  /// Who uses the link.
  interface User {
    void opened();

    /// There is room to write again.
    void drained();

    /// A reply came: a status, or an error, with the character that says which.
    void replied(String line);

    /// The link is over.
    ///
    /// @param connected whether there has been a connection
    void failed(boolean connected);
  }

  private final String host;
  private final int port;
  private final TargetLinks links;
  private final StatusLines lines = new StatusLines();
  private @Nullable PeerLink link;
  private @Nullable User user;
  private boolean open;

  /// Whether something came that nobody had asked for.
  private boolean unasked;

  private long database = -1;
  private long lastUseMs;

  TargetLink(TargetLinks links, String host, int port, User user, long nowMs) {
    this.links = links;
    this.host = host;
    this.port = port;
    this.user = user;
    this.lastUseMs = nowMs;
  }

  void connect(NodeHost through) {
    link = through.connect(host, port, new Handler());
  }

  boolean isTo(String otherHost, long otherPort) {
    return host.equals(otherHost) && port == otherPort;
  }

  boolean isOpen() {
    return open;
  }

  boolean isIdle() {
    return user == null;
  }

  long lastUseMs() {
    return lastUseMs;
  }

  /// Gives the link, which is idle, to `next`.
  void use(User next, long nowMs) {
    user = next;
    lastUseMs = nowMs;
  }

  /// Nobody uses the link any more; all that was asked was answered.
  void leave(long nowMs) {
    user = null;
    lastUseMs = nowMs;
  }

  /// The database selected there, or -1 when it is not known.
  long database() {
    return database;
  }

  void database(long index) {
    database = index;
  }

  boolean hasRoom() {
    return Objects.requireNonNull(link).hasRoom();
  }

  void write(byte[] bytes, int offset, int length) {
    Objects.requireNonNull(link).write(bytes, offset, length);
  }

  /// Ends the connection; its user is told nothing.
  void close() {
    user = null;
    open = false;
    PeerLink old = link;
    if (old != null) {
      old.close();
    }
    links.forget(this);
  }

  private void lost() {
    User was = user;
    boolean connected = open;
    close();
    if (was != null) {
      was.failed(connected);
    }
  }

  private final class Handler implements PeerHandler {
    @Override
    public void opened() {
      links.apart(() -> {
        open = true;
        User now = user;
        if (now != null) {
          now.opened();
        }
      });
    }

    @Override
    public void refused(String reason) {
      links.apart(TargetLink.this::lost);
    }

    @Override
    public void drained() {
      links.apart(() -> {
        User now = user;
        if (now != null) {
          now.drained();
        }
      });
    }

    @Override
    public void received(byte[] bytes, int offset, int length) {
      links.apart(() -> {
        if (!lines.feed(bytes, offset, length, this::line) || unasked) {
          lost();
        }
      });
    }

    private void line(String text) {
      User now = user;
      if (now != null) {
        now.replied(text);
      } else {
        unasked = true;
      }
    }

    @Override
    public void closed(String reason) {
      links.apart(TargetLink.this::lost);
    }
  }
}

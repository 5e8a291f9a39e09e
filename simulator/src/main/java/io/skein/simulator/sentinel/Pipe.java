package io.skein.simulator.sentinel;

import java.util.ArrayDeque;
import java.util.Deque;

/// One connection from a Sentinel to a host: bytes arrive in order, late, and not while the network
/// between the two is cut or the receiver stands still.
final class Pipe {
  private static final long RETRY_MS = 50;

  final SimSentinel client;
  final long id;
  final SimHost server;
  private final SentinelWorld world;
  private final Deque<byte[]> toServer = new ArrayDeque<>();
  private final Deque<byte[]> toClient = new ArrayDeque<>();
  private final int clientLife;
  boolean open = true;

  Pipe(SentinelWorld world, SimSentinel client, long id, SimHost server) {
    this.world = world;
    this.client = client;
    this.id = id;
    this.server = server;
    this.clientLife = client.life;
  }

  /// Begins to connect.
  void connect() {
    world.time.after(world.delay(), this::tryConnect);
  }

  private void tryConnect() {
    if (!open) {
      return;
    }
    if (world.isCut(client, server) || world.isCut(server, client)) {
      world.time.after(RETRY_MS, this::tryConnect);
    } else if (!server.up) {
      close();
    } else {
      world.pipes.add(this);
      whenClientRuns(() -> client.opened(this));
    }
  }

  void sendToServer(byte[] bytes) {
    toServer.add(bytes);
    world.time.after(world.delay(), this::deliverToServer);
  }

  private void deliverToServer() {
    if (!open || !server.up || toServer.isEmpty()) {
      return;
    }
    if (server.paused || world.isCut(client, server)) {
      world.time.after(RETRY_MS, this::deliverToServer);
      return;
    }
    server.received(this, toServer.poll());
  }

  void sendToClient(byte[] bytes) {
    toClient.add(bytes);
    world.time.after(world.delay(), this::deliverToClient);
  }

  private void deliverToClient() {
    if (!open || toClient.isEmpty()) {
      return;
    }
    if (client.paused || world.isCut(server, client)) {
      world.time.after(RETRY_MS, this::deliverToClient);
      return;
    }
    byte[] bytes = toClient.poll();
    whenClientRuns(() -> client.answered(this, bytes));
  }

  /// The server's side closes, or its process has ended.
  void close() {
    if (open) {
      open = false;
      world.pipes.remove(this);
      server.closed(this);
      tellClosed();
    }
  }

  private void tellClosed() {
    if (client.paused || world.isCut(server, client)) {
      world.time.after(RETRY_MS, this::tellClosed);
    } else {
      whenClientRuns(() -> client.lost(this));
    }
  }

  /// The client's side closes.
  void closedByClient() {
    if (open) {
      open = false;
      world.pipes.remove(this);
      server.closed(this);
    }
  }

  private void whenClientRuns(Runnable action) {
    if (client.up && client.life == clientLife) {
      action.run();
    }
  }
}

package io.skein.testkit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.skein.server.net.Transport;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What connects one node to the ports of others, each wire of which can be cut.
///
/// A cut wire swallows everything, both ways, as a network does that drops packets: no connection
/// closes, and a new one is neither accepted nor refused. When it is healed, the connections that
/// have lost something end, as TCP would end them, and later ones work.
///
/// Only the connections that the node itself opens are cut; for two nodes to be apart, each has the
/// ports of the other cut.
///
/// *Threads*: any.
final class Wires {
  private final Set<Integer> cutPorts = ConcurrentHashMap.newKeySet();
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();

  boolean isCut(int port) {
    return cutPorts.contains(port);
  }

  void cut(int port) {
    cutPorts.add(port);
  }

  void heal(int port) {
    cutPorts.remove(port);
    wires.forEach(wire -> wire.healed(port));
  }

  void opened(Wire wire) {
    wires.add(wire);
  }

  void closed(Wire wire) {
    wires.remove(wire);
  }

  /// `transport` with these wires.
  Transport through(Transport transport) {
    return new Wired(transport);
  }

  private final class Wired implements Transport {
    private final Transport transport;

    Wired(Transport transport) {
      this.transport = transport;
    }

    @Override
    public String name() {
      return transport.name();
    }

    @Override
    public IoHandlerFactory ioHandlers() {
      return transport.ioHandlers();
    }

    @Override
    public ServerChannel newServerChannel(Family family) {
      return transport.newServerChannel(family);
    }

    @Override
    public ServerChannel newUnixServerChannel() {
      return transport.newUnixServerChannel();
    }

    @Override
    public Channel newChannel() {
      Channel channel = transport.newChannel();
      channel.pipeline().addFirst(new Wire(Wires.this));
      return channel;
    }

    @Override
    public SocketAddress unixAddress(String path) {
      return transport.unixAddress(path);
    }

    @Override
    public ChannelOption<Boolean> sharePort() {
      return transport.sharePort();
    }

    @Override
    public KeepAlive keepAlive() {
      return transport.keepAlive();
    }

    @Override
    public @Nullable DirectSend directSend(Channel channel) {
      return transport.directSend(channel);
    }

    @Override
    public void configure(Channel channel) {
      transport.configure(channel);
    }

    @Override
    public String toString() {
      return transport + " with wires";
    }
  }
}

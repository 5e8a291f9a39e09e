package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import java.net.SocketAddress;

/// One of the ways in which the operating system moves bytes, as Netty offers it.
///
/// A class per way, so that only what is used is loaded.
public interface Transport {
  /// `io_uring`, `epoll` or `nio`.
  String name();

  /// What an event loop waits with.
  IoHandlerFactory ioHandlers();

  /// A socket that listens, not bound yet.
  ///
  /// One of io_uring that is for `0.0.0.0` takes clients of IPv6 as well, which are to be turned
  /// away then.
  ServerChannel newServerChannel(Family family);

  /// A unix socket that listens, not bound yet.
  ServerChannel newUnixServerChannel();

  /// A socket that is to be connected.
  Channel newChannel();

  /// The address of a unix socket.
  SocketAddress unixAddress(String path);

  /// The option by which two sockets may listen on the same port.
  ChannelOption<Boolean> sharePort();

  /// The options of a connection for keep-alive: idle seconds, seconds between probes, probes.
  KeepAlive keepAlive();

  /// Sets what is special to this transport on a connection, before it is registered.
  void configure(Channel channel);

  /// Whose connections a listening socket takes.
  enum Family {
    V4,
    V6,
    BOTH
  }

  /// The names under which a transport knows the times of TCP keep-alive.
  record KeepAlive(
      ChannelOption<Integer> idle, ChannelOption<Integer> interval, ChannelOption<Integer> count) {}
}

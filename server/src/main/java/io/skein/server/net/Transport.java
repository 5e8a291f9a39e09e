package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

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

  /// The way to send on a connection past the channel's queue, or null where there is none.
  @Nullable DirectSend directSend(Channel channel);

  /// Sends at once what the kernel takes.
  ///
  /// A channel's queue is built for buffers that have to wait. A reply nearly always leaves at
  /// once, and then the way through the queue costs more than all else that is done for it.
  interface DirectSend {
    /// Sends the bytes at `address` from `from` to `to`.
    ///
    /// @return how many were taken; 0 when the connection takes no more for now
    int send(long address, int from, int to) throws IOException;

    /// That of a channel on a unix file descriptor.
    static @Nullable DirectSend of(Channel channel) {
      if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
        return (address, from, to) ->
            UnixSend.sendNow(socket.intValue(), address + from, to - from);
      }
      return null;
    }
  }

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

package io.skein.server.net;

import io.skein.engine.config.ConfigFileError;
import org.jspecify.annotations.Nullable;

/// Chooses the transport.
public final class Transports {
  private Transports() {}

  /// The transport that the setting `transport` names; `auto` is the first that this machine has of
  /// `io_uring`, `epoll` and `nio`.
  ///
  /// @throws ConfigFileError when the one that is named does not work here
  public static Transport choose(String name) throws ConfigFileError {
    return switch (name) {
      case "io_uring" -> require(name, uring());
      case "epoll" -> require(name, epoll());
      case "nio" -> new NioTransport();
      default -> {
        Transport found = uring();
        found = found == null ? epoll() : found;
        yield found == null ? new NioTransport() : found;
      }
    };
  }

  private static @Nullable Transport uring() {
    return UringTransport.isAvailable() ? new UringTransport() : null;
  }

  private static @Nullable Transport epoll() {
    return EpollTransport.isAvailable() ? new EpollTransport() : null;
  }

  private static Transport require(String name, @Nullable Transport found) throws ConfigFileError {
    if (found == null) {
      throw ConfigFileError.ofWhole("transport " + name + " is not available on this machine");
    }
    return found;
  }
}

package io.skein.server.net;

import io.netty.channel.Channel;
import io.skein.engine.acl.User;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Who connects, and whether it may.
///
/// @param refusal the error line that turns the client away, or null
record Admission(String peer, String local, boolean sameMachine, @Nullable String refusal) {
  static final String TOO_MANY = "-ERR max number of clients reached";

  private static final String PROTECTED =
      "-DENIED Redis is running in protected mode because protected mode is enabled and no password"
          + " is set for the default user. In this mode connections are only accepted from the"
          + " loopback interface. If you want to connect from external computers to Redis you may"
          + " adopt one of the following solutions: 1) Just disable protected mode sending the"
          + " command 'CONFIG SET protected-mode no' from the loopback interface by connecting to"
          + " Redis from the same host the server is running, however MAKE SURE Redis is not"
          + " publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change"
          + " permanent. 2) Alternatively you can just disable the protected mode by editing the"
          + " Redis configuration file, and setting the protected mode option to 'no', and then"
          + " restarting the server. 3) If you started the server manually just for testing, restart"
          + " it with the '--protected-mode no' option. 4) Set up an authentication password for the"
          + " default user. NOTE: You only need to do one of the above things in order for the server"
          + " to start accepting connections from the outside.";

  static Admission of(DataPlane plane, Channel channel) {
    Settings settings = plane.settings();
    String path = settings.get(NetworkSettings.UNIXSOCKET);
    SocketAddress remote = channel.remoteAddress();
    boolean sameMachine =
        !(remote instanceof InetSocketAddress inet) || inet.getAddress().isLoopbackAddress();
    return new Admission(
        remote == null ? "" : Addresses.text(remote, path),
        channel.localAddress() == null ? "" : Addresses.text(channel.localAddress(), path),
        sameMachine,
        refusal(settings, plane.node().users().access().users().defaultUser(), sameMachine));
  }

  /// The error that turns a client away in protected mode, or null.
  static @Nullable String refusal(Settings settings, User defaultUser, boolean sameMachine) {
    boolean open =
        sameMachine
            || !settings.isOn(NetworkSettings.PROTECTED_MODE)
            || !defaultUser.needsNoPassword();
    return open ? null : PROTECTED;
  }

  static byte[] bytes(String line) {
    return (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }
}

package io.skein.server.sentinel;

import io.skein.engine.sentinel.SentinelEvent;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Looks names up on threads of its own: the system may take seconds for it.
final class HostLookup {
  private static final long PATIENCE_SECONDS = 5;

  private final SentinelPlane plane;

  HostLookup(SentinelPlane plane) {
    this.plane = plane;
    // The machine decides how long an answer is good.
    java.security.Security.setProperty("networkaddress.cache.ttl", "0");
    java.security.Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  void begin(String host) {
    Thread.ofPlatform()
        .name("lookup")
        .daemon()
        .start(() -> plane.on(new SentinelEvent.Resolved(host, addressOf(host))));
  }

  /// The address of `host`, or null when there is none or it takes too long.
  static @Nullable String await(String host) {
    CompletableFuture<@Nullable String> found = new CompletableFuture<>();
    Thread.ofPlatform().name("lookup").daemon().start(() -> found.complete(addressOf(host)));
    try {
      return found.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException none) {
      return null;
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static @Nullable String addressOf(String host) {
    try {
      return InetAddress.getByName(host).getHostAddress();
    } catch (UnknownHostException none) {
      return null;
    }
  }
}

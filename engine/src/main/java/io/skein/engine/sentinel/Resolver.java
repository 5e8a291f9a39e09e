package io.skein.engine.sentinel;

import io.skein.engine.cluster.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names and their addresses. A name is looked up without holding anything up: whoever asks gets
/// what is known, and asks again later.
final class Resolver {
  /// How long an answer is good; after that it is still used while a new one is fetched.
  private static final long FRESH_MS = 5000;

  private static final int MOST = 4096;

  private static final class Entry {
    @Nullable String ip;
    long askedMs;
    boolean waiting;
  }

  private final SentinelState state;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  Resolver(SentinelState state) {
    this.state = state;
  }

  /// The address of `host`, which may be one itself; null when it is a name that is not resolved,
  /// or names are not to be.
  @Nullable String resolve(String host) {
    if (IpAddress.isLiteral(host)) {
      return host;
    }
    if (!state.resolveHostnames || host.isEmpty()) {
      return null;
    }
    Entry entry = entries.get(host);
    if (entry == null) {
      if (entries.size() >= MOST) {
        entries.clear();
      }
      entry = new Entry();
      entry.askedMs = Long.MIN_VALUE / 2;
      entries.put(host, entry);
    }
    if (!entry.waiting && state.nowMs - entry.askedMs > FRESH_MS) {
      entry.waiting = true;
      entry.askedMs = state.nowMs;
      state.out.add(new SentinelEffect.Resolve(host));
    }
    return entry.ip;
  }

  /// Takes an answer; returns whether it changes what is known.
  boolean resolved(String host, @Nullable String ip) {
    Entry entry = entries.computeIfAbsent(host, h -> new Entry());
    String before = entry.ip;
    entry.waiting = false;
    entry.askedMs = state.nowMs;
    entry.ip = ip;
    return ip != null && !ip.equals(before);
  }
}

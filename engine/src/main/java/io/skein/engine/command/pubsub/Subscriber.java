package io.skein.engine.command.pubsub;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Subscriptions;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/// What one session is subscribed to.
final class Subscriber implements Subscriptions {
  final Set<Bytes> channels = new LinkedHashSet<>();
  final Set<Bytes> patterns = new LinkedHashSet<>();
  final Set<Bytes> shardChannels = new LinkedHashSet<>();
  private long bytes;

  /// A topic was added or, with -1, removed.
  void count(Bytes topic, int change) {
    bytes += change * (topic.length() + 160L);
  }

  @Override
  public int channels() {
    return channels.size();
  }

  @Override
  public int patterns() {
    return patterns.size();
  }

  @Override
  public int shardChannels() {
    return shardChannels.size();
  }

  @Override
  public boolean allMeet(Predicate<Bytes> pattern, Predicate<Bytes> channel) {
    return patterns.stream().allMatch(pattern)
        && channels.stream().allMatch(channel)
        && shardChannels.stream().allMatch(channel);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return channels.isEmpty() && patterns.isEmpty() && shardChannels.isEmpty();
  }
}

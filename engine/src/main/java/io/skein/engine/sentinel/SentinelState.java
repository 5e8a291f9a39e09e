package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a Sentinel knows and is set to.
///
/// *Invariants*: `currentEpoch` never goes back.
final class SentinelState {
  private static final long SAVE_AGAIN_MS = 1000;

  final Map<String, Primary> primaries = new LinkedHashMap<>();
  final Periods periods = new Periods();
  final RandomGenerator entropy;
  final Outbox out = new Outbox(this);
  final Resolver resolver = new Resolver(this);
  private final SentinelStore store;

  String myId = "";
  private long currentEpoch;
  SentinelSettings settings;
  String announceIp = "";
  int announcePort;
  boolean denyScriptsReconfig = true;
  @Nullable String sentinelUser;
  @Nullable String sentinelPass;
  boolean resolveHostnames;
  boolean announceHostnames;

  boolean tilt;
  long tiltStartMs;
  boolean crashAfterElection;
  boolean crashAfterPromotion;

  /// The time of the call in progress.
  long nowMs;

  private boolean unsaved;
  private long triedMs;

  SentinelState(SentinelSettings settings, SentinelStore store, RandomGenerator entropy) {
    this.settings = settings;
    this.store = store;
    this.entropy = entropy;
  }

  long currentEpoch() {
    return currentEpoch;
  }

  /// Takes note of an epoch, if it is newer.
  void sawEpoch(long epoch) {
    currentEpoch = Math.max(currentEpoch, epoch);
  }

  /// Whether what must not be forgotten could not be saved last time: then there are no votes.
  boolean isUnsaved() {
    return unsaved;
  }

  /// Tries again, once in a while, when saving has failed.
  void saveAgain() {
    if (unsaved && nowMs - triedMs >= SAVE_AGAIN_MS) {
      save();
    }
  }

  /// Saves everything, and returns whether it is on the disk.
  boolean save() {
    triedMs = nowMs;
    unsaved = !store.save(ConfigLines.of(this));
    if (unsaved) {
      out.log(
          LogLevel.WARNING,
          "WARNING: Sentinel was not able to save the new configuration on disk!!!");
    } else {
      out.log(LogLevel.NOTICE, "Sentinel new configuration saved on disk");
    }
    return !unsaved;
  }

  /// The host of `address` as others are told it.
  String announced(Address address) {
    return announceHostnames || address.ip().isEmpty() ? address.host() : address.ip();
  }

  /// Where `host` is; null when it is no address and cannot be resolved, or not yet, unless
  /// `acceptUnresolved`.
  @Nullable Address locate(String host, int port, boolean acceptUnresolved) {
    String ip = resolver.resolve(host);
    if (ip == null && !(acceptUnresolved && resolveHostnames)) {
      return null;
    }
    return new Address(host, ip == null ? "" : ip, port);
  }

  /// Whether `host` names the place of `address`.
  boolean isAt(Address address, String host) {
    String ip = resolver.resolve(host);
    if (ip == null) {
      return (resolveHostnames ? address.host() : address.ip()).equalsIgnoreCase(host);
    }
    return address.ip().equals(ip);
  }

  /// The primary at this place, or with [Primary#currentAddress] for `where` the one whose failover
  /// has made it the place of its successor.
  @Nullable Primary primaryAt(String host, int port, Function<Primary, Address> where) {
    Address address = locate(host, port, true);
    if (address == null) {
      return null;
    }
    for (Primary primary : primaries.values()) {
      if (where.apply(primary).isSame(address)) {
        return primary;
      }
    }
    return null;
  }
}

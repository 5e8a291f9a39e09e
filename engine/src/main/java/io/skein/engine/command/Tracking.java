package io.skein.engine.command;

import io.skein.engine.bytes.Bytes;
import java.util.TreeSet;

/// How one session wants to be told of keys that change: what CLIENT TRACKING ON has set.
///
/// Without *broadcast* it hears of keys it has read: of all, with *opt-in* of those read after
/// CLIENT CACHING YES, with *opt-out* of those not read after CLIENT CACHING NO. With *broadcast*
/// it hears of every key that begins with one of its prefixes.
public final class Tracking {
  /// What is asked for.
  ///
  /// @param redirect the id of the session that is told in place of this one, or 0
  /// @param noLoop whether changes made by the session itself are left out
  public record Options(
      long redirect, boolean broadcast, boolean optIn, boolean optOut, boolean noLoop) {}

  private final TreeSet<Bytes> prefixes = new TreeSet<>();
  private Options options;
  private boolean caching;
  private boolean broken;
  private long prefixBytes;

  public Tracking(Options options) {
    this.options = options;
  }

  public Options options() {
    return options;
  }

  /// Asks for something else; that the session to redirect to was gone is forgotten.
  public void options(Options asked) {
    options = asked;
    broken = false;
  }

  /// Whether CLIENT CACHING has made an exception for the next command.
  public boolean isCaching() {
    return caching;
  }

  public void caching(boolean exception) {
    caching = exception;
  }

  /// Whether the session to redirect to was found gone.
  public boolean isBroken() {
    return broken;
  }

  public void broken(boolean gone) {
    broken = gone;
  }

  /// Whether keys read now are to be remembered.
  public boolean remembers() {
    return !options.broadcast() && (options.optIn() ? caching : !options.optOut() || !caching);
  }

  /// The prefixes of the keys to be told of with *broadcast*, in order.
  public Iterable<Bytes> prefixes() {
    return prefixes;
  }

  public int prefixCount() {
    return prefixes.size();
  }

  /// Adds a prefix; false when it was there.
  public boolean add(Bytes prefix) {
    boolean added = prefixes.add(prefix);
    if (added) {
      prefixBytes += prefix.length() + 120L;
    }
    return added;
  }

  /// The memory that the prefixes take, in bytes, about.
  public long bytes() {
    return prefixBytes;
  }
}

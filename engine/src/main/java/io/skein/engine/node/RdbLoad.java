package io.skein.engine.node;

import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.KeyPool;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.rdb.RdbDecoder;
import io.skein.engine.rdb.RdbEntry;
import io.skein.engine.rdb.RdbException;
import io.skein.engine.rdb.RdbValues;
import io.skein.engine.rdb.RdbVisitor;
import io.skein.engine.resp.CommandError;
import io.skein.engine.script.Libraries;
import io.skein.engine.structure.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Fills databases from the bytes of an RDB file, as they come.
///
/// Where the file comes from is the caller's business: a disk, or a primary. A key that is there
/// twice, unless it is to be replaced, a database that does not exist, and a type that there is no
/// place for are refused with the offset; the keys before stay.
final class RdbLoad implements RdbVisitor {
  private final Keyspace keyspace;
  private final Database[] databases;
  private final boolean dropExpired;
  private final Libraries libraries;
  private final List<byte[]> functions = new ArrayList<>();
  private boolean functionsTaken;
  private final RdbDecoder decoder;
  private final KeyPool keys;
  private final Map<String, String> aux = new LinkedHashMap<>();
  private final long totalBytes;
  private long loaded;
  private long expired;
  private ExpiredKeys left = new ExpiredKeys(0);
  private long empty;
  private Consumer<Key> onEmpty = key -> {};
  private boolean joins;
  private boolean replaces;

  /// @param databases what to fill, by index: the keyspace's own, or others that will take their
  ///   place
  /// @param dropExpired whether keys whose time has come are left out, as a primary does
  /// @param libraries replaced by those of the file when it is complete
  /// @param totalBytes the size of the file, or -1 when it is not known
  RdbLoad(
      Keyspace keyspace,
      Database[] databases,
      boolean dropExpired,
      Libraries libraries,
      boolean verifyChecksum,
      long totalBytes) {
    this.keyspace = keyspace;
    this.databases = databases;
    this.dropExpired = dropExpired;
    this.libraries = libraries;
    this.totalBytes = totalBytes;
    this.keys = new KeyPool(keyspace);
    this.decoder = new RdbDecoder(this, verifyChecksum);
  }

  /// As [#feed(byte[], int, int)], and tells `pace` how many keys went by.
  int feed(byte[] bytes, int offset, int length, Pace pace) {
    long before = loaded + expired;
    int taken = feed(bytes, offset, length);
    pace.passed(loaded + expired - before);
    return taken;
  }

  /// Takes the next bytes; returns how many of them belong to the file.
  ///
  /// @throws RdbException when they are not sound
  int feed(byte[] bytes, int offset, int length) {
    keyspace.mute(true);
    try {
      int taken = decoder.feed(bytes, offset, length);
      if (decoder.isComplete() && !functionsTaken) {
        functionsTaken = true;
        takeFunctions();
      }
      return taken;
    } finally {
      keyspace.mute(false);
    }
  }

  private void takeFunctions() {
    if (!joins) {
      libraries.replaceAll(functions);
      return;
    }
    try {
      libraries.add(functions, replaces);
    } catch (CommandError e) {
      throw new RdbException(
          RdbException.Fault.UNSUPPORTED, decoder.bytesRead(), "its libraries: " + e.text());
    }
  }

  /// Has what is loaded join what is there, and take the place of keys and libraries of the same
  /// names if `replacing`; else they are refused.
  void joins(boolean replacing) {
    joins = true;
    replaces = replacing;
  }

  /// No more bytes come.
  ///
  /// @throws RdbException when the file is not complete
  void end() {
    decoder.end();
  }

  boolean isComplete() {
    return decoder.isComplete();
  }

  long bytesRead() {
    return decoder.bytesRead();
  }

  long totalBytes() {
    return totalBytes;
  }

  /// The number of keys taken in.
  long loadedKeys() {
    return loaded;
  }

  /// The number of keys left out since their time had come.
  long expiredKeys() {
    return expired;
  }

  /// Has `to` take those keys, from now on.
  void leaveTo(ExpiredKeys to) {
    left = to;
  }

  /// Has `action` told of each key that is left out since it is a collection without elements.
  void onEmpty(Consumer<Key> action) {
    onEmpty = action;
  }

  /// The number of keys left out since they were collections without elements.
  long emptyKeys() {
    return empty;
  }

  /// What the file says of itself.
  Map<String, String> aux() {
    return aux;
  }

  @Override
  public void onAux(byte[] name, byte[] value) {
    if (aux.size() < 64) {
      aux.put(
          new String(name, StandardCharsets.ISO_8859_1),
          new String(value, StandardCharsets.ISO_8859_1));
    }
  }

  @Override
  public void onFunction(byte[] code) {
    try {
      libraries.check(code);
    } catch (CommandError e) {
      throw new RdbException(
          RdbException.Fault.UNSUPPORTED,
          decoder.bytesRead(),
          "a library of functions that cannot be loaded: " + e.text());
    }
    functions.add(code);
  }

  @Override
  public void onKey(RdbEntry entry) {
    int selectable = keyspace.databaseCount();
    boolean staged = entry.db() == selectable && aux.containsKey(RdbSnapshot.STAGED);
    if (entry.db() >= selectable && !(staged && entry.db() < databases.length)) {
      throw new RdbException(
          RdbException.Fault.UNSUPPORTED,
          entry.fileOffset(),
          "the key is of database " + entry.db() + ", but there are only " + selectable);
    }
    long expiry = entry.expireAtMs();
    boolean due = expiry != RdbEntry.NONE && expiry < keyspace.nowMs();
    if (due && dropExpired && !staged) {
      expired++;
      int from = entry.keyOffset();
      left.add(entry.db(), Arrays.copyOfRange(entry.keyArray(), from, from + entry.keyLength()));
      return;
    }
    Database db = databases[entry.db()];
    keys.clear();
    Key key = keys.add(0, entry.keyArray(), entry.keyOffset(), entry.keyLength());
    if (replaces) {
      db.remove(key);
    } else if (db.exists(key)) {
      throw new RdbException(
          RdbException.Fault.CORRUPT, entry.fileOffset(), "a key that was there before");
    }
    long time = expiry == RdbEntry.NONE ? Entry.NO_EXPIRY : Math.max(0, expiry);
    if (!RdbValues.read(entry, db, key, time)) {
      empty++;
      onEmpty.accept(key);
      return;
    }
    if (keyspace.clock().isLfu() && entry.frequency() >= 0) {
      db.setClock(key, keyspace.clock().ofFrequency(entry.frequency()));
    } else if (!keyspace.clock().isLfu() && entry.idleSeconds() >= 0) {
      db.setClock(key, keyspace.clock().ofIdle(entry.idleSeconds()));
    }
    loaded++;
  }
}

package io.skein.engine.aof;

import io.skein.engine.aof.AofFile.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which files the append only file consists of: a base, what was appended since, and what is left
/// over of before.
///
/// It never changes; each step returns the next one, which counts once it is on disk. Names are
/// text with one `char` for each byte, as file systems of Unix have them.
///
/// Source: Redis 7's multi part AOF (its `aof.c` names files and orders lines).
public final class Manifest {
  /// That of a server without an append only file.
  public static final Manifest EMPTY = new Manifest(null, List.of(), List.of(), 0, 0);

  private static final String SUFFIX = ".manifest";

  private final @Nullable AofFile base;
  private final List<AofFile> history;
  private final List<AofFile> incrementals;
  private final long baseSeq;
  private final long incrementalSeq;

  Manifest(
      @Nullable AofFile base,
      List<AofFile> history,
      List<AofFile> incrementals,
      long baseSeq,
      long incrementalSeq) {
    this.base = base;
    this.history = List.copyOf(history);
    this.incrementals = List.copyOf(incrementals);
    this.baseSeq = baseSeq;
    this.incrementalSeq = incrementalSeq;
  }

  /// The name of the file that holds a manifest.
  ///
  /// @param appendFilename the setting `appendfilename`
  public static String fileName(String appendFilename) {
    return appendFilename + SUFFIX;
  }

  /// Reads a manifest.
  ///
  /// @throws ManifestError when it is not sound
  public static Manifest parse(byte[] bytes) {
    return new ManifestReader(bytes).read();
  }

  /// The manifest of a server of before Redis 7, whose one file becomes the base.
  public static Manifest ofOldFile(String appendFilename) {
    return new Manifest(new AofFile(appendFilename, 1, Kind.BASE), List.of(), List.of(), 1, 0);
  }

  /// The bytes of the manifest, a line for each file.
  public byte[] encode() {
    return ManifestWriter.encode(this);
  }

  /// The data set as it was at some time, or null when it was empty.
  public @Nullable AofFile base() {
    return base;
  }

  /// What is no longer part of the data set, and to be deleted.
  public List<AofFile> history() {
    return history;
  }

  /// What was written after the base, in order; the last one is appended to.
  public List<AofFile> incrementals() {
    return incrementals;
  }

  /// The file that is appended to, or null when there is none yet.
  public @Nullable AofFile lastIncremental() {
    return incrementals.isEmpty() ? null : incrementals.getLast();
  }

  /// The base, if any, and the incrementals: what has to be loaded, in order.
  public List<AofFile> parts() {
    List<AofFile> parts = new ArrayList<>();
    if (base != null) {
      parts.add(base);
    }
    parts.addAll(incrementals);
    return parts;
  }

  /// Whether there is nothing to load.
  public boolean isEmpty() {
    return base == null && incrementals.isEmpty();
  }

  /// Takes a new base under the next number; the one before it becomes history.
  ///
  /// @param rdb whether it is a snapshot, or else commands
  public Manifest withNewBase(String appendFilename, boolean rdb) {
    List<AofFile> old = new ArrayList<>();
    if (base != null) {
      old.add(base.asHistory());
    }
    old.addAll(history);
    long seq = baseSeq + 1;
    String name = appendFilename + "." + seq + ".base" + (rdb ? ".rdb" : ".aof");
    return new Manifest(new AofFile(name, seq, Kind.BASE), old, incrementals, seq, incrementalSeq);
  }

  /// Takes a new incremental file under the next number, which is the last one from now on.
  public Manifest withNewIncremental(String appendFilename) {
    List<AofFile> files = new ArrayList<>(incrementals);
    long seq = incrementalSeq + 1;
    files.add(new AofFile(appendFilename + "." + seq + ".incr.aof", seq, Kind.INCREMENTAL));
    return new Manifest(base, history, files, baseSeq, seq);
  }

  /// The incremental files become history, since a new base holds what they did; the last `keep` of
  /// them do not.
  public Manifest withIncrementalsAsHistory(int keep) {
    int rewritten = Math.max(0, incrementals.size() - keep);
    List<AofFile> old = new ArrayList<>();
    for (AofFile file : incrementals.subList(0, rewritten)) {
      old.add(file.asHistory());
    }
    old.addAll(history);
    List<AofFile> kept = incrementals.subList(rewritten, incrementals.size());
    return new Manifest(base, old, kept, baseSeq, incrementalSeq);
  }

  /// Of what was history only `kept` is still there.
  public Manifest withHistory(List<AofFile> kept) {
    return new Manifest(base, kept, incrementals, baseSeq, incrementalSeq);
  }
}

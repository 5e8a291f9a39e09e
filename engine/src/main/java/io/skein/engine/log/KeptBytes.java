package io.skein.engine.log;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which bytes of the log are kept, and where: in memory, in files, or in both.
///
/// Memory holds the backlog, and what readers need that lies nowhere else; besides, up to a limit,
/// what is wanted of those who do not read now, until that is in a file.
///
/// *Invariants*: memory holds one stretch up to the end of the log; the archive, if there is one,
/// reaches up to it or into it; what a reader that is not lost is to read next is in one of them.
final class KeptBytes {
  private final LogBlocks blocks = new LogBlocks(0);
  private final List<LogReader> readers = new ArrayList<>();
  private final LogArchive archive = new LogArchive();
  private Consumer<String> unreadable = reason -> {};
  private boolean archiveInUse;

  private long backlogSize;
  private boolean backlogActive;
  private boolean wasBacklogActive;

  /// The position from which the backlog is whole; before it the log was not followed, or was
  /// another.
  private long backlogStart;

  private long wantedFrom = Long.MAX_VALUE;
  private long mostWantedBytes;
  private boolean archiveGrows;
  private long era;

  KeptBytes(long backlogSize) {
    this.backlogSize = backlogSize;
  }

  long end() {
    return blocks.end();
  }

  long era() {
    return era;
  }

  LogArchive archive() {
    return archive;
  }

  /// Adds bytes; [#trim] is due after it.
  void append(byte[] b, int offset, int length) {
    blocks.append(b, offset, length);
  }

  /// Forgets all and goes on at `position`; every reader is lost.
  void restart(long position) {
    for (LogReader reader : readers) {
      reader.lose();
    }
    readers.clear();
    backlogStart = position;
    leap(position);
  }

  /// Goes on at `position`, with nothing of before; there are no readers.
  void leap(long position) {
    era++;
    archive.clear();
    forgetWanted();
    blocks.reset(position);
  }

  // ---- the backlog

  boolean isFollowed() {
    return backlogActive || !readers.isEmpty();
  }

  boolean isBacklogActive() {
    return backlogActive;
  }

  boolean wasBacklogActive() {
    return wasBacklogActive;
  }

  void activateBacklog() {
    if (!backlogActive) {
      backlogActive = true;
      wasBacklogActive = true;
      backlogStart = end();
    }
  }

  void releaseBacklog() {
    backlogActive = false;
    forgetWanted();
    trim();
    if (readers.isEmpty()) {
      leap(end());
    }
  }

  long backlogSize() {
    return backlogSize;
  }

  void backlogSize(long bytes) {
    if (bytes > backlogSize) {
      // What had already fallen out of the smaller one may still lie in a block, but is not
      // promised.
      backlogStart = Math.max(backlogStart, end() - backlogSize);
    }
    backlogSize = bytes;
    trim();
  }

  /// Returns where the backlog begins. What a slow reader keeps beyond its size serves whoever else
  /// may need it.
  long backlogFrom() {
    long from = Math.min(end() - backlogSize, slowestReader());
    return Math.max(backlogStart, Math.max(from, blocks.first()));
  }

  /// Returns the number of bytes in memory beyond the backlog that are there for a reader.
  long heldBytes() {
    return Math.max(0, end() - Math.max(slowestReader(), blocks.first()) - backlogSize);
  }

  long memoryBytes() {
    return blocks.capacityBytes();
  }

  /// Returns the position of the first byte in memory.
  long firstInMemory() {
    return blocks.first();
  }

  // ---- readers

  /// Opens a reader, or returns null if what it is to read first is gone or not there yet.
  @Nullable LogReader open(CommandLog log, long position) {
    boolean held = position == end() || (backlogActive && position >= servedFrom());
    if (!held || position > end()) {
      return null;
    }
    LogReader reader = new LogReader(log, position);
    readers.add(reader);
    return reader;
  }

  LogReader fork(CommandLog log, LogReader reader) {
    LogReader next = new LogReader(log, reader.position());
    readers.add(next);
    return next;
  }

  void close(LogReader reader) {
    readers.remove(reader);
    trim();
  }

  /// Copies bytes from wherever they lie; whether that was possible.
  boolean copy(long position, byte[] to, int offset, int length) {
    int onDisk = Math.clamp(blocks.first() - position, 0, length);
    if (onDisk > 0) {
      try {
        archive.read(position, to, offset, onDisk);
      } catch (LogArchive.Unreadable e) {
        archive.clear();
        loseThoseGone();
        unreadable.accept(String.valueOf(e.getMessage()));
        return false;
      }
    }
    blocks.copy(position + onDisk, to, offset + onDisk, length - onDisk);
    return true;
  }

  long slowestReader() {
    long from = end();
    for (LogReader reader : readers) {
      from = Math.min(from, reader.position());
    }
    return from;
  }

  /// Readers whose next byte is nowhere any more are lost.
  private void loseThoseGone() {
    long first = firstAnywhere();
    readers.removeIf(reader -> {
      boolean gone = reader.position() < first;
      if (gone) {
        reader.lose();
      }
      return gone;
    });
  }

  // ---- the archive

  boolean isArchiveInUse() {
    return archiveInUse;
  }

  void useArchive(boolean use) {
    archiveInUse = use;
    loseThoseGone();
    trim();
  }

  void onUnreadable(Consumer<String> to) {
    unreadable = to;
  }

  void archived(LogArchive.Source source, long at, long position, long length) {
    boolean gap = !archive.isEmpty() && position > archive.end();
    if (gap && neededFrom() < archive.end()) {
      return;
    }
    boolean older = !archive.isEmpty() && position + length == archive.first();
    if (older || position + length >= blocks.first()) {
      archive.add(source, at, position, length);
      loseThoseGone();
      trim();
    }
  }

  void dropArchiveBefore(long position) {
    archive.dropBefore(position);
    trim();
    loseThoseGone();
  }

  void dropArchive(LogArchive.Source source) {
    archive.drop(source);
    trim();
    loseThoseGone();
  }

  void want(long from, long mostBytes, boolean growing) {
    wantedFrom = from;
    mostWantedBytes = mostBytes;
    archiveGrows = growing;
    trim();
  }

  void forgetWanted() {
    wantedFrom = Long.MAX_VALUE;
  }

  long neededFrom() {
    return Math.min(slowestReader(), isServed(wantedFrom) ? wantedFrom : end());
  }

  long unarchivedFrom() {
    long needed = neededFrom();
    long from = archiveInUse && archive.covers(needed) ? archive.end() : needed;
    return from < ringFrom() ? Math.max(from, blocks.first()) : end();
  }

  /// Returns the first position from which on all is served: it is in the backlog, beside it or in
  /// files.
  long servedFrom() {
    return archiveInUse ? firstAnywhere() : backlogFrom();
  }

  private boolean isServed(long position) {
    return position >= servedFrom() && position < end();
  }

  private long firstAnywhere() {
    boolean onDisk = archiveInUse && !archive.isEmpty();
    return onDisk ? Math.min(archive.first(), blocks.first()) : blocks.first();
  }

  // ---- memory

  /// Returns from where on the backlog needs what there is.
  private long ringFrom() {
    return backlogActive ? end() - backlogSize : end();
  }

  /// Gives memory back that nobody needs.
  void trim() {
    long ring = ringFrom();
    if (blocks.first() + LogBlocks.BLOCK_BYTES > ring) {
      return;
    }
    long keep = ring;
    if (archiveInUse && isServed(wantedFrom)) {
      keep = Math.min(keep, Math.max(neededInMemory(wantedFrom), ring - mostWantedBytes));
    }
    if (archiveInUse && archiveGrows && !archive.isEmpty()) {
      keep = Math.min(keep, Math.max(archive.end(), ring - mostWantedBytes));
    }
    for (LogReader reader : readers) {
      keep = Math.min(keep, neededInMemory(reader.position()));
    }
    blocks.dropBefore(keep);
    if (archive.end() < blocks.first()) {
      archive.clear();
    }
  }

  /// Returns from where on memory has to hold what follows `position`.
  private long neededInMemory(long position) {
    return archiveInUse && archive.covers(position) ? archive.end() : position;
  }
}

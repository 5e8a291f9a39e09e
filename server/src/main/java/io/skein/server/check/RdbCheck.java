package io.skein.server.check;

import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.rdb.RdbDecoder;
import io.skein.engine.rdb.RdbEntry;
import io.skein.engine.rdb.RdbException;
import io.skein.engine.rdb.RdbType;
import io.skein.engine.rdb.RdbValues;
import io.skein.engine.rdb.RdbVisitor;
import io.skein.engine.structure.Entry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads a snapshot as a server would, keeps nothing of it, and says what is in it and where it is
/// broken, as redis-check-rdb does.
///
/// Every value is built once, so that what is only wrong inside of it is found too.
final class RdbCheck implements RdbVisitor {
  private final PrintStream out;
  private final PrintStream err;
  private final long nowMs;
  private final RdbDecoder decoder = new RdbDecoder(this, true);
  private final Keyspace scratch = new Keyspace(1, false, 1);
  private final Database database = scratch.database(0);
  private long keys;
  private long expires;
  private long expired;
  private long empty;
  private long modules;

  /// @param err is told of the progress
  RdbCheck(PrintStream out, PrintStream err, long nowMs) {
    this.out = out;
    this.err = err;
    this.nowMs = nowMs;
  }

  /// Checks the file; whether it is sound up to its end.
  boolean check(String name, Pieces file) throws IOException {
    at(0, "Checking RDB file " + name);
    Progress progress = new Progress(err, name, file.size());
    try {
      while (!decoder.isComplete() && file.next()) {
        decoder.feed(file.bytes(), 0, file.count());
        progress.at(decoder.bytesRead(), keys, "keys");
      }
      decoder.end();
    } catch (RdbException e) {
      fault(e.offset(), words(e));
      return false;
    } catch (RuntimeException e) {
      fault(decoder.bytesRead(), "the value cannot be taken in: " + e);
      return false;
    } finally {
      scratch.close();
    }
    at(decoder.bytesRead(), "\\o/ RDB looks OK! \\o/");
    counts();
    return true;
  }

  /// The size of the snapshot; what follows in the file is not part of it.
  long end() {
    return decoder.bytesRead();
  }

  private static String words(RdbException e) {
    return switch (e.fault()) {
      case TORN -> "Unexpected EOF reading RDB file";
      case CHECKSUM -> "RDB CRC error";
      case NOT_RDB ->
          e.offset() == 0
              ? "Wrong signature trying to load DB from file"
              : "Can't handle RDB format version: " + e.reason();
      case CORRUPT, UNSUPPORTED -> e.reason();
    };
  }

  private void fault(long offset, String text) {
    out.println("--- RDB ERROR DETECTED ---");
    at(offset, text);
    out.println("[additional info] While doing: " + decoder.doing());
    byte @Nullable [] key = decoder.key();
    if (key != null) {
      out.println("[additional info] Reading key '" + printable(key) + "'");
    }
    RdbType type = decoder.type();
    if (type != null) {
      out.println("[additional info] Reading type " + type.code() + " (" + type.label() + ")");
    }
    counts();
  }

  private void counts() {
    out.println("[info] " + keys + " keys read");
    out.println("[info] " + expires + " expires");
    out.println("[info] " + expired + " already expired");
    if (empty > 0) {
      out.println("[info] " + empty + " collections without elements, which are passed over");
    }
    if (modules > 0) {
      out.println("[info] " + modules + " values and data of modules, which were not looked into");
    }
  }

  private void at(long offset, String text) {
    out.println("[offset " + offset + "] " + text);
  }

  /// Bytes as text on one line, as far as they can be shown.
  private static String printable(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      if (b >= ' ' && b < 0x7f) {
        text.append((char) b);
      } else {
        text.append("\\x").append(Character.forDigit(b >> 4 & 15, 16));
        text.append(Character.forDigit(b & 15, 16));
      }
      if (text.length() > 1000) {
        return text.append("...").toString();
      }
    }
    return text.toString();
  }

  @Override
  public void onAux(byte[] name, byte[] value) {
    at(
        decoder.recordEnd(),
        "AUX FIELD "
            + new String(name, StandardCharsets.ISO_8859_1)
            + " = '"
            + printable(value)
            + "'");
  }

  @Override
  public void onSelectDb(int db) {
    at(decoder.recordEnd(), "Selecting DB ID " + db);
  }

  @Override
  public void onModuleAux(long offset) {
    modules++;
  }

  @Override
  public void onKey(RdbEntry entry) {
    keys++;
    if (entry.expireAtMs() != RdbEntry.NONE) {
      expires++;
      expired += entry.expireAtMs() < nowMs ? 1 : 0;
    }
    if (entry.type() == RdbType.MODULE_2) {
      modules++;
      return;
    }
    byte[] name = new byte[entry.keyLength()];
    System.arraycopy(entry.keyArray(), entry.keyOffset(), name, 0, name.length);
    Key key = scratch.key(name);
    if (RdbValues.read(entry, database, key, Entry.NO_EXPIRY)) {
      database.remove(key);
    } else {
      empty++;
    }
  }

  @Override
  public void onEnd(Checksum checksum) {
    at(
        decoder.recordEnd(),
        switch (checksum) {
          case VERIFIED -> "Checksum OK";
          case ABSENT -> "RDB file was saved with checksum disabled: no check performed.";
        });
  }
}

package io.skein.server.check;

import io.skein.engine.aof.Annotation;
import io.skein.engine.aof.AofScanner;
import io.skein.engine.aof.AofScanner.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Checks one append only file and cuts it off if that is wanted, in the words of redis-check-aof.
final class AofCheck {
  /// What became of a file.
  enum Result {
    OK,
    EMPTY,
    CUT_AT_TIME,
    CUT
  }

  /// What was found in a file.
  ///
  /// @param ok up to where it is sound, in bytes
  /// @param lines the number of the line there
  private record Findings(long size, long ok, long lines) {}

  private final boolean fix;
  private final @Nullable Long timestamp;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  /// @param fix whether what is broken is to be cut off, after asking
  /// @param timestamp the Unix time in seconds after which all is to be cut off, or null
  AofCheck(
      boolean fix, @Nullable Long timestamp, InputStream in, PrintStream out, PrintStream err) {
    this.fix = fix;
    this.timestamp = timestamp;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /// Whether the file begins with a snapshot.
  boolean isSnapshot(Path path) throws IOException {
    try (Pieces file = new Pieces(path)) {
      file.next();
      String head =
          new String(file.bytes(), 0, Math.min(file.count(), 6), StandardCharsets.ISO_8859_1);
      return head.startsWith("REDIS") || head.startsWith("VALKEY");
    } catch (IOException e) {
      throw cannotOpen(path, e);
    }
  }

  private Stop cannotOpen(Path path, IOException e) {
    out.println("Cannot open file " + path + ": " + Pieces.reason(e) + ", aborting...");
    return new Stop();
  }

  /// Checks a file.
  ///
  /// @param name what it is called in what is said
  /// @param last whether it may be cut off: no other follows it
  /// @throws Stop when it is not sound and stays so
  Result check(String name, Path path, boolean last) throws IOException {
    boolean snapshot = isSnapshot(path);
    try (Pieces file = new Pieces(path)) {
      if (file.size() == 0) {
        return Result.EMPTY;
      }
      long from = snapshot ? snapshot(path, file) : 0;
      return commands(name, path, file, from, last);
    } catch (IOException e) {
      throw cannotOpen(path, e);
    }
  }

  /// Checks the snapshot that the file begins with; returns where it ends.
  private long snapshot(Path path, Pieces file) throws IOException {
    RdbCheck check = new RdbCheck(out, err, System.currentTimeMillis());
    if (!check.check(path.toString(), file)) {
      out.println("RDB preamble of AOF file is not sane, aborting.");
      throw new Stop();
    }
    out.println("RDB preamble is OK, proceeding with AOF tail...");
    return check.end();
  }

  private Result commands(String name, Path path, Pieces file, long from, boolean last)
      throws IOException {
    AofScanner scanner = new AofScanner(from, false);
    Progress progress = new Progress(err, name, file.size());
    file.position(from);
    long count = 0;
    long ok = -1;
    String fault = null;
    while (fault == null && file.next()) {
      scanner.feed(file.bytes(), 0, file.count());
      Step step = scanner.next();
      while (step == Step.COMMAND || step == Step.ANNOTATION) {
        if (step == Step.ANNOTATION) {
          if (isTooLate(scanner.annotation())) {
            cutAtTime(name, path, scanner, count, last);
            return Result.CUT_AT_TIME;
          }
        } else if (scanner.isUnexpected()) {
          ok = Math.min(scanner.soundEnd(), scanner.position());
          fault = at(scanner.position(), unexpected(scanner) + " in AOF " + name);
          break;
        } else {
          count++;
        }
        step = scanner.next();
      }
      if (step == Step.BROKEN) {
        fault = at(scanner.faultPosition(), String.valueOf(scanner.fault()));
        if (scanner.faultPosition() == scanner.position()) {
          out.println("AOF " + name + " format error");
        }
      }
      progress.at(scanner.end(), count, "commands");
    }
    if (fault == null && scanner.isTorn()) {
      fault = torn(scanner);
    }
    if (fault != null) {
      out.println(fault);
    }
    ok = ok < 0 ? scanner.soundEnd() : ok;
    return judge(name, path, new Findings(file.size(), ok, scanner.lines()), last);
  }

  private static String unexpected(AofScanner scanner) {
    return "Unexpected " + (scanner.named("MULTI") ? "MULTI" : "EXEC");
  }

  private static String at(long position, String text) {
    return String.format(Locale.ROOT, "0x%16x: %s", position, text);
  }

  private static String torn(AofScanner scanner) {
    long wanted = scanner.wantedBytes();
    if (wanted > 0) {
      long got = wanted - scanner.missingBytes();
      return at(scanner.end(), "Expected to read " + wanted + " bytes, got " + got + " bytes");
    }
    return scanner.isWithinItem()
        ? at(scanner.end(), "Unexpected end of file")
        : at(scanner.position(), "Reached EOF before reading EXEC for MULTI");
  }

  private boolean isTooLate(Annotation line) {
    if (timestamp == null) {
      return false;
    }
    if (line instanceof Annotation.Malformed) {
      out.println("Invalid timestamp annotation");
      throw new Stop();
    }
    return line instanceof Annotation.Timestamp at && at.seconds() > timestamp;
  }

  private void cutAtTime(String name, Path path, AofScanner scanner, long count, boolean last)
      throws IOException {
    if (count == 0) {
      out.println("AOF " + name + " has nothing before timestamp " + timestamp + ", aborting...");
      throw new Stop();
    }
    // A transaction is not cut in two.
    long position = scanner.isInTransaction() ? scanner.soundEnd() : scanner.position();
    if (!last) {
      out.println(
          "Failed to truncate AOF "
              + name
              + " to timestamp "
              + timestamp
              + " to offset "
              + position
              + " because it is not the last file.");
      out.println(
          "Delete the files that follow it in the manifest, and their lines there, if you want that;"
              + " then try again.");
      throw new Stop();
    }
    cut(path, position);
  }

  private Result judge(String name, Path path, Findings found, boolean last) throws IOException {
    long size = found.size;
    long ok = found.ok;
    long diff = size - ok;
    if (diff == 0 && timestamp != null) {
      out.println("Truncate nothing in AOF " + name + " to timestamp " + timestamp);
      return Result.OK;
    }
    out.println(
        "AOF analyzed: filename="
            + name
            + ", size="
            + size
            + ", ok_up_to="
            + ok
            + ", ok_up_to_line="
            + found.lines
            + ", diff="
            + diff);
    if (diff == 0) {
      return Result.OK;
    }
    if (!fix) {
      out.println("AOF " + name + " is not valid. Use the --fix option to try fixing it.");
      throw new Stop();
    }
    if (!last) {
      out.println("Failed to truncate AOF " + name + " because it is not the last file");
      throw new Stop();
    }
    out.println(
        "This will shrink the AOF "
            + name
            + " from "
            + size
            + " bytes, with "
            + diff
            + " bytes, to "
            + ok
            + " bytes");
    out.print("Continue? [y/N]: ");
    out.flush();
    int answer = in.read();
    if (answer != 'y' && answer != 'Y') {
      out.println("Aborting...");
      throw new Stop();
    }
    cut(path, ok);
    return Result.CUT;
  }

  private void cut(Path path, long size) {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      file.truncate(size);
      file.force(true);
    } catch (IOException e) {
      out.println("Failed to truncate AOF " + path + ": " + Pieces.reason(e));
      throw new Stop();
    }
  }
}

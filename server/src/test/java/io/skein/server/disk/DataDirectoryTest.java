package io.skein.server.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.LogLevel;
import io.skein.engine.node.Disk;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path dir;
  private final BlockingQueue<Optional<String>> outcomes = new ArrayBlockingQueue<>(10);
  private final BlockingQueue<String> room = new ArrayBlockingQueue<>(1000);
  private DataDirectory disk;

  @BeforeEach
  void open() {
    disk = new DataDirectory(() -> dir, Runnable::run, () -> room.add("room"));
  }

  @AfterEach
  void close() {
    disk.close();
  }

  private Disk.Writer replace(String name) {
    return disk.replace(name, failure -> outcomes.add(Optional.ofNullable(failure)));
  }

  private Optional<String> outcome() throws InterruptedException {
    Optional<String> outcome = outcomes.poll(30, TimeUnit.SECONDS);
    assertNotNull(outcome, "no outcome within 30 seconds");
    return outcome;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void leavesNothingTemporaryAtItsEnd() throws Exception {
    String prefix = DataDirectory.TEMPORARY_PREFIX + ProcessHandle.current().pid();
    Files.writeString(dir.resolve(prefix + "-backlog.1"), "of the log");
    Files.writeString(dir.resolve("temp-skein-0-other"), "of another process");
    disk.close();
    assertEquals(List.of("temp-skein-0-other"), names());
  }

  @Test
  void replacesAFileOnlyWhenTheNewOneIsComplete() throws Exception {
    Files.writeString(dir.resolve("dump.rdb"), "old");
    Disk.Writer writer = replace("dump.rdb");
    writer.write(bytes("new "));
    assertEquals("old", Files.readString(dir.resolve("dump.rdb")));
    writer.write(bytes("data"));
    writer.finish();
    assertEquals(Optional.empty(), outcome());
    assertEquals("new data", Files.readString(dir.resolve("dump.rdb")));
    assertEquals(List.of("dump.rdb"), names());
    assertEquals(0, writer.pendingBytes());
  }

  @Test
  void keepsTheOldFileWhenTheNewOneIsGivenUp() throws Exception {
    Files.writeString(dir.resolve("dump.rdb"), "old");
    Disk.Writer writer = replace("dump.rdb");
    writer.write(bytes("new"));
    writer.cancel();
    assertNull(replace("other").finishNow());
    assertEquals("old", Files.readString(dir.resolve("dump.rdb")));
    assertEquals(List.of("dump.rdb", "other"), names());
    assertTrue(outcomes.isEmpty());
  }

  @Test
  void tellsWhyAFileCannotBeWritten() throws Exception {
    Files.createDirectory(dir.resolve("taken"));
    Files.writeString(dir.resolve("taken/x"), "");
    Disk.Writer writer = replace("taken");
    writer.write(bytes("new"));
    writer.finish();
    assertTrue(outcome().isPresent());
    assertEquals(List.of("taken"), names());
    Disk.Writer nowhere = replace("no/such/directory");
    nowhere.write(bytes("new"));
    assertEquals("No such file or directory", nowhere.finishNow());
  }

  @Test
  void keepsOneWhoSavesAtOnceFromFillingMemory() {
    Disk.Writer writer = replace("big");
    byte[] chunk = new byte[1024 * 1024];
    for (int i = 0; i < 100; i++) {
      writer.write(chunk);
      assertTrue(writer.pendingBytes() <= 34 * 1024 * 1024, "pending: " + writer.pendingBytes());
    }
    assertNull(writer.finishNow());
    assertFalse(room.isEmpty(), "nobody was told that there is room again");
  }

  private static final class Told implements Disk.Progress {
    private final BlockingQueue<String> news = new ArrayBlockingQueue<>(1000);

    @Override
    public void synced(long size) {
      news.add("synced " + size);
    }

    @Override
    public void failed(boolean flushing, String reason) {
      news.add((flushing ? "flush: " : "write: ") + reason);
    }

    String next() throws InterruptedException {
      String next = news.poll(30, TimeUnit.SECONDS);
      assertNotNull(next, "no news within 30 seconds");
      return next;
    }
  }

  @Test
  void appendsInOrderAndTellsWhatIsFlushed() throws Exception {
    disk.createDirectory("sub");
    Files.writeString(dir.resolve("sub/log"), "old ");
    Told told = new Told();
    Disk.Appender appender = disk.append("sub/log", false, told);
    assertEquals(4, appender.writtenBytes());
    StringBuilder expected = new StringBuilder("old ");
    for (int i = 0; i < 5000; i++) {
      byte[] text = bytes("entry " + i + "\n");
      appender.append(text, 0, 3);
      appender.append(text, 3, text.length - 3);
      appender.write();
      expected.append("entry ").append(i).append('\n');
      if (i % 100 == 0) {
        appender.sync();
      }
    }
    byte[] rest = bytes("not whole");
    appender.append(rest, 0, rest.length);
    appender.sync();
    String last = "synced " + expected.length();
    while (!told.next().equals(last)) {
      assertTrue(appender.writtenBytes() <= expected.length());
    }
    assertEquals(expected.toString(), Files.readString(dir.resolve("sub/log")));
    assertEquals(rest.length, appender.pendingBytes());
    Disk.Reader reader = disk.open("sub/log");
    assertNotNull(reader);
    byte[] middle = new byte[3];
    assertEquals(3, reader.read(4, middle, 0, 3));
    assertArrayEquals(bytes("ent"), middle);
    reader.close();
    appender.close();
  }

  @Test
  void whatIsWrittenIsInTheFileAtOnceAsLongAsNothingIsFlushed() throws Exception {
    Told told = new Told();
    Disk.Appender appender = disk.append("log", true, told);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      byte[] text = bytes("entry " + i + "\n");
      appender.append(text, 0, text.length);
      appender.write();
      expected.append("entry ").append(i).append('\n');
      assertEquals(expected.toString(), Files.readString(dir.resolve("log")));
      assertEquals(0, appender.pendingBytes());
    }
    appender.sync();
    assertEquals("synced " + expected.length(), told.next());
    appender.close();
  }

  @Test
  void namesListsCutsAndRenames() throws Exception {
    disk.createDirectory("sub");
    disk.createDirectory("sub");
    Files.writeString(dir.resolve("one"), "12345");
    disk.truncate("one", 3);
    assertEquals("123", Files.readString(dir.resolve("one")));
    disk.rename("one", "sub/two");
    assertEquals(List.of("two"), disk.list("sub"));
    assertEquals(List.of(), disk.list("none"));
    disk.delete("sub/two");
    assertNull(replace("sub/three").finishNow());
    assertEquals(List.of("three"), disk.list("sub"));
    assertThrows(Disk.Failure.class, () -> disk.rename("gone", "x"));
    assertThrows(Disk.Failure.class, () -> disk.append("no/where", false, new Told()));
  }

  @Test
  void tellsOfAFullDiskAndGoesOnLater() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")));
    Files.createSymbolicLink(dir.resolve("full"), Path.of("/dev/full"));
    Told told = new Told();
    Disk.Appender appender = disk.append("full", false, told);
    appender.append(bytes("x"), 0, 1);
    appender.write();
    assertEquals("write: No space left on device", told.next());
    assertEquals(1, appender.pendingBytes());
    appender.retry();
    assertEquals("write: No space left on device", told.next());
    appender.close();
  }

  @Test
  void readsAFileInPieces() throws Exception {
    assertNull(disk.open("none"));
    byte[] content = new byte[100_000];
    new java.util.SplittableRandom(3).nextBytes(content);
    Files.write(dir.resolve("some"), content);
    Disk.Reader reader = disk.open("some");
    assertNotNull(reader);
    assertEquals(content.length, reader.size());
    byte[] all = new byte[content.length];
    byte[] piece = new byte[4096];
    int at = 0;
    for (int n = reader.read(piece); n >= 0; n = reader.read(piece)) {
      System.arraycopy(piece, 0, all, at, n);
      at += n;
    }
    reader.close();
    assertArrayEquals(content, all);
  }

  @Test
  void deletesWhatADeadProcessHasLeft() throws Exception {
    Files.writeString(dir.resolve("temp-skein-999999999-0.dump.rdb"), "half");
    String mine = "temp-skein-" + ProcessHandle.current().pid() + "-7.dump.rdb";
    Files.writeString(dir.resolve(mine), "half");
    Files.writeString(dir.resolve("temp-other"), "");
    disk.clean(
        "appendonlydir", new ServerLog(dir.resolve("log").toString(), () -> LogLevel.NOTICE));
    assertEquals(List.of("temp-other", mine), names());
  }
}

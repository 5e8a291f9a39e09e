package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is held leaves in order, whole, and not before its time.
class HeldRepliesTest {
  private final Client client = new Client();
  private final Session session = new Session(1, client, "", "", true, 0);
  private final HeldReplies held = new HeldReplies(session, client);

  /// The connection behind.
  private static final class Client implements Outlet {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean closed;
    private boolean afterWrites;

    @Override
    public void write(byte[] bytes, int offset, int length) {
      received.write(bytes, offset, length);
    }

    @Override
    public void close(boolean afterAll) {
      closed = true;
      afterWrites = afterAll;
    }

    @Override
    public long pendingBytes() {
      return 7;
    }

    @Override
    public void resume() {}

    String text() {
      return received.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private void write(String text) {
    byte[] bytes = ("-" + text).getBytes(StandardCharsets.ISO_8859_1);
    held.write(bytes, 1, bytes.length - 1);
  }

  /// A piece and the position that it depends on.
  private record Piece(long needed, String text) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsSafeLeavesInOrder(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Piece> all = new ArrayList<>();
    long needed = 0;
    long safe = 0;
    for (int step = 0; step < 5000; step++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          long offset = safe + random.nextInt(100) - 20;
          held.require(offset, step);
          needed = Math.max(needed, offset);
        }
        case 1 -> {
          safe += random.nextInt(60);
          boolean over = held.release(safe);
          assertEquals(needed <= safe, over, "seed " + seed + " step " + step);
        }
        default -> {
          String text = step + "," + "x".repeat(random.nextInt(random.nextInt(50) == 0 ? 9000 : 9));
          all.add(new Piece(needed, text));
          write(text);
        }
      }
      StringBuilder expected = new StringBuilder();
      int size = 0;
      for (Piece piece : all) {
        if (piece.needed <= safe && size == 0) {
          expected.append(piece.text);
        } else {
          size += piece.text.length();
        }
      }
      // What became safe since the last release has not left yet.
      assertTrue(expected.toString().startsWith(client.text()), "seed " + seed + " step " + step);
      held.release(safe);
      assertEquals(expected.length(), client.text().length(), "seed " + seed + " step " + step);
      assertEquals(size, held.size());
    }
    held.release(Long.MAX_VALUE);
    StringBuilder expected = new StringBuilder();
    all.forEach(piece -> expected.append(piece.text));
    assertEquals(expected.toString(), client.text());
  }

  @Test
  void aSessionThatHoldsMuchIsHeldBackUntilHalfHasLeft() {
    held.require(5, 0);
    write("x".repeat(HeldReplies.MOST_BYTES));
    assertFalse(session.isCongested());
    held.require(6, 0);
    write("y".repeat(HeldReplies.MOST_BYTES / 2 + 1));
    assertTrue(session.isCongested());
    held.release(5);
    assertTrue(session.isCongested());
    held.release(6);
    assertFalse(session.isCongested());
  }

  @Test
  void manySmallPiecesCountToo() {
    for (int i = 0; !session.isCongested(); i++) {
      held.require(i, 0);
      write("x");
      assertTrue(i < HeldReplies.MOST_BYTES);
    }
    assertTrue(held.pendingBytes() > HeldReplies.MOST_BYTES);
  }

  @Test
  void closingWaitsForWhatIsHeldOrDropsIt() {
    held.require(5, 0);
    write("a");
    held.close(true);
    write("b");
    assertFalse(client.closed);
    assertTrue(held.release(5));
    assertTrue(client.closed && client.afterWrites);
    assertEquals("a", client.text());
    HeldReplies other = new HeldReplies(session, client);
    other.require(5, 0);
    other.write(new byte[] {'c'}, 0, 1);
    other.close(false);
    assertFalse(client.afterWrites);
    assertTrue(other.release(5));
    assertEquals("a", client.text());
  }

  @Test
  void theOldestTellsHowLongItWaits() {
    held.require(5, 100);
    assertEquals(300, held.oldestMs(300));
    write("a");
    held.require(6, 200);
    write("b");
    assertEquals(100, held.oldestMs(300));
    held.release(5);
    assertEquals(200, held.oldestMs(300));
  }
}

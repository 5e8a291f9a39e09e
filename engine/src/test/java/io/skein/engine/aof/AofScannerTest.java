package io.skein.engine.aof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.aof.AofScanner.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AofScannerTest {
  private static final String ID = "0123456789abcdef0123456789abcdef01234567";
  private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n";
  private static final String MULTI = "*1\r\n$5\r\nMULTI\r\n";
  private static final String EXEC = "*1\r\n$4\r\nexec\r\n";

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /// What a scanner finds, in words, and where the last whole unit ends.
  private static List<String> scan(byte[] file, int piece, AofScanner scanner) {
    List<String> found = new ArrayList<>();
    for (int from = 0; from < file.length; from += piece) {
      scanner.feed(file, from, Math.min(piece, file.length - from));
      Step step = scanner.next();
      while (step == Step.COMMAND || step == Step.ANNOTATION) {
        found.add(step == Step.COMMAND ? words(scanner) : scanner.annotation().toString());
        if (step == Step.COMMAND && scanner.hasUnit()) {
          found.add("unit of " + scanner.unitLength());
          String unit =
              new String(scanner.buffer(), scanner.unitOffset(), scanner.unitLength(), ISO_8859_1);
          String there =
              new String(
                  file,
                  (int) scanner.end() - scanner.unitLength(),
                  scanner.unitLength(),
                  ISO_8859_1);
          assertEquals(there, unit);
        }
        step = scanner.next();
      }
    }
    return found;
  }

  private static String words(AofScanner scanner) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < scanner.count(); i++) {
      words.append(i == 0 ? "" : " ");
      words.append(
          new String(scanner.buffer(), scanner.offsets()[i], scanner.lengths()[i], ISO_8859_1));
    }
    return words.toString();
  }

  @Test
  void findsCommandsAnnotationsAndUnitsHoweverTheBytesArrive() {
    byte[] file =
        bytes(
            "#TS:1700000000\r\n#HISTORY:"
                + ID
                + ":42:-1\r\n"
                + SET
                + "# any\n"
                + MULTI
                + SET
                + EXEC
                + SET);
    for (int piece = 1; piece <= file.length; piece++) {
      AofScanner scanner = new AofScanner(0, true);
      assertEquals(
          List.of(
              new Annotation.Timestamp(1700000000).toString(),
              new Annotation.History(ID, 42, -1).toString(),
              "SET k \r\n",
              "unit of " + SET.length(),
              new Annotation.Other().toString(),
              "MULTI",
              "SET k \r\n",
              "exec",
              "unit of " + (MULTI + SET + EXEC).length(),
              "SET k \r\n",
              "unit of " + SET.length()),
          scan(file, piece, scanner),
          "pieces of " + piece);
      assertFalse(scanner.isTorn());
      assertEquals(file.length, scanner.soundEnd());
    }
  }

  @Test
  void aTornFileIsSoundUpToItsLastWholeUnit() {
    byte[] file = bytes(SET + MULTI + SET + EXEC + "#TS:1\r\n" + SET);
    int one = SET.length();
    int two = one + (MULTI + SET + EXEC).length();
    int three = two + "#TS:1\r\n".length();
    for (int length = 0; length < file.length; length++) {
      AofScanner scanner = new AofScanner(1000, false);
      scan(java.util.Arrays.copyOf(file, length), 7, scanner);
      int sound = length >= three ? three : length >= two ? two : length >= one ? one : 0;
      assertEquals(1000 + sound, scanner.soundEnd(), "of " + length);
      assertEquals(length != sound, scanner.isTorn(), "of " + length);
      assertNull(scanner.fault());
    }
  }

  @Test
  void refusesWhatIsNoArrayOfBulkStrings() {
    breaks(0, "Expected prefix '*', got: '!'", "!!!");
    breaks(0, "Expected prefix '*', got: 'P'", "PING\r\n");
    breaks(0, "a command of 0 arguments", "*0\r\n");
    breaks(0, "Expected \\r\\n, got: 2d31", "*-1\r\n");
    breaks(0, "Expected \\r\\n, got: 780d", "*1x\r\n");
    breaks(4, "Expected prefix '$', got: ':'", "*1\r\n:1\r\n");
    breaks(8, "Expected \\r\\n, got: 6666", "*1\r\n$3\r\nabcffff");
    breaks(4, "not a count or a length", "*1\r\n$03\r\nabc\r\n");
    breaks(0, "a count or a length of more than 127 bytes", "*" + "1".repeat(200));
    breaks(0, "an annotation of more than 1023 bytes", "#" + "1".repeat(2000));
    breaks(
        4,
        "Expected to read string of 9999999999999 bytes, which is not in the suitable range",
        "*1\r\n$9999999999999\r\n");
  }

  private static void breaks(long position, String reason, String text) {
    byte[] file = bytes(SET + text);
    AofScanner scanner = new AofScanner(0, false);
    scan(file, file.length, scanner);
    assertEquals(reason, scanner.fault());
    assertEquals(SET.length() + position, scanner.faultPosition());
    assertEquals(SET.length(), scanner.soundEnd());
    assertEquals(Step.BROKEN, scanner.next());
  }

  @Test
  void transactionsThatDoNotFitAreNoticed() {
    AofScanner scanner = new AofScanner(0, false);
    scanner.feed(bytes(EXEC), 0, EXEC.length());
    assertEquals(Step.COMMAND, scanner.next());
    assertTrue(scanner.isUnexpected());
    scanner.feed(bytes(MULTI + MULTI), 0, MULTI.length() * 2);
    assertEquals(Step.COMMAND, scanner.next());
    assertFalse(scanner.isUnexpected());
    assertEquals(Step.COMMAND, scanner.next());
    assertTrue(scanner.isUnexpected());
    assertTrue(scanner.isTorn());
    assertFalse(scanner.isWithinItem());
  }

  @Test
  void aUnitWithAnAnnotationInsideIsNotHandedOutAsBytesOfTheLog() {
    byte[] file = bytes(MULTI + "#TS:1\r\n" + SET + EXEC);
    AofScanner scanner = new AofScanner(0, true);
    assertFalse(scan(file, file.length, scanner).toString().contains("unit"));
    assertEquals(file.length, scanner.soundEnd());
  }

  @Test
  void whatBeginsAsHistoryButCannotBeReadIsMalformed() {
    for (String line :
        List.of(
            "#HISTORY:",
            "#HISTORY:" + ID,
            "#HISTORY:" + ID + ":1",
            "#HISTORY:" + ID + ":-1:0",
            "#HISTORY:" + ID + ":1:-2",
            "#HISTORY:" + ID + ":1:0:0",
            "#HISTORY:" + ID.substring(1) + "x:1:0",
            "#HISTORY:" + ID + "0:1:0",
            "#NEXT:",
            "#NEXT:0",
            "#NEXT:1x",
            "#TS:",
            "#TS:-1",
            "#TS:1x")) {
      byte[] b = bytes(line);
      assertEquals(new Annotation.Malformed(), Annotation.of(b, 0, b.length), line);
    }
    byte[] ours = Annotation.history(ID, 77, 3);
    assertEquals(new Annotation.History(ID, 77, 3), Annotation.of(ours, 0, ours.length - 2));
    byte[] next = Annotation.next(8);
    assertEquals(new Annotation.Next(8), Annotation.of(next, 0, next.length - 2));
    byte[] time = Annotation.timestamp(5);
    assertEquals(new Annotation.Timestamp(5), Annotation.of(time, 0, time.length - 2));
  }

  @Test
  void countsWhatALongArgumentLacks() {
    AofScanner scanner = new AofScanner(0, false);
    byte[] begun = bytes("*1\r\n$100\r\nabc");
    scanner.feed(begun, 0, begun.length);
    assertEquals(Step.MORE, scanner.next());
    assertEquals(102, scanner.wantedBytes());
    assertEquals(99, scanner.missingBytes());
    assertEquals(3, scanner.lines());
  }

  @Test
  void anyBytesAreTakenOrRefusedTheSameHoweverTheyArrive() {
    long seed = 4711;
    Random random = new Random(seed);
    byte[] sound = bytes(SET + "#TS:1\r\n" + MULTI + SET + SET + EXEC + SET);
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = sound.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) "*$#\r\n0123456789ASx".charAt(random.nextInt(18));
      }
      AofScanner whole = new AofScanner(0, true);
      AofScanner pieces = new AofScanner(0, true);
      List<String> found = scan(bad, bad.length, whole);
      String where = "seed " + seed + " round " + round;
      assertEquals(found, scan(bad, 1 + random.nextInt(40), pieces), where);
      assertEquals(whole.fault(), pieces.fault(), where);
      assertEquals(whole.faultPosition(), pieces.faultPosition(), where);
      assertEquals(whole.soundEnd(), pieces.soundEnd(), where);
      assertEquals(whole.isTorn(), pieces.isTorn(), where);
      assertTrue(whole.soundEnd() <= bad.length, where);
    }
  }

  @Test
  void takesALongTransactionInSmallPieces() {
    StringBuilder text = new StringBuilder(MULTI);
    for (int i = 0; i < 20_000; i++) {
      text.append(SET);
    }
    byte[] file = bytes(text + EXEC + SET);
    AofScanner scanner = new AofScanner(0, true);
    List<String> found = scan(file, 1000, scanner);
    assertTrue(found.contains("unit of " + (file.length - SET.length())));
    assertEquals(20_000 + 5, found.size());
  }
}

package io.skein.engine.command.bitmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.engine.node.TestNode;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BitmapCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  @Test
  void setsAndReadsBitsFromTheHighestOfTheFirstByteOn() {
    expect("SETBIT k 1 1", ":0");
    expect("SETBIT k 7 1", ":0");
    expect("GET k", "$1 A");
    expect("SETBIT k 1 0", ":1");
    expect("GETBIT k 7", ":1");
    expect("GETBIT k 100", ":0");
    expect("SETBIT k 20 0", ":0");
    expect("STRLEN k", ":3");
    expect("OBJECT ENCODING k", "$3 raw");
    expect("SET n 12", "+OK");
    expect("GETBIT n 2", ":1");
    expect("SETBIT n 0 1", ":0");
    expect("OBJECT ENCODING n", "$3 raw");
    expect("SETBIT k -1 1", "-ERR bit offset is not an integer or out of range");
    expect("SETBIT k 4294967296 1", "-ERR bit offset is not an integer or out of range");
    expect("SETBIT k 1 2", "-ERR bit is not an integer or out of range");
  }

  @Test
  void tellsNobodyOfABitThatIsSetToWhatItWas() {
    expect("SETBIT k 5 1", ":0");
    TestNode.Client watcher = node.connect();
    watcher.ask("WATCH k");
    expect("SETBIT k 5 1", ":1");
    expect("BITFIELD k SET u3 3 1", "*1 :1");
    watcher.ask("MULTI");
    assertEquals("*0", watcher.ask("EXEC"));
    watcher.ask("WATCH k");
    expect("SETBIT k 5 0", ":1");
    watcher.ask("MULTI");
    assertEquals("*-1", watcher.ask("EXEC"));
  }

  @Test
  void countsAndFindsAsASlowWalkOverTheBitsDoes() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 300; round++) {
      int length = 1 + random.nextInt(40);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        int kind = random.nextInt(4);
        text.append((char) (kind == 0 ? 255 : kind == 1 ? random.nextInt(256) : 0));
      }
      String value = text.toString();
      client.send("SET", "k", value);
      int total = length * 8;
      int from = random.nextInt(total);
      int to = from + random.nextInt(total - from);
      int count = 0;
      int[] first = {-1, -1};
      for (int i = from; i <= to; i++) {
        int bit = value.charAt(i / 8) >> (7 - i % 8) & 1;
        count += bit;
        if (first[bit] < 0) {
          first[bit] = i;
        }
      }
      expect("BITCOUNT k " + from + " " + to + " BIT", ":" + count);
      expect("BITPOS k 0 " + from + " " + (to - total) + " BIT", ":" + first[0]);
      expect("BITPOS k 1 " + (from - total) + " " + to + " BIT", ":" + first[1]);
    }
  }

  @Test
  void takesAStringWithoutAnEndAsFollowedByZeros() {
    client.send("SET", "k", "\u00ff\u00ff");
    expect("BITPOS k 0", ":16");
    expect("BITPOS k 0 1", ":16");
    expect("BITPOS k 0 0 -1", ":-1");
    expect("BITPOS k 0 5", ":-1");
    expect("BITPOS none 0", ":0");
    expect("BITPOS none 1", ":-1");
    expect("BITPOS k 2", "-ERR The bit argument must be 1 or 0.");
    expect("BITCOUNT k 0", "-ERR syntax error");
    expect("BITCOUNT k 0 1 WORD", "-ERR syntax error");
    expect("BITCOUNT none a b c", ":0");
  }

  @Test
  void combinesStringsOfDifferentLengthsEvenIntoOneOfThem() {
    expect("MSET a abcdefghijk b ABC n 12", "+OK");
    expect("BITOP AND t a b", ":11");
    assertEquals("$11\r\nABC\0\0\0\0\0\0\0\0\r\n", client.send("GET", "t"));
    expect("BITOP OR t a b n", ":11");
    expect("GET t", "$11 qrcdefghijk");
    expect("EXPIRE a 100", ":1");
    expect("BITOP XOR a a b", ":11");
    assertEquals("$11\r\n   defghijk\r\n", client.send("GET", "a"));
    expect("TTL a", ":-1");
    expect("BITOP XOR t a a", ":11");
    expect("BITCOUNT t", ":0");
    expect("BITOP NOT t none", ":0");
    expect("EXISTS t", ":0");
    expect("BITOP NOT t a b", "-ERR BITOP NOT must be called with a single source key.");
    expect("BITOP NAND t a b", "-ERR syntax error");
  }

  @Test
  void readsAndWritesFieldsOfAnyWidthAtAnyOffset() {
    SplittableRandom random = new SplittableRandom(11);
    BigInteger model = BigInteger.ZERO;
    int total = 800;
    client.ask("SETBIT k 799 0");
    for (int round = 0; round < 300; round++) {
      boolean signed = random.nextBoolean();
      int bits = 1 + random.nextInt(signed ? 64 : 63);
      int offset = random.nextInt(total - bits);
      long value = random.nextLong();
      BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
      int shift = total - offset - bits;
      BigInteger old = model.shiftRight(shift).and(mask);
      if (signed && old.testBit(bits - 1)) {
        old = old.subtract(mask).subtract(BigInteger.ONE);
      }
      String type = (signed ? "i" : "u") + bits;
      expect("BITFIELD_RO k GET " + type + " " + offset, "*1 :" + old);
      expect("BITFIELD k SET " + type + " " + offset + " " + value, "*1 :" + old);
      BigInteger fresh = BigInteger.valueOf(value).and(mask);
      model = model.andNot(mask.shiftLeft(shift)).or(fresh.shiftLeft(shift));
    }
  }

  @Test
  void obeysTheRuleForOverflow() {
    expect("BITFIELD k SET u8 #1 255 INCRBY u8 #1 10", "*2 :0 :9");
    expect("BITFIELD k OVERFLOW SAT INCRBY u8 #1 300 INCRBY u8 8 -300", "*2 :255 :0");
    expect("BITFIELD k OVERFLOW FAIL INCRBY u8 8 -1 OVERFLOW WRAP INCRBY u8 8 -1", "*2 $-1 :255");
    expect("BITFIELD k OVERFLOW SAT SET i8 0 -300 GET i8 0", "*2 :0 :-128");
    expect("BITFIELD k INCRBY i64 0 9223372036854775807", "*1 :71776119061217279");
    expect("BITFIELD k OVERFLOW NO", "-ERR Invalid OVERFLOW type specified");
    expect(
        "BITFIELD k GET u64 0",
        "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but"
            + " i64 is.");
    expect("BITFIELD_RO k SET u8 0 1", "-ERR BITFIELD_RO only supports the GET subcommand");
    expect("BITFIELD k GET u8", "-ERR syntax error");
    expect(
        "BITFIELD k GET u8 #9223372036854775807",
        "-ERR bit offset is not an integer or out of range");
  }
}

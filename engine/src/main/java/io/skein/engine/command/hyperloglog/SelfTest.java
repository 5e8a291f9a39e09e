package io.skein.engine.command.hyperloglog;

import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.SlabArena;
import java.util.SplittableRandom;

/// Whether registers keep what they are set to, and estimates are as near as theory says, in both
/// encodings alike.
final class SelfTest {
  private static final int ROUNDS = 1000;
  private static final int ELEMENTS = 10_000_000;
  private static final double STANDARD_ERROR = 1.04 / Math.sqrt(Sketch.REGISTERS);

  private final SplittableRandom random;
  private final Sparse sparse = new Sparse();
  private final long registers;
  private final long most;

  private SelfTest(long seed, long registers, long most) {
    this.random = new SplittableRandom(seed);
    this.registers = registers;
    this.most = most;
  }

  /// Runs the test and returns what was wrong, or an empty text.
  ///
  /// @param most the bytes that a sparse HyperLogLog may have
  static String run(long seed, long most) {
    try (SlabArena arena = new SlabArena()) {
      long registers = arena.address(arena.allocate(Dense.BYTES));
      SelfTest test = new SelfTest(seed, registers, most);
      String failure = test.registers();
      return failure.isEmpty() ? test.estimates() : failure;
    }
  }

  private String registers() {
    byte[] expected = new byte[Sketch.REGISTERS];
    Memory.fill(registers, Dense.BYTES, (byte) 0);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < Sketch.REGISTERS; i++) {
        int value = random.nextInt(64);
        expected[i] = (byte) value;
        Dense.put(registers, i, value);
      }
      for (int i = 0; i < Sketch.REGISTERS; i++) {
        int value = Dense.get(registers, i);
        if (value != expected[i]) {
          return "Register " + i + " should be " + expected[i] + " but is " + value;
        }
      }
    }
    return "";
  }

  private String estimates() {
    Memory.fill(registers, Dense.BYTES, (byte) 0);
    sparse.clear();
    boolean isSparse = true;
    long seed = random.nextLong();
    byte[] element = new byte[Long.BYTES];
    int checkpoint = 1;
    for (int n = 1; n <= ELEMENTS; n++) {
      Memory.putLong(element, 0, n ^ seed);
      long hash = ElementHash.of(element, 0, Long.BYTES);
      int register = ElementHash.register(hash);
      int count = ElementHash.count(hash);
      if (Dense.get(registers, register) < count) {
        Dense.put(registers, register, count);
      }
      isSparse = isSparse && sparse.raise(register, count, most - Sketch.HEADER) >= 0;
      if (n == checkpoint) {
        String failure = check(n, isSparse);
        if (!failure.isEmpty()) {
          return failure;
        }
        checkpoint *= 10;
      }
    }
    return "";
  }

  private String check(int counted, boolean isSparse) {
    int[] histogram = new int[Estimate.HISTOGRAM_SIZE];
    Dense.count(registers, histogram);
    long estimate = Estimate.of(histogram);
    if (isSparse) {
      int[] ofSparse = new int[Estimate.HISTOGRAM_SIZE];
      sparse.count(ofSparse);
      if (Estimate.of(ofSparse) != estimate) {
        return "dense/sparse disagree";
      }
    } else if (counted < most / 2) {
      return "sparse encoding not used";
    }
    // Among ten elements two in one register are no surprise, and one is a great part of them.
    long allowed = counted == 10 ? 1 : (long) Math.ceil(STANDARD_ERROR * 6 * counted);
    long error = Math.abs(counted - estimate);
    return error > allowed ? "Too big error. card:" + counted + " abserr:" + error : "";
  }
}

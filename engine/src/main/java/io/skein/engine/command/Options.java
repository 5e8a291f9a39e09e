package io.skein.engine.command;

/// The options of the call in progress: which tokens were given, and where their operands are.
public final class Options {
  private static final int MOST = 64;

  private String[] tokens = new String[0];
  private final int[] operand = new int[MOST];
  private long present;

  Options() {}

  void clear(String[] known) {
    tokens = known;
    present = 0;
  }

  void found(int index, int firstOperand) {
    present |= 1L << index;
    operand[index] = firstOperand;
  }

  boolean hasIndex(int index) {
    return (present & 1L << index) != 0;
  }

  /// Whether `token` was given.
  public boolean has(String token) {
    return operand(token) >= 0;
  }

  /// The index of the argument behind `token`, or -1 when the token was not given.
  public int operand(String token) {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i].equals(token)) {
        return hasIndex(i) ? operand[i] : -1;
      }
    }
    throw new IllegalArgumentException("no option " + token);
  }

  /// Whether no option was given.
  public boolean isEmpty() {
    return present == 0;
  }
}

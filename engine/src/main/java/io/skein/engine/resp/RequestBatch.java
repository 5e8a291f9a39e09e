package io.skein.engine.resp;

import java.util.Arrays;

/// Parsed requests, held as positions in the buffers they were read from.
///
/// All arguments of all requests lie in two flat arrays, so that a batch of hundreds of requests
/// allocates nothing once the arrays have grown.
public final class RequestBatch {
  private byte[][] buffers = new byte[64][];
  private int[] firstArgument = new int[64];
  private int[] argumentCount = new int[64];
  private int[] starts = new int[64];
  private int[] offsets = new int[256];
  private int[] lengths = new int[256];
  private int requests;
  private int arguments;

  /// The number of complete requests.
  public int size() {
    return requests;
  }

  /// Forgets all requests.
  public void clear() {
    Arrays.fill(buffers, 0, requests, null);
    requests = 0;
    arguments = 0;
  }

  /// The buffer that the arguments of request `i` lie in.
  public byte[] buffer(int i) {
    return buffers[i];
  }

  /// Where request `i` begins in what was received.
  public int start(int i) {
    return starts[i];
  }

  /// The index in [#offsets()] and [#lengths()] of the first argument of request `i`.
  public int firstArgument(int i) {
    return firstArgument[i];
  }

  /// The number of arguments of request `i`, the command's name included; at least 1.
  public int argumentCount(int i) {
    return argumentCount[i];
  }

  /// Offsets of all arguments in their buffers; valid until the next request is added.
  public int[] offsets() {
    return offsets;
  }

  /// Lengths of all arguments in bytes; valid until the next request is added.
  public int[] lengths() {
    return lengths;
  }

  void argument(int offset, int length) {
    if (arguments == offsets.length) {
      offsets = Arrays.copyOf(offsets, arguments * 2);
      lengths = Arrays.copyOf(lengths, arguments * 2);
    }
    offsets[arguments] = offset;
    lengths[arguments++] = length;
  }

  /// The number of arguments added so far, the ones of a request that is not complete included.
  public int argumentMark() {
    return arguments;
  }

  void rollback(int mark) {
    arguments = mark;
  }

  void request(byte[] buffer, int start, int mark) {
    if (requests == buffers.length) {
      buffers = Arrays.copyOf(buffers, requests * 2);
      firstArgument = Arrays.copyOf(firstArgument, requests * 2);
      argumentCount = Arrays.copyOf(argumentCount, requests * 2);
      starts = Arrays.copyOf(starts, requests * 2);
    }
    buffers[requests] = buffer;
    starts[requests] = start;
    firstArgument[requests] = mark;
    argumentCount[requests++] = arguments - mark;
  }
}

package io.skein.server.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file that is read piece by piece.
final class Pieces implements AutoCloseable {
  private static final int PIECE_BYTES = 256 * 1024;

  private final FileChannel channel;
  private final long size;
  private final byte[] bytes = new byte[PIECE_BYTES];
  private int count;

  Pieces(Path path) throws IOException {
    channel = FileChannel.open(path, StandardOpenOption.READ);
    size = channel.size();
  }

  /// The size of the file when it was opened.
  long size() {
    return size;
  }

  /// Goes on at a byte of the file.
  void position(long at) throws IOException {
    channel.position(at);
  }

  /// Reads the next piece; false at the end.
  boolean next() throws IOException {
    count = Math.max(0, channel.read(ByteBuffer.wrap(bytes)));
    return count > 0;
  }

  byte[] bytes() {
    return bytes;
  }

  /// The number of bytes of the piece.
  int count() {
    return count;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /// Why a file cannot be read, in the words of the system where it is known.
  static String reason(IOException e) {
    return e instanceof NoSuchFileException
        ? "No such file or directory"
        : String.valueOf(e.getMessage());
  }
}

package io.skein.server.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// `send(2)` that never waits, whatever the mode of the socket.
///
/// The sockets of io_uring are in blocking mode: a plain `send` to a peer that does not read would
/// hold the whole loop up until it does.
@SuppressWarnings("restricted") // the address and the length are those of a buffer of ours
final class UnixSend {
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;

  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SEND =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("send"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT),
              Linker.Option.captureCallState("errno"));

  /// Where `errno` is left: for each thread, as the loops send at the same time.
  private static final ThreadLocal<MemorySegment> STATES =
      ThreadLocal.withInitial(() -> Arena.global().allocate(STATE));

  private UnixSend() {}

  /// Sends what the kernel takes at once of `length` bytes at `address`.
  ///
  /// @return how many were taken; 0 when the connection takes no more for now
  static int sendNow(int descriptor, long address, int length) throws IOException {
    MemorySegment state = STATES.get();
    while (true) {
      long sent;
      try {
        sent =
            (long)
                SEND.invokeExact(
                    state, descriptor, address, (long) length, MSG_DONTWAIT | MSG_NOSIGNAL);
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
      if (sent >= 0) {
        return (int) sent;
      }
      int errno = (int) ERRNO.get(state, 0L);
      if (errno == EAGAIN) {
        return 0;
      }
      if (errno != EINTR) {
        throw new IOException("send failed, errno " + errno);
      }
    }
  }
}

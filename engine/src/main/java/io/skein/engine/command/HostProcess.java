package io.skein.engine.command;

/// The process that the node is, and the machine it runs on; the shell knows both.
///
/// What stands here is for a node that is no process of its own: one in a simulation or a test.
public interface HostProcess {
  /// A node without a process.
  HostProcess UNKNOWN = new HostProcess() {};

  /// The process id.
  default long processId() {
    return 0;
  }

  /// The operating system's name and release and the machine's kind: `Linux 6.1.0 x86_64`.
  default String operatingSystem() {
    return "virtual";
  }

  /// How sockets are polled: `io_uring`, `epoll` or `nio`.
  default String transport() {
    return "virtual";
  }

  /// The absolute path of the program.
  default String executable() {
    return "";
  }

  /// The absolute path of the configuration file, or the empty string.
  default String configFile() {
    return "";
  }

  /// Resident memory of the process in bytes.
  default long residentBytes() {
    return 0;
  }

  /// The Java heap in use, in bytes.
  default long heapBytes() {
    return 0;
  }

  /// The memory of the machine in bytes.
  default long machineBytes() {
    return 0;
  }

  /// Time the process has spent in the system, in microseconds.
  default long systemMicros() {
    return 0;
  }

  /// Time the process has spent in its own code, in microseconds.
  default long userMicros() {
    return 0;
  }

  /// The lines of INFO that name the listeners: `name=tcp,bind=127.0.0.1,port=6379`.
  default java.util.List<String> listeners() {
    return java.util.List.of();
  }

  /// Random bytes that nobody can guess, or null where there is no source of such.
  default byte @org.jspecify.annotations.Nullable [] secret(int count) {
    return null;
  }

  /// Makes the configuration file say what the settings say now.
  ///
  /// @param all whether it names settings too that are at their defaults
  /// @throws HostError when it cannot be written, or there is none
  default void rewriteConfig(boolean all) throws HostError {
    throw new HostError("The server is running without a config file");
  }

  /// Lets `micros` microseconds pass, in which nothing else happens: DEBUG SLEEP. Where time is
  /// virtual, none passes by itself.
  default void sleep(long micros) {}

  /// Ends the process at once, as a bug would: DEBUG SEGFAULT and its like.
  default void crash(String reason) {
    throw new IllegalStateException(reason);
  }
}

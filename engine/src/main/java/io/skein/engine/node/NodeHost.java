package io.skein.engine.node;

import io.skein.engine.command.HostProcess;
import io.skein.engine.config.LogLevel;
import io.skein.engine.script.ScriptEngine;
import org.jspecify.annotations.Nullable;

/// What a node asks of the shell that runs it. In a simulation all of it is virtual.
public interface NodeHost {
  /// A clock that never goes back, in nanoseconds from some point.
  long nanos();

  /// The wall clock, in Unix milliseconds.
  long unixMs();

  /// The wall clock, in Unix microseconds as far as it is known.
  default long unixMicros() {
    return unixMs() * 1000;
  }

  /// Writes a line to the log.
  void log(LogLevel level, String text);

  /// The files of the node.
  Disk disk();

  /// Ends the process once what was written has left.
  ///
  /// @param code the exit status
  void exit(int code);

  /// The process and the machine.
  default HostProcess process() {
    return HostProcess.UNKNOWN;
  }

  /// What runs scripts, or null where there is nothing that could.
  default @Nullable ScriptEngine scripts() {
    return null;
  }

  /// Reads what other connections have sent, and answers them, in the midst of a script that takes
  /// its time; does not wait for any.
  default void serveOthers() {}

  /// Whether the process is about to end.
  default boolean isEnding() {
    return false;
  }

  /// Begins to connect to our primary, as [#connect] does but encrypted if `tls-replication` says
  /// so.
  default PeerLink connectToPrimary(String host, int port, PeerHandler handler) {
    return connect(host, port, handler);
  }

  /// Begins to connect to another server, from the address that is configured for that, and
  /// encrypted if `tls-cluster` says so.
  PeerLink connect(String host, int port, PeerHandler handler);
}

package io.skein.engine.sentinel;

import java.util.function.Function;

/// What the commands of a Sentinel's clients can ask of its control plane.
public interface SentinelPort {
  /// Has `question` answered, and waits for it. What the answer depends on is on the disk when this
  /// returns.
  Answer ask(Function<Admin, Answer> question);

  /// Looks up a name, and waits for that, for some seconds at most; afterwards the control plane
  /// knows its address if there is one.
  void lookUp(String host);
}

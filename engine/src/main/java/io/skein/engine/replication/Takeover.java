package io.skein.engine.replication;

import io.skein.engine.replication.ReplicaEffect.HandedOver;
import java.util.function.Consumer;

/// A primary asks the one that it follows from now on to be a primary first, over as many links as
/// that takes.
///
/// A link may break after the other has taken over and before its answer is here. Asked again it
/// refuses, since it is a primary already. To take that for a refusal would make two primaries, as
/// happens with Redis; so it is asked for the data alone, and only one who continues our history
/// has taken over.
///
/// *States*: not wanted; wanted, and asked before or not; asked for the data alone.
final class Takeover {
  private static final String IS_PRIMARY = "PSYNC FAILOVER can't be sent to a master";

  private boolean wanted;
  private boolean askedBefore;
  private boolean dataAlone;

  /// Whether the one that is followed has to take over first.
  void wanted(boolean on) {
    wanted = on;
    askedBefore = false;
    dataAlone = false;
  }

  /// Sends PSYNC over a link that is new.
  void ask(long link, History history, Consumer<ReplicaEffect> effects) {
    dataAlone = false;
    history.ask(link, wanted, effects);
  }

  /// A link was lost while something was awaited from it.
  void lost(boolean awaitedAnswer) {
    askedBefore |= wanted && awaitedAnswer;
  }

  /// Takes the answer; whether it is to be acted upon as any other.
  boolean goesOn(PsyncReply reply, long link, History history, Consumer<ReplicaEffect> effects) {
    if (!wanted) {
      return true;
    }
    if (!dataAlone && askedBefore && isPrimary(reply)) {
      dataAlone = true;
      history.ask(link, false, effects);
      return false;
    }
    boolean accepted = dataAlone ? reply instanceof PsyncReply.Continue : reply.isAccepted();
    wanted(false);
    if (!accepted) {
      effects.accept(ReplicaEffect.notice(reply.meaning()));
    }
    effects.accept(new HandedOver(accepted));
    return accepted;
  }

  private static boolean isPrimary(PsyncReply reply) {
    return reply instanceof PsyncReply.Unsupported u && u.line().contains(IS_PRIMARY);
  }
}

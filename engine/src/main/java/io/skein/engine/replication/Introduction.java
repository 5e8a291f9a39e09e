package io.skein.engine.replication;

import io.skein.engine.replication.ReplicaEffect.Send;
import java.util.function.Consumer;

/// How a replica introduces itself: PING, then AUTH and REPLCONF in one go, whose answers come in
/// the same order.
final class Introduction {
  private Introduction() {}

  /// Whether this answer to PING lets one go on: a primary that asks for a password may say so
  /// here.
  private static boolean isWelcome(String pong) {
    return pong.startsWith("+")
        || pong.startsWith("-NOAUTH")
        || pong.startsWith("-NOPERM")
        || pong.startsWith("-ERR operation not permitted");
  }

  /// Sends everything that has to be said before PSYNC; returns the state in which the first answer
  /// is awaited.
  private static ReplicaState send(
      long link, ReplicaSettings settings, Consumer<ReplicaEffect> effects) {
    String auth = settings.primaryAuth();
    String user = settings.primaryUser();
    if (auth != null) {
      byte[] words = user == null ? Wire.command("AUTH", auth) : Wire.command("AUTH", user, auth);
      effects.accept(new Send(link, words));
    }
    String listening = Integer.toString(settings.announcePort());
    effects.accept(new Send(link, Wire.command("REPLCONF", "listening-port", listening)));
    String ip = settings.announceIp();
    if (ip != null) {
      effects.accept(new Send(link, Wire.command("REPLCONF", "ip-address", ip)));
    }
    effects.accept(new Send(link, capabilities(settings)));
    return auth == null ? ReplicaState.AWAIT_PORT : ReplicaState.AWAIT_AUTH;
  }

  private static byte[] capabilities(ReplicaSettings settings) {
    return settings.clustered()
        ? Wire.command(
            "REPLCONF", "capa", "eof", "capa", "psync2", "capa", ReplconfParser.STAGED_SLOTS)
        : Wire.command("REPLCONF", "capa", "eof", "capa", "psync2");
  }

  /// Takes the answer that is awaited in `state`, any but the one to PSYNC; sends what comes next.
  static Step answer(
      ReplicaState state,
      String line,
      long link,
      ReplicaSettings settings,
      Consumer<ReplicaEffect> effects) {
    return switch (state) {
      case AWAIT_PONG -> {
        if (!isWelcome(line)) {
          yield new Step.Fail("Error reply to PING from master: '" + line + "'");
        }
        effects.accept(ReplicaEffect.notice("Master replied to PING, replication can continue..."));
        yield new Step.Go(send(link, settings, effects));
      }
      case AWAIT_AUTH ->
          line.startsWith("-")
              ? new Step.Fail("Unable to AUTH to MASTER: " + line)
              : new Step.Go(ReplicaState.AWAIT_PORT);
      case AWAIT_PORT -> {
        tolerate(line, "listening-port", effects);
        boolean ip = settings.announceIp() != null;
        yield new Step.Go(ip ? ReplicaState.AWAIT_IP : ReplicaState.AWAIT_CAPA);
      }
      case AWAIT_IP -> {
        tolerate(line, "ip-address", effects);
        yield new Step.Go(ReplicaState.AWAIT_CAPA);
      }
      case AWAIT_CAPA -> {
        tolerate(line, "capa", effects);
        yield new Step.Go(ReplicaState.AWAIT_PSYNC);
      }
      default -> throw new IllegalStateException("no answer is awaited in state " + state);
    };
  }

  /// No option is vital: a primary that does not know one is followed all the same.
  private static void tolerate(String line, String option, Consumer<ReplicaEffect> effects) {
    if (line.startsWith("-")) {
      String text = "(Non critical) Master does not understand REPLCONF %s: %s";
      effects.accept(ReplicaEffect.notice(String.format(text, option, line)));
    }
  }

  /// What follows from an answer.
  sealed interface Step {
    /// Go on: the next answer is awaited in this state.
    record Go(ReplicaState next) implements Step {}

    /// Give up.
    record Fail(String reason) implements Step {}
  }
}

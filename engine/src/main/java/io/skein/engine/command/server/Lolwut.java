package io.skein.engine.command.server;

import io.skein.engine.command.Call;
import io.skein.engine.command.NodeTitle;
import io.skein.engine.resp.CommandError;

/// LOLWUT: a skein of geese, which is what the project is named after.
final class Lolwut {
  private static final int LEAST_BIRDS = 3;
  private static final int MOST_BIRDS = 15;

  private Lolwut() {}

  /// Draws a V of as many birds as the version asked for, within bounds.
  static void draw(Call call) {
    long birds = 7;
    if (call.count() > 2 && call.is(1, "VERSION")) {
      birds = call.integer(2, new CommandError("ERR value is not an integer or out of range"));
    }
    birds = Math.clamp(birds, LEAST_BIRDS, MOST_BIRDS);
    StringBuilder s = new StringBuilder();
    for (int row = 0; row <= birds / 2; row++) {
      s.append(" ".repeat(4 * row)).append("`-._\n");
    }
    for (int row = (int) birds / 2 - 1; row >= 0; row--) {
      s.append(" ".repeat(4 * row)).append(".-'\"\n");
    }
    s.append("\nThe leader tires, another takes its place, and the V holds.\n");
    s.append("Skein, as Redis ver. ").append(NodeTitle.REDIS_VERSION).append('\n');
    call.reply().verbatim("txt", s.toString());
  }
}

package io.skein.server.interop;

import io.skein.server.RespClient;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Fills a server with values of all types.
final class RandomWrites {
  private RandomWrites() {}

  /// Random commands on all types in some databases; not those that wait.
  static void write(RespClient to, int commands, SplittableRandom random) throws IOException {
    List<CommandFamily> families =
        List.of(
            new RandomListCommands(random.nextLong()),
            new RandomBitCommands(random.nextLong()),
            new RandomStreamCommands(random.nextLong()),
            new RandomSortedSetCommands(random.nextLong()),
            new RandomGeoCommands(random.nextLong()),
            new RandomSetCommands(random.nextLong()),
            new RandomHashCommands(random.nextLong()));
    for (int i = 0; i < commands; i++) {
      int db = random.nextInt(families.size());
      String[] command = families.get(db).next();
      if (!waits(command)) {
        if (random.nextInt(8) == 0) {
          to.call("DISCARD");
        }
        to.call("SELECT", Integer.toString(db));
        to.call(command);
        to.call("SET", "text:" + random.nextInt(20), "x".repeat(random.nextInt(300)));
      }
    }
    to.call("DISCARD");
  }

  private static boolean waits(String[] command) {
    String name = command[0].toUpperCase(Locale.ROOT);
    boolean blocks = name.startsWith("BL") || name.startsWith("BR") || name.startsWith("BZ");
    for (String word : command) {
      blocks |= word.equalsIgnoreCase("BLOCK");
    }
    return blocks;
  }
}

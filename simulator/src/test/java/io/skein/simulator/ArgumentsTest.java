package io.skein.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  private static String refused(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8));
    assertEquals(2, status);
    return out.toString(StandardCharsets.UTF_8).lines().findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --seed              | --seed needs a value
          --seed x            | --seed needs a whole number, not 'x'
          --seeds 5           | --seeds needs FROM..TO
          --seeds 5..4        | --seeds goes from the smaller to the greater
          --profile storm     | no profile is called 'storm'
          --nodes 7           | --nodes needs an even number from 6 to 200
          --minutes 0         | --minutes needs a number above 0, at most a day
          --minutes NaN       | --minutes needs a number above 0, at most a day
          --threads 0         | --threads needs a number from 1 to 256
          --speed             | unknown option --speed
          """)
  void refusesWhatIsNotSound(String args, String message) {
    assertEquals("skein simulate: " + message, refused(args.split(" ")));
  }

  @Test
  void replayCommandGivesTheSameRun() {
    Options options =
        Options.of(77).withProfile(Profile.CLOCKS).withNodes(8).withFaultMinutes(0.25);
    String command = options.command();
    assertTrue(command.startsWith("./skein simulate "), command);
    String[] args = command.substring("./skein simulate ".length()).split(" ");
    assertEquals(options, Arguments.parse(args).apply(Options.of(77)));
  }
}

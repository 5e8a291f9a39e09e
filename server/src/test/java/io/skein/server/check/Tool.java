package io.skein.server.check;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/// One run of a tool, with what it said.
///
/// @param status its exit status
record Tool(int status, String said) {
  static Tool checkAof(String input, String... arguments) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.ISO_8859_1);
    ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1));
    int status =
        new CommandLine(new CheckAofCommand(in, out, out))
            .setErr(new PrintWriter(out, true, StandardCharsets.ISO_8859_1))
            .execute(arguments);
    return new Tool(status, said.toString(StandardCharsets.ISO_8859_1));
  }

  static Tool checkRdb(String... arguments) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.ISO_8859_1);
    int status =
        new CommandLine(new CheckRdbCommand(out, out))
            .setErr(new PrintWriter(out, true, StandardCharsets.ISO_8859_1))
            .execute(arguments);
    return new Tool(status, said.toString(StandardCharsets.ISO_8859_1));
  }

  boolean says(String text) {
    return said.contains(text);
  }
}

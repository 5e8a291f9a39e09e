package io.skein.engine.script;

import io.skein.engine.config.LineGrammar;
import io.skein.engine.resp.CommandError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// The first line of a script or a library, which names the language and more: `#!lua ...`.
final class Shebang {
  private static final String LUA = "#!lua";
  private static final String FLAGS = "flags=";
  private static final String NAME = "name=";

  private Shebang() {}

  /// What the first line of a script says.
  ///
  /// @param from where the code begins; the line break that ends the first line is part of it, so
  ///   that lines keep their numbers
  record OfScript(ScriptFlags flags, int from) {}

  /// What the first line of a library says.
  record OfLibrary(String name, int from) {}

  /// Reads the first line of a script, if it is one of these.
  ///
  /// @throws CommandError when it makes no sense
  static OfScript ofScript(byte[] body) {
    if (!begins(body)) {
      return new OfScript(ScriptFlags.UNDECLARED, 0);
    }
    int end = lineEnd(body);
    if (end < 0) {
      throw new CommandError("ERR Invalid script shebang");
    }
    List<String> words = LineGrammar.split(line(body, end));
    if (words == null || words.isEmpty()) {
      throw new CommandError("ERR Invalid engine in script shebang");
    }
    if (!words.get(0).equals(LUA)) {
      throw new CommandError("ERR Unexpected engine in script shebang: " + words.get(0));
    }
    int bits = 0;
    for (String word : words.subList(1, words.size())) {
      if (!word.startsWith(FLAGS)) {
        throw new CommandError("ERR Unknown lua shebang option: " + word);
      }
      bits |= flags(word.substring(FLAGS.length()));
    }
    return new OfScript(new ScriptFlags(true, bits), end);
  }

  private static int flags(String list) {
    int bits = 0;
    if (list.isEmpty()) {
      return bits;
    }
    for (String name : list.split(",", -1)) {
      ScriptFlag flag = ScriptFlag.of(name);
      if (flag == null) {
        throw new CommandError("ERR Unexpected flag in script shebang: " + name);
      }
      bits |= flag.bit();
    }
    return bits;
  }

  /// Reads the first line of a library, which must be one of these.
  ///
  /// @throws CommandError when it makes no sense
  static OfLibrary ofLibrary(byte[] code) {
    if (!begins(code)) {
      throw new CommandError("ERR Missing library metadata");
    }
    int end = lineEnd(code);
    List<String> words = end < 0 ? null : LineGrammar.split(line(code, end));
    if (words == null || words.isEmpty()) {
      throw new CommandError("ERR Invalid library metadata");
    }
    String name = null;
    for (String word : words.subList(1, words.size())) {
      if (!word.toLowerCase(Locale.ROOT).startsWith(NAME)) {
        throw new CommandError("ERR Invalid metadata value given: " + word);
      }
      if (name != null) {
        throw new CommandError(
            "ERR Invalid metadata value, name argument was given multiple times");
      }
      name = word.substring(NAME.length());
    }
    if (name == null) {
      throw new CommandError("ERR Library name was not given");
    }
    if (!Library.isName(name)) {
      throw new CommandError("ERR " + Library.WRONG_NAME);
    }
    String engine = words.get(0).substring(2);
    if (!engine.equalsIgnoreCase("lua")) {
      throw new CommandError("ERR Engine '" + engine + "' not found");
    }
    return new OfLibrary(name, end);
  }

  private static boolean begins(byte[] body) {
    return body.length >= 2 && body[0] == '#' && body[1] == '!';
  }

  private static int lineEnd(byte[] body) {
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static String line(byte[] body, int end) {
    return new String(body, 0, end, StandardCharsets.UTF_8);
  }
}

package io.skein.engine.script;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A library of functions: its source text, and what it has registered.
final class Library {
  static final String WRONG_NAME =
      "Library names can only contain letters, numbers, or underscores(_) and must be at least one"
          + " character long";

  /// A function that can be called.
  ///
  /// @param reference what the interpreter knows it by
  record Function(String name, @Nullable String description, int reference, ScriptFlags flags) {}

  private final String name;
  private final byte[] code;
  private final Map<String, Function> functions = new LinkedHashMap<>();

  Library(String name, byte[] code) {
    this.name = name;
    this.code = code;
  }

  String name() {
    return name;
  }

  /// The source text, first line and all.
  byte[] code() {
    return code;
  }

  /// The functions by name, in the order in which they were registered.
  Map<String, Function> functions() {
    return functions;
  }

  /// Adds a function; why that is refused, or null.
  @Nullable String add(Function function) {
    if (!isName(function.name())) {
      return WRONG_NAME;
    }
    if (functions.containsKey(function.name())) {
      return "Function already exists in the library";
    }
    functions.put(function.name(), function);
    return null;
  }

  /// Whether a library or a function may be called that.
  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && !(c >= '0' && c <= '9') && c != '_') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// The memory that is taken beside the interpreter's, in bytes, about.
  long bytes() {
    long sum = 200L + name.length() + code.length;
    for (Function f : functions.values()) {
      String description = f.description();
      sum += 120 + f.name().length() + (description == null ? 0 : description.length());
    }
    return sum;
  }
}

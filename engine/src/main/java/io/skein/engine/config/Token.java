package io.skein.engine.config;

/// A constant that configuration spells with a word.
public interface Token {
  /// The word, in lower case.
  String token();
}

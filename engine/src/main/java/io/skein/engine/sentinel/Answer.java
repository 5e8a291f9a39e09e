package io.skein.engine.sentinel;

import java.util.List;
import java.util.Map;

/// A reply: what a Sentinel gets from an instance, and what it answers a client.
public sealed interface Answer {
  /// The status `OK`.
  Answer OK = new Text("OK");

  /// A status.
  record Text(String text) implements Answer {}

  /// An error; the text begins with its code.
  record Failure(String text) implements Answer {}

  /// An integer.
  record Int(long value) implements Answer {}

  /// A bulk string.
  record Bulk(String text) implements Answer {}

  /// Null.
  record Null() implements Answer {}

  /// Null where an array was expected.
  record NullList() implements Answer {}

  /// An array.
  record Items(List<Answer> items) implements Answer {}

  /// A map, in order.
  record Fields(Map<String, Answer> fields) implements Answer {}
}

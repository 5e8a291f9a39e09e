package io.skein.simulator.sentinel;

import io.skein.engine.sentinel.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Requests and replies of RESP2, as far as Sentinels use them.
final class Words {
  private Words() {}

  /// The requests that whole bytes hold.
  static List<List<String>> requests(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    List<List<String>> requests = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf("\r\n", at);
      int count = Integer.parseInt(text.substring(at + 1, end));
      at = end + 2;
      List<String> words = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        end = text.indexOf("\r\n", at);
        int length = Integer.parseInt(text.substring(at + 1, end));
        words.add(text.substring(end + 2, end + 2 + length));
        at = end + 4 + length;
      }
      requests.add(words);
    }
    return requests;
  }

  static byte[] reply(Answer answer) {
    StringBuilder out = new StringBuilder();
    write(out, answer);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(StringBuilder out, Answer answer) {
    switch (answer) {
      case Answer.Text(String text) -> out.append('+').append(text).append("\r\n");
      case Answer.Failure(String text) -> out.append('-').append(text).append("\r\n");
      case Answer.Int(long value) -> out.append(':').append(value).append("\r\n");
      case Answer.Bulk(String text) ->
          out.append('$').append(text.length()).append("\r\n").append(text).append("\r\n");
      case Answer.Null() -> out.append("$-1\r\n");
      case Answer.NullList() -> out.append("*-1\r\n");
      case Answer.Items(List<Answer> items) -> {
        out.append('*').append(items.size()).append("\r\n");
        items.forEach(item -> write(out, item));
      }
      case Answer.Fields(var fields) -> {
        out.append('*').append(fields.size() * 2).append("\r\n");
        fields.forEach((name, value) -> {
          write(out, new Answer.Bulk(name));
          write(out, value);
        });
      }
    }
  }
}

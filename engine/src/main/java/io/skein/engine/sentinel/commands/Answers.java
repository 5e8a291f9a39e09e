package io.skein.engine.sentinel.commands;

import io.skein.engine.command.InfoText;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import io.skein.engine.sentinel.Answer;
import java.util.List;
import java.util.Map;

/// Writes a Sentinel's answers to its clients.
final class Answers {
  private Answers() {}

  /// Writes an answer of fields as those of a section of INFO.
  static void write(InfoText out, Answer answer) {
    if (answer instanceof Answer.Fields(Map<String, Answer> fields)) {
      fields.forEach(
          (name, value) -> out.field(name, value instanceof Answer.Bulk(String t) ? t : ""));
    }
  }

  static void write(Reply reply, Answer answer) {
    switch (answer) {
      case Answer.Text(String text) -> reply.simple(text);
      case Answer.Failure(String text) -> throw new CommandError(text);
      case Answer.Int(long value) -> reply.integer(value);
      case Answer.Bulk(String text) -> reply.bulk(text);
      case Answer.Null() -> reply.nullBulk();
      case Answer.NullList() -> reply.nullArray();
      case Answer.Items(List<Answer> items) -> {
        reply.array(items.size());
        items.forEach(item -> write(reply, item));
      }
      case Answer.Fields(Map<String, Answer> fields) -> {
        reply.map(fields.size());
        fields.forEach((name, value) -> {
          reply.bulk(name);
          write(reply, value);
        });
      }
    }
  }
}

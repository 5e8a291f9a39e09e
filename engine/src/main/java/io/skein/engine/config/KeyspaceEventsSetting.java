package io.skein.engine.config;

import java.util.List;

/// `notify-keyspace-events LETTERS`; empty for none.
final class KeyspaceEventsSetting extends CompoundSetting<KeyspaceEvents> {
  KeyspaceEventsSetting() {
    super("notify-keyspace-events", null, MODIFIABLE, KeyspaceEvents.NONE);
  }

  @Override
  boolean takesSeveral() {
    return false;
  }

  @Override
  KeyspaceEvents parse(List<String> words, KeyspaceEvents current) throws ConfigError {
    KeyspaceEvents events = KeyspaceEvents.of(words.getFirst());
    if (events == null) {
      throw new ConfigError("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
    }
    return events;
  }

  @Override
  String show(KeyspaceEvents value) {
    return value.toString();
  }

  @Override
  void rewrite(KeyspaceEvents value, ConfigRewrite out) {
    out.line(name(), name() + " " + ConfigText.quoted(show(value)), !value.equals(initial()));
  }
}

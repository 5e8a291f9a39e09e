package io.skein.engine.command.pubsub;

import io.skein.engine.config.KeyspaceEvents;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import java.nio.charset.StandardCharsets;

/// Publishes what happens to keys: on `__keyspace@DB__:KEY` the event, on `__keyevent@DB__:EVENT`
/// the key.
///
/// Subscribers of this node alone hear of it; it is neither logged nor sent to other nodes of a
/// cluster.
public final class KeyEvents {
  private final Settings settings;
  private final Keyspace keyspace;
  private final PubSub pubsub;
  private boolean byKey;
  private boolean byEvent;

  /// Has `keyspace` tell of what `notify-keyspace-events` asks for, now and whenever it is changed.
  public KeyEvents(Settings settings, Keyspace keyspace, PubSub pubsub) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.pubsub = pubsub;
    settings.onChange(ServerSettings.NOTIFY_KEYSPACE_EVENTS, s -> configure());
    configure();
  }

  private void configure() {
    KeyspaceEvents asked = settings.get(ServerSettings.NOTIFY_KEYSPACE_EVENTS);
    byKey = asked.has('K');
    byEvent = asked.has('E');
    keyspace.notice(asked.classes());
  }

  /// Tells subscribers that `event` happened to `key` of `database`.
  public void publish(String event, Database database, Key key) {
    byte[] name = key.toByteArray();
    byte[] what = event.getBytes(StandardCharsets.US_ASCII);
    if (byKey) {
      pubsub.deliver(channel("__keyspace@", database, name), what, false);
    }
    if (byEvent) {
      pubsub.deliver(channel("__keyevent@", database, what), name, false);
    }
  }

  private static byte[] channel(String kind, Database database, byte[] name) {
    byte[] prefix = (kind + database.index() + "__:").getBytes(StandardCharsets.US_ASCII);
    byte[] channel = new byte[prefix.length + name.length];
    System.arraycopy(prefix, 0, channel, 0, prefix.length);
    System.arraycopy(name, 0, channel, prefix.length, name.length);
    return channel;
  }
}

package io.skein.engine.command.pubsub;

import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.resp.Reply;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One message on its way to subscribers, laid out once for each version of the protocol.
final class Message {
  private final byte[][] parts;
  private final @Nullable Reply[] forms = new Reply[4];

  /// @param parts the kind of message, and what follows it
  Message(byte[]... parts) {
    this.parts = parts;
  }

  /// Sends the message to all of `receivers`, and returns how many these are.
  int sendTo(Set<Session> receivers, Sessions sessions) {
    for (Session session : receivers.toArray(new Session[0])) {
      Reply form = form(session.protocol());
      sessions.send(session, form.bytes(), form.size());
    }
    return receivers.size();
  }

  private Reply form(int protocol) {
    Reply form = forms[protocol];
    if (form == null) {
      form = new Reply(128);
      form.protocol(protocol);
      form.push(parts.length);
      for (byte[] part : parts) {
        form.bulk(part);
      }
      forms[protocol] = form;
    }
    return form;
  }
}

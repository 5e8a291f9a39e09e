package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.NodeTitle;
import io.skein.engine.command.Redaction;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Traffic;
import io.skein.engine.command.Watcher;
import io.skein.engine.config.ConfigText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/// MONITOR, and the clients that have sent it: they are shown every command that is executed.
public final class Monitors implements Watcher {
  private final Sessions sessions;
  private final Traffic traffic;
  private final NodeTitle title;
  private final Set<Session> watching = new LinkedHashSet<>();

  public Monitors(Sessions sessions, Traffic traffic, NodeTitle title) {
    this.sessions = sessions;
    this.traffic = traffic;
    this.title = title;
    sessions.onClose(this::forget);
    sessions.onReset(this::forget);
  }

  /// Adds the command to `table`.
  public void declare(CommandTable table) {
    table.add(
        Command.named("monitor")
            .group(Group.SERVER)
            .docs("1.0.0", "", "Shows every command that the server executes, as it does.")
            .flags(ADMIN, NOSCRIPT, LOADING, STALE)
            .does(this::begin));
  }

  private void begin(Call call) {
    Session session = call.session();
    if (session.isMonitor() || session.kind() == Session.Kind.REPLICA) {
      return;
    }
    session.monitor(true);
    watching.add(session);
    traffic.monitors(this);
    call.reply().ok();
  }

  private void forget(Session session) {
    if (watching.remove(session)) {
      session.monitor(false);
      if (watching.isEmpty()) {
        traffic.monitors(null);
      }
    }
  }

  @Override
  public void after(Call call, long nanos) {
    if (title.isLoading()) {
      return;
    }
    byte[] line = line(call).getBytes(StandardCharsets.US_ASCII);
    for (Session session : new ArrayList<>(watching)) {
      sessions.send(session, line, line.length);
    }
  }

  private static String line(Call call) {
    Session session = call.session();
    long now = call.nowMs();
    StringBuilder s = new StringBuilder("+");
    s.append(now / 1000).append(String.format(Locale.ROOT, ".%03d000", now % 1000));
    String address = call.isOfScript() ? "lua" : session.peerAddress();
    boolean unix = address.startsWith("/");
    s.append(" [").append(session.db()).append(unix ? " unix:" : " ");
    s.append(unix ? address.substring(0, address.lastIndexOf(':')) : address).append(']');
    for (int i = 0; i < call.count(); i++) {
      s.append(' ');
      String text = Redaction.hides(call, i) ? Redaction.TEXT : ConfigText.of(call.bytes(i));
      s.append(ConfigText.quoted(text));
    }
    return s.append("\r\n").toString();
  }
}

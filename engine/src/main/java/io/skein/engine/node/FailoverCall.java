package io.skein.engine.node;

import io.skein.engine.cluster.NodeView;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// CLUSTER FAILOVER, sent to a replica as by an administrator, with the user and the password of
/// replication.
final class FailoverCall implements PeerHandler {
  private final List<List<String>> commands = new ArrayList<>();
  private final Consumer<String> onRefused;
  private final StatusLines lines = new StatusLines();
  private final String id;
  private @Nullable PeerLink link;
  private int answered;
  private boolean over;

  private FailoverCall(Settings settings, NodeView replica, Consumer<String> onRefused) {
    this.id = replica.id();
    this.onRefused = onRefused;
    List<String> login = NodeConnection.login(settings);
    if (!login.isEmpty()) {
      List<String> auth = new ArrayList<>(login);
      auth.addFirst("AUTH");
      commands.add(auth);
    }
    commands.add(List.of("CLUSTER", "FAILOVER"));
  }

  /// Begins; `onRefused` is told why the replica will not, if it will not.
  static FailoverCall begin(
      Settings settings, NodeHost host, NodeView replica, Consumer<String> onRefused) {
    FailoverCall call = new FailoverCall(settings, replica, onRefused);
    call.link = NodeConnection.open(settings, host, replica, call);
    if (call.link == null) {
      call.refuse("its address is not known");
    }
    return call;
  }

  /// The replica that is told.
  String id() {
    return id;
  }

  /// Gives it up.
  void end() {
    over = true;
    PeerLink open = link;
    link = null;
    if (open != null) {
      open.close();
    }
  }

  private void refuse(String reason) {
    if (!over) {
      end();
      onRefused.accept(reason);
    }
  }

  @Override
  public void opened() {
    Reply request = new Reply(128);
    for (List<String> words : commands) {
      request.array(words.size());
      words.forEach(request::bulk);
    }
    PeerLink to = link;
    if (to != null) {
      to.write(request.bytes(), 0, request.size());
    }
  }

  @Override
  public void refused(String reason) {
    refuse(reason);
  }

  @Override
  public void received(byte[] bytes, int offset, int length) {
    if (!lines.feed(bytes, offset, length, this::line)) {
      refuse("its answer cannot be understood");
    }
  }

  private void line(String text) {
    if (text.startsWith("-")) {
      refuse(text.substring(1));
    } else if (++answered == commands.size()) {
      end();
    }
  }

  @Override
  public void closed(String reason) {
    refuse(reason);
  }
}

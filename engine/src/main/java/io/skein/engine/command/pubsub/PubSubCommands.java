package io.skein.engine.command.pubsub;

import static io.skein.engine.command.CommandFlag.FAST;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.MAY_REPLICATE;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.PUBSUB;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Glob;
import io.skein.engine.command.Call;
import io.skein.engine.command.ChannelUse;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.Publisher;
import io.skein.engine.command.Session;
import io.skein.engine.command.pubsub.PubSub.Kind;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SUBSCRIBE, PUBLISH and their kin, and PUBSUB.
public final class PubSubCommands {
  private final PubSub pubsub;
  private final @Nullable Publisher cluster;

  /// @param cluster takes publications to other nodes, or null when there are none
  public PubSubCommands(PubSub pubsub, @Nullable Publisher cluster) {
    this.pubsub = pubsub;
    this.cluster = cluster;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    table.add(
        begin("subscribe", "2.0.0", "Listens for messages on channels.")
            .syntax("channel...")
            .channels(ChannelUse.SUBSCRIBE)
            .does(call -> subscribe(call, Kind.CHANNEL)));
    table.add(
        begin("psubscribe", "2.0.0", "Listens for messages on all channels that match patterns.")
            .syntax("pattern:pattern...")
            .channels(ChannelUse.SUBSCRIBE_PATTERN)
            .does(call -> subscribe(call, Kind.PATTERN)));
    table.add(
        begin("ssubscribe", "7.0.0", "Listens for messages on shard channels.")
            .syntax("shardchannel...")
            .channels(ChannelUse.SUBSCRIBE)
            .keys(KeySpec.range(KeySpec.NOT_KEY, 1, -1, 1))
            .does(call -> subscribe(call, Kind.SHARD)));
    table.add(
        begin("unsubscribe", "2.0.0", "Listens no more on some channels, or on any.")
            .syntax("[channel]...")
            .does(call -> unsubscribe(call, Kind.CHANNEL)));
    table.add(
        begin("punsubscribe", "2.0.0", "Listens no more for some patterns, or for any.")
            .syntax("[pattern:pattern]...")
            .does(call -> unsubscribe(call, Kind.PATTERN)));
    table.add(
        begin("sunsubscribe", "7.0.0", "Listens no more on some shard channels, or on any.")
            .syntax("[shardchannel]...")
            .keys(KeySpec.range(KeySpec.NOT_KEY, 1, -1, 1))
            .does(call -> unsubscribe(call, Kind.SHARD)));
    table.add(
        publish("publish", "2.0.0", "Sends a message to the subscribers of a channel.")
            .syntax("channel message")
            .channels(ChannelUse.PUBLISH)
            .does(call -> publish(call, false)));
    table.add(
        publish("spublish", "7.0.0", "Sends a message to the subscribers of a shard channel.")
            .syntax("shardchannel message")
            .channels(ChannelUse.PUBLISH)
            .keys(KeySpec.one(KeySpec.NOT_KEY, 1))
            .does(call -> publish(call, true)));
    table.add(questions());
  }

  private static Command begin(String name, String since, String summary) {
    return Command.named(name)
        .group(Group.PUBSUB)
        .docs(since, "O(N) with N the number of names given", summary)
        .flags(PUBSUB, NOSCRIPT, LOADING, STALE);
  }

  private static Command publish(String name, String since, String summary) {
    return Command.named(name)
        .group(Group.PUBSUB)
        .docs(since, "O(N+M) with N the subscribers and M the patterns anybody has", summary)
        .flags(PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE);
  }

  private Command questions() {
    Command container =
        Command.named("pubsub")
            .group(Group.PUBSUB)
            .docs("2.8.0", "Depends on subcommand.", "Holds questions about subscriptions.");
    ask(container, "channels", "2.8.0", "Names the channels that have subscribers.")
        .syntax("[pattern:pattern]")
        .does(call -> names(call, Kind.CHANNEL));
    ask(container, "numsub", "2.8.0", "Counts the subscribers of channels.")
        .syntax("[channel]...")
        .does(call -> counts(call, Kind.CHANNEL));
    ask(container, "numpat", "2.8.0", "Counts the patterns that have subscribers.")
        .does(call -> call.reply().integer(pubsub.topics(Kind.PATTERN).names().size()));
    ask(container, "shardchannels", "7.0.0", "Names the shard channels that have subscribers.")
        .syntax("[pattern:pattern]")
        .does(call -> names(call, Kind.SHARD));
    ask(container, "shardnumsub", "7.0.0", "Counts the subscribers of shard channels.")
        .syntax("[shardchannel]...")
        .does(call -> counts(call, Kind.SHARD));
    container
        .sub("help")
        .docs("6.2.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(PubSubCommands::help);
    return container;
  }

  private static Command ask(Command container, String name, String since, String summary) {
    return container
        .sub(name)
        .docs(since, "O(N) with N the number of channels concerned", summary)
        .flags(PUBSUB, LOADING, STALE);
  }

  private void subscribe(Call call, Kind kind) {
    Session session = call.session();
    for (int i = 1; i < call.count(); i++) {
      pubsub.subscribe(session, kind, call.toBytes(i));
      confirm(call, kind.subscribed(), call.bytes(i), PubSub.counted(session, kind));
    }
  }

  private void unsubscribe(Call call, Kind kind) {
    Session session = call.session();
    if (call.count() > 1) {
      for (int i = 1; i < call.count(); i++) {
        pubsub.unsubscribe(session, kind, call.toBytes(i));
        confirm(call, kind.unsubscribed(), call.bytes(i), PubSub.counted(session, kind));
      }
      return;
    }
    List<Bytes> all = new ArrayList<>(pubsub.of(session, kind));
    if (all.isEmpty()) {
      confirm(call, kind.unsubscribed(), null, PubSub.counted(session, kind));
    }
    for (Bytes topic : all) {
      pubsub.unsubscribe(session, kind, topic);
      confirm(call, kind.unsubscribed(), topic.toByteArray(), PubSub.counted(session, kind));
    }
  }

  /// A confirmation is a message, not a reply: it reaches a client that has turned replies off too.
  private void confirm(Call call, String what, byte @Nullable [] topic, int count) {
    boolean replies = call.session().replyMode() == Session.ReplyMode.ON;
    Reply to = replies ? call.reply() : new Reply(64);
    to.protocol(call.session().protocol());
    to.push(3);
    to.bulk(what);
    if (topic == null) {
      to.nullBulk();
    } else {
      to.bulk(topic);
    }
    to.integer(count);
    if (!replies) {
      pubsub.send(call.session(), to);
    }
  }

  private void publish(Call call, boolean sharded) {
    byte[] channel = call.bytes(1);
    byte[] message = call.bytes(2);
    int receivers = pubsub.deliver(channel, message, sharded);
    if (cluster != null) {
      cluster.publish(channel, message, sharded);
    } else {
      // Subscribers of replicas hear of it through the log.
      call.log();
    }
    call.reply().integer(receivers);
  }

  private void names(Call call, Kind kind) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    Bytes pattern = call.count() == 3 ? call.toBytes(2) : null;
    int mark = call.reply().begin();
    int count = 0;
    for (Bytes name : pubsub.topics(kind).names()) {
      if (pattern == null || Glob.matches(pattern, name)) {
        call.reply().bulk(name.toByteArray());
        count++;
      }
    }
    call.reply().endArray(mark, count);
  }

  private void counts(Call call, Kind kind) {
    call.reply().array((call.count() - 2) * 2);
    for (int i = 2; i < call.count(); i++) {
      call.reply().bulk(call.buffer(), call.offset(i), call.length(i));
      call.reply().integer(pubsub.topics(kind).count(call.toBytes(i)));
    }
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "CHANNELS [<pattern>]",
        "    Name the channels that have subscribers.",
        "NUMPAT",
        "    Count the patterns that have subscribers.",
        "NUMSUB [<channel> ...]",
        "    Count the subscribers of channels, not those of patterns.",
        "SHARDCHANNELS [<pattern>]",
        "    Name the shard channels that have subscribers.",
        "SHARDNUMSUB [<shardchannel> ...]",
        "    Count the subscribers of shard channels.");
  }
}

package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.LatencyEvents;
import io.skein.engine.command.LatencyHistogram;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// LATENCY and its subcommands.
public final class LatencyCommands {
  private static final String VARIES = "nondeterministic_output";
  private static final String ALL_NODES = "request_policy:all_nodes";
  private static final String SPECIAL = "response_policy:special";

  /// The first bound of a histogram, in nanoseconds; each is twice the one before.
  private static final long FIRST_BOUND_NANOS = 1024;

  private static final int MOST_BOUNDS = 32;

  private final Settings settings;
  private final CommandTable table;
  private final LatencyEvents events;

  public LatencyCommands(Settings settings, CommandTable table, LatencyEvents events) {
    this.settings = settings;
    this.table = table;
    this.events = events;
  }

  /// Adds the commands to the table whose histograms they show.
  public void declare() {
    Command latency =
        Command.named("latency")
            .group(Group.SERVER)
            .docs("2.8.13", "Depends on subcommand.", "Holds what concerns delays.");
    sub(latency, "latest", "2.8.13", "O(1)", "Shows the last delay of each kind.")
        .tips(VARIES, ALL_NODES, SPECIAL)
        .does(this::latest);
    sub(latency, "history", "2.8.13", "O(1)", "Shows the delays of one kind.")
        .syntax("event")
        .tips(VARIES, ALL_NODES, SPECIAL)
        .does(this::history);
    sub(latency, "reset", "2.8.13", "O(1)", "Forgets the delays of some kinds, or of all.")
        .syntax("[event]...")
        .tips(ALL_NODES, "response_policy:agg_sum")
        .does(this::reset);
    sub(latency, "graph", "2.8.13", "O(1)", "Draws the delays of one kind.")
        .syntax("event")
        .tips(VARIES, ALL_NODES, SPECIAL)
        .does(this::graph);
    sub(latency, "doctor", "2.8.13", "O(1)", "Says what the delays may come from.")
        .tips(VARIES, ALL_NODES, SPECIAL)
        .does(
            call -> call.reply().verbatim("txt", LatencyReport.of(settings, events, call.nowMs())));
    sub(
            latency,
            "histogram",
            "7.0.0",
            "O(N) with N the number of commands shown",
            "Shows how the times of commands are distributed.")
        .syntax("[command]...")
        .tips(VARIES, ALL_NODES, SPECIAL)
        .does(this::histogram);
    latency
        .sub("help")
        .docs("2.8.13", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(LatencyCommands::help);
    table.add(latency);
  }

  private static Command sub(
      Command latency, String name, String since, String complexity, String summary) {
    return latency
        .sub(name)
        .docs(since, complexity, summary)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE);
  }

  private void latest(Call call) {
    Map<String, LatencyEvents.Series> all = events.all();
    call.reply().array(all.size());
    all.forEach((event, series) -> {
      int last = series.count() - 1;
      call.reply().array(4);
      call.reply().bulk(event);
      call.reply().integer(series.second(last));
      call.reply().integer(series.ms(last));
      call.reply().integer(series.maximum());
    });
  }

  private void history(Call call) {
    LatencyEvents.Series series = events.find(call.string(2));
    int count = series == null ? 0 : series.count();
    call.reply().array(count);
    for (int i = 0; series != null && i < count; i++) {
      call.reply().array(2);
      call.reply().integer(series.second(i));
      call.reply().integer(series.ms(i));
    }
  }

  private void reset(Call call) {
    int before = events.all().size();
    if (call.count() == 2) {
      events.all().clear();
    }
    for (int i = 2; i < call.count(); i++) {
      int argument = i;
      events.all().keySet().removeIf(event -> call.is(argument, event));
    }
    call.reply().integer(before - events.all().size());
  }

  private void graph(Call call) {
    String event = call.string(2);
    LatencyEvents.Series series = events.find(event);
    if (series == null) {
      throw new CommandError("ERR No samples available for event '" + event + "'");
    }
    call.reply().verbatim("txt", LatencyReport.graph(event, series, call.nowMs()));
  }

  private void histogram(Call call) {
    int mark = call.reply().begin();
    int shown = 0;
    if (call.count() == 2) {
      shown = histograms(call.reply(), table.all());
    }
    for (int i = 2; i < call.count(); i++) {
      Command command = table.find(call.string(i));
      if (command != null) {
        shown += histograms(call.reply(), List.of(command));
      }
    }
    call.reply().endMap(mark, shown);
  }

  private static int histograms(Reply reply, Collection<Command> commands) {
    int shown = 0;
    for (Command command : commands) {
      LatencyHistogram histogram = command.stats().histogram();
      if (histogram != null) {
        reply.bulk(command.fullName());
        distribution(reply, histogram);
        shown++;
      }
      shown += histograms(reply, command.subcommands());
    }
    return shown;
  }

  /// How many calls took at most so many microseconds, for bounds at which the number grows.
  private static void distribution(Reply reply, LatencyHistogram histogram) {
    reply.map(2);
    reply.bulk("calls");
    reply.integer(histogram.total());
    reply.bulk("histogram_usec");
    int mark = reply.begin();
    int bounds = 0;
    long before = 0;
    long bound = FIRST_BOUND_NANOS;
    for (int i = 0; i < MOST_BOUNDS && before < histogram.total(); i++, bound *= 2) {
      long count = i == MOST_BOUNDS - 1 ? histogram.total() : histogram.countUpTo(bound);
      if (count > before) {
        reply.integer((bound + bound / 128 - 1) / 1000);
        reply.integer(count);
        bounds++;
        before = count;
      }
    }
    reply.endMap(mark, bounds);
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "DOCTOR",
        "    Say what the delays may come from.",
        "GRAPH <event>",
        "    Draw the delays of this kind.",
        "HISTORY <event>",
        "    Show the times and delays of this kind.",
        "LATEST",
        "    Show the last delay of each kind.",
        "RESET [<event> ...]",
        "    Forget the delays of these kinds, or of all.",
        "HISTOGRAM [COMMAND ...]",
        "    Show how the times of these commands, or of all, are distributed.");
  }
}

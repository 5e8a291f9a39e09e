package io.skein.engine.command.tracking;

import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Tracking;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// CLIENT TRACKING, CACHING, GETREDIR and TRACKINGINFO.
public final class TrackingCommands {
  private static final CommandError SECOND_REDIRECT =
      new CommandError("ERR A client can only redirect to a single other client");
  private static final CommandError NO_SUCH_CLIENT =
      new CommandError("ERR The client ID you want redirect to does not exist");
  private static final CommandError PREFIX_WITHOUT_BCAST =
      new CommandError("ERR PREFIX option requires BCAST mode to be enabled");
  private static final CommandError SWITCH_BCAST =
      new CommandError(
          "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and"
              + " then re-enabling it with a different mode.");
  private static final CommandError OPT_WITH_BCAST =
      new CommandError("ERR OPTIN and OPTOUT are not compatible with BCAST");
  private static final CommandError OPTIN_AND_OPTOUT =
      new CommandError("ERR You can't specify both OPTIN mode and OPTOUT mode");
  private static final CommandError SWITCH_OPT =
      new CommandError(
          "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and"
              + " then re-enabling it with a different mode.");
  private static final CommandError NOT_TRACKING =
      new CommandError(
          "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or"
              + " OPTOUT mode enabled");
  private static final CommandError YES_WITHOUT_OPTIN =
      new CommandError(
          "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
  private static final CommandError NO_WITHOUT_OPTOUT =
      new CommandError(
          "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");

  private final Sessions sessions;
  private final ClientTracking tracking;

  public TrackingCommands(Sessions sessions, ClientTracking tracking) {
    this.sessions = sessions;
    this.tracking = tracking;
  }

  /// Adds the subcommands to `client`, before that is added to its table.
  public void declare(Command client) {
    about(client, "tracking", "6.0.0", "Has the server tell of changes to keys that were read.")
        .docs(
            "6.0.0",
            "O(1), with options O(N) with N the number of prefixes.",
            "Has the server tell of changes to keys that were read, or that begin in some way.")
        .syntax(
            "(status: ON | OFF) [REDIRECT client-id:integer] [PREFIX prefix]... [BCAST] [OPTIN]"
                + " [OPTOUT] [NOLOOP]")
        .does(this::track);
    about(client, "caching", "6.0.0", "Makes an exception of the next request's keys.")
        .syntax("(mode: YES | NO)")
        .does(TrackingCommands::caching);
    about(client, "getredir", "6.0.0", "Tells which connection is told in place of this one.")
        .does(call -> call.reply().integer(redirection(call.session().tracking())));
    about(client, "trackinginfo", "6.2.0", "Tells what is tracked for this connection, and how.")
        .does(TrackingCommands::describe);
  }

  private static Command about(Command client, String name, String since, String summary) {
    return client.sub(name).docs(since, "O(1)", summary).flags(NOSCRIPT, LOADING, STALE);
  }

  private void track(Call call) {
    long redirect = 0;
    boolean broadcast = false;
    boolean optIn = false;
    boolean optOut = false;
    boolean noLoop = false;
    List<Bytes> prefixes = new ArrayList<>();
    for (int i = 3; i < call.count(); i++) {
      boolean operand = i + 1 < call.count();
      if (call.is(i, "REDIRECT") && operand) {
        redirect = redirection(call, redirect, ++i);
      } else if (call.is(i, "BCAST")) {
        broadcast = true;
      } else if (call.is(i, "OPTIN")) {
        optIn = true;
      } else if (call.is(i, "OPTOUT")) {
        optOut = true;
      } else if (call.is(i, "NOLOOP")) {
        noLoop = true;
      } else if (call.is(i, "PREFIX") && operand) {
        prefixes.add(call.toBytes(++i));
      } else {
        throw Errors.SYNTAX;
      }
    }
    Session session = call.session();
    if (call.is(2, "ON")) {
      Tracking.Options asked = new Tracking.Options(redirect, broadcast, optIn, optOut, noLoop);
      check(session.tracking(), asked, prefixes);
      tracking.enable(session, asked, prefixes);
    } else if (call.is(2, "OFF")) {
      tracking.disable(session);
    } else {
      throw Errors.SYNTAX;
    }
    call.reply().ok();
  }

  private long redirection(Call call, long before, int argument) {
    if (before != 0) {
      throw SECOND_REDIRECT;
    }
    long id = call.integer(argument);
    if (sessions.find(id) == null) {
      throw NO_SUCH_CLIENT;
    }
    return id;
  }

  private static void check(@Nullable Tracking now, Tracking.Options asked, List<Bytes> prefixes) {
    if (!asked.broadcast() && !prefixes.isEmpty()) {
      throw PREFIX_WITHOUT_BCAST;
    }
    if (now != null && now.options().broadcast() != asked.broadcast()) {
      throw SWITCH_BCAST;
    }
    if (asked.broadcast() && (asked.optIn() || asked.optOut())) {
      throw OPT_WITH_BCAST;
    }
    if (asked.optIn() && asked.optOut()) {
      throw OPTIN_AND_OPTOUT;
    }
    if (now != null
        && (asked.optIn() && now.options().optOut() || asked.optOut() && now.options().optIn())) {
      throw SWITCH_OPT;
    }
    checkPrefixes(now, prefixes);
  }

  /// Refuses prefixes of which one begins with another: their keys would be told of twice.
  private static void checkPrefixes(@Nullable Tracking now, List<Bytes> prefixes) {
    for (int i = 0; i < prefixes.size(); i++) {
      Bytes prefix = prefixes.get(i);
      if (now != null) {
        for (Bytes old : now.prefixes()) {
          if (overlap(old, prefix)) {
            throw overlapping(prefix, "an existing", old);
          }
        }
      }
      for (Bytes other : prefixes.subList(i + 1, prefixes.size())) {
        if (overlap(prefix, other)) {
          throw overlapping(prefix, "another provided", other);
        }
      }
    }
  }

  private static boolean overlap(Bytes a, Bytes b) {
    int common = Math.min(a.length(), b.length());
    return a.slice(0, common).equals(b.slice(0, common));
  }

  private static CommandError overlapping(Bytes prefix, String which, Bytes other) {
    return new CommandError(
        "ERR Prefix '"
            + prefix.asString()
            + "' overlaps with "
            + which
            + " prefix '"
            + other.asString()
            + "'. Prefixes for a single client must not overlap.");
  }

  private static void caching(Call call) {
    Tracking tracking = call.session().tracking();
    if (tracking == null) {
      throw NOT_TRACKING;
    }
    if (call.is(2, "YES")) {
      if (!tracking.options().optIn()) {
        throw YES_WITHOUT_OPTIN;
      }
    } else if (!call.is(2, "NO")) {
      throw Errors.SYNTAX;
    } else if (!tracking.options().optOut()) {
      throw NO_WITHOUT_OPTOUT;
    }
    tracking.caching(true);
    call.reply().ok();
  }

  private static long redirection(@Nullable Tracking tracking) {
    return tracking == null ? -1 : tracking.options().redirect();
  }

  private static void describe(Call call) {
    Tracking tracking = call.session().tracking();
    List<String> flags = flags(tracking);
    Reply reply = call.reply();
    reply.map(3);
    reply.bulk("flags");
    reply.set(flags.size());
    flags.forEach(reply::bulk);
    reply.bulk("redirect");
    reply.integer(redirection(tracking));
    reply.bulk("prefixes");
    reply.array(tracking == null ? 0 : tracking.prefixCount());
    if (tracking != null) {
      tracking.prefixes().forEach(prefix -> reply.bulk(prefix.toByteArray()));
    }
  }

  private static List<String> flags(@Nullable Tracking tracking) {
    if (tracking == null) {
      return List.of("off");
    }
    List<String> flags = new ArrayList<>(List.of("on"));
    Tracking.Options options = tracking.options();
    if (options.broadcast()) {
      flags.add("bcast");
    }
    if (options.optIn()) {
      flags.add("optin");
    }
    if (options.optIn() && tracking.isCaching()) {
      flags.add("caching-yes");
    }
    if (options.optOut()) {
      flags.add("optout");
    }
    if (options.optOut() && tracking.isCaching()) {
      flags.add("caching-no");
    }
    if (options.noLoop()) {
      flags.add("noloop");
    }
    if (tracking.isBroken()) {
      flags.add("broken_redirect");
    }
    return flags;
  }
}

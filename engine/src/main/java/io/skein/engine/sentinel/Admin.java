package io.skein.engine.sentinel;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Glob;
import io.skein.engine.cluster.IpAddress;
import io.skein.engine.config.LogLevel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Carries out what people and other Sentinels ask of a Sentinel.
public final class Admin {
  private static final Answer NO_SUCH = new Answer.Failure("ERR No such master with that name");
  private static final Answer NOT_SAVED =
      new Answer.Failure("ERR Failed to save config file. Check server logs.");

  /// What orders are carried out with.
  record Parts(
      SentinelState state,
      Registry registry,
      Connections connections,
      DownDetector detector,
      Ballot ballot,
      ReplicaChoice choice,
      Failover failover,
      HelloIntake hellos,
      Forgetting forgetting,
      Scripts scripts,
      Why why,
      Predicate<String> isExecutable) {}

  private final Parts parts;
  private final SentinelState state;
  private final Descriptions descriptions;
  private final PrimaryOptions options;
  private final GlobalOptions globals;

  Admin(Parts parts) {
    this.parts = parts;
    this.state = parts.state;
    this.descriptions = new Descriptions(state);
    this.options = new PrimaryOptions(state, parts.connections, parts.isExecutable);
    this.globals = new GlobalOptions(state);
  }

  private Answer with(String name, Function<Primary, Answer> action) {
    Primary primary = state.primaries.get(name);
    return primary == null ? NO_SUCH : action.apply(primary);
  }

  Answer saved() {
    return state.save() ? Answer.OK : NOT_SAVED;
  }

  /// SENTINEL MYID.
  public Answer myId() {
    return new Answer.Bulk(state.myId);
  }

  /// SENTINEL MASTERS.
  public Answer primaries() {
    List<Answer> all = new ArrayList<>();
    state.primaries.values().forEach(primary -> all.add(descriptions.of(primary)));
    return new Answer.Items(all);
  }

  /// SENTINEL MASTER.
  public Answer primary(String name) {
    return with(name, descriptions::of);
  }

  /// SENTINEL REPLICAS; those that do not want to be announced are left out.
  public Answer replicas(String name) {
    return with(
        name,
        primary -> {
          List<Answer> all = new ArrayList<>();
          primary.replicas.values().stream()
              .filter(replica -> replica.announced)
              .forEach(replica -> all.add(descriptions.of(replica)));
          return new Answer.Items(all);
        });
  }

  /// SENTINEL SENTINELS.
  public Answer sentinels(String name) {
    return with(
        name,
        primary -> {
          List<Answer> all = new ArrayList<>();
          primary.sentinels.values().forEach(peer -> all.add(descriptions.of(peer)));
          return new Answer.Items(all);
        });
  }

  /// SENTINEL GET-MASTER-ADDR-BY-NAME.
  public Answer addressOf(String name) {
    Primary primary = state.primaries.get(name);
    if (primary == null) {
      return new Answer.NullList();
    }
    Address address = primary.currentAddress();
    return new Answer.Items(
        List.of(
            new Answer.Bulk(state.announced(address)),
            new Answer.Bulk(Integer.toString(address.port()))));
  }

  /// SENTINEL IS-MASTER-DOWN-BY-ADDR: whether the primary there is down for us, and if `candidate`
  /// is not `*`, whom we vote for in `epoch`. Who leads a failover that is at its end knows the new
  /// primary already, and can vote for who replaces that.
  public Answer isDown(String host, int port, long epoch, String candidate) {
    Primary primary = state.primaryAt(host, port, Primary::address);
    boolean down = primary != null && primary.subjectivelyDown && !state.tilt;
    if (primary == null) {
      primary = state.primaryAt(host, port, Primary::currentAddress);
    }
    Ballot.Vote vote =
        primary == null || candidate.equals("*")
            ? null
            : parts.ballot.vote(primary, epoch, candidate);
    return new Answer.Items(
        List.of(
            new Answer.Int(down ? 1 : 0),
            new Answer.Bulk(vote == null ? "*" : vote.leader()),
            new Answer.Int(vote == null ? 0 : vote.epoch())));
  }

  /// SENTINEL RESET.
  public Answer reset(Bytes pattern) {
    int count = 0;
    for (Primary primary : state.primaries.values()) {
      if (Glob.matches(pattern, Bytes.of(primary.name()))) {
        parts.registry.reset(primary, false);
        state.out.event(LogLevel.WARNING, "+reset-master", primary);
        count++;
      }
    }
    return new Answer.Int(count);
  }

  /// SENTINEL FAILOVER. Unless somebody says otherwise, a healthy primary that can is asked to hand
  /// over.
  public Answer failover(String name, boolean onlyCoordinated) {
    return with(
        name,
        primary -> {
          if (primary.isFailingOver()) {
            return new Answer.Failure("INPROG Failover already in progress");
          }
          if (parts.choice.best(primary) == null) {
            return new Answer.Failure("NOGOODSLAVE No suitable replica to promote");
          }
          String objection = objectionToHandOver(primary);
          if (onlyCoordinated && objection != null) {
            return new Answer.Failure("NOTCOORDINATED The master cannot hand over: " + objection);
          }
          state.out.log(LogLevel.NOTICE, "Executing user requested FAILOVER of '" + name + "'");
          parts.failover.force(primary, objection == null, onlyCoordinated);
          parts.failover.advance(primary);
          parts.detector.ask(primary, true);
          return Answer.OK;
        });
  }

  private @Nullable String objectionToHandOver(Primary primary) {
    if (primary.subjectivelyDown || primary.link().disconnected) {
      return "it is down";
    }
    if (!primary.looksSane(state.periods, state.nowMs)) {
      return "it does not say that it is a master";
    }
    return primary.canFailOver ? null : "its version has no FAILOVER";
  }

  /// SENTINEL PENDING-SCRIPTS.
  public Answer pendingScripts() {
    return parts.scripts.describe();
  }

  /// Whether `host` is a name that is to be looked up before it is used.
  public boolean isToBeResolved(String host) {
    return state.resolveHostnames && !IpAddress.isLiteral(host);
  }

  /// SENTINEL MONITOR.
  public Answer monitor(String name, String host, long port, long quorum) {
    if (quorum <= 0) {
      return new Answer.Failure("ERR Quorum must be 1 or greater.");
    }
    if (state.resolver.resolve(host) == null) {
      return new Answer.Failure("ERR Invalid IP address or hostname specified");
    }
    int number = (int) Math.max(-1, Math.min(port, Address.MAX_PORT + 1));
    Registry.Added<Primary> added =
        parts.registry.addPrimary(name, host, number, (int) Math.min(quorum, Integer.MAX_VALUE));
    Primary primary = added.instance();
    if (primary == null) {
      Registry.Refusal why = added.refusal();
      return new Answer.Failure("ERR " + (why == null ? "" : why.text("Duplicate master name.")));
    }
    Answer answer = saved();
    state.out.event(LogLevel.WARNING, "+monitor", primary, " quorum " + primary.quorum);
    return answer;
  }

  /// SENTINEL REMOVE.
  public Answer remove(String name) {
    return with(
        name,
        primary -> {
          state.out.event(LogLevel.WARNING, "-monitor", primary);
          parts.registry.removePrimary(primary);
          return saved();
        });
  }

  /// SENTINEL FLUSHCONFIG.
  public Answer flushConfig() {
    return saved();
  }

  /// SENTINEL FORGET name REPLICA ip port: one that is alive is found again.
  public Answer forgetReplica(String name, String host, int port) {
    return with(
        name,
        primary -> {
          Replica replica = parts.registry.replicaAt(primary, host, port);
          if (replica == null) {
            return new Answer.Failure("ERR No such replica of that master");
          }
          if (primary.promoted == replica) {
            return new Answer.Failure("INPROG The replica is being promoted");
          }
          parts.forgetting.forget(replica);
          return Answer.OK;
        });
  }

  /// SENTINEL FORGET name SENTINEL id: one that is alive says hello again.
  public Answer forgetSentinel(String name, String id) {
    return with(
        name,
        primary -> {
          Peer peer = primary.sentinels.get(id);
          if (peer == null) {
            return new Answer.Failure("ERR No such Sentinel for that master");
          }
          parts.forgetting.forget(peer);
          return Answer.OK;
        });
  }

  /// SENTINEL CKQUORUM.
  public Answer checkQuorum(String name) {
    return with(
        name,
        primary -> {
          int usable = 1;
          for (Peer peer : primary.sentinels.values()) {
            usable += peer.subjectivelyDown ? 0 : 1;
          }
          List<String> lacks = new ArrayList<>();
          if (usable < primary.quorum) {
            lacks.add(
                "Not enough available Sentinels to reach the specified quorum for this master");
          }
          if (usable < (primary.sentinels.size() + 1) / 2 + 1) {
            lacks.add(
                "Not enough available Sentinels to reach the majority and authorize a failover");
          }
          return lacks.isEmpty()
              ? new Answer.Text(
                  "OK "
                      + usable
                      + " usable Sentinels. Quorum and failover authorization can be reached")
              : new Answer.Failure(
                  "NOQUORUM " + usable + " usable Sentinels. " + String.join(". ", lacks));
        });
  }

  /// SENTINEL SET: pairs of option and value, one option with two values.
  public Answer set(String name, List<String> words) {
    return with(
        name,
        primary -> {
          Answer refusal = options.set(primary, words);
          if (refusal == null) {
            return saved();
          }
          state.save();
          return refusal;
        });
  }

  /// SENTINEL CONFIG GET, without what the server itself knows.
  public Map<String, String> globals() {
    return globals.all();
  }

  /// Why `value` does not do for the global option `option`, or null.
  public @Nullable String objection(String option, String value) {
    return globals.objection(option, value);
  }

  /// SENTINEL CONFIG SET, once every value was found good.
  public Answer setGlobals(Map<String, String> values) {
    boolean reconnects = globals.set(values);
    Answer answer = saved();
    if (reconnects) {
      parts.connections.dropSentinels();
    }
    return answer;
  }

  /// SENTINEL INFO-CACHE, for those of `names` that are watched, or for all if it is empty.
  public Answer infoCache(List<String> names) {
    Map<String, Primary> asked = new LinkedHashMap<>();
    for (String name : names) {
      Primary primary = state.primaries.get(name);
      if (primary != null) {
        asked.put(name, primary);
      }
    }
    List<Answer> all = new ArrayList<>();
    (names.isEmpty() ? state.primaries : asked)
        .forEach((name, primary) -> {
          all.add(new Answer.Bulk(name));
          List<Answer> cached = new ArrayList<>();
          cached.add(descriptions.cached(primary));
          primary.replicas.values().forEach(replica -> cached.add(descriptions.cached(replica)));
          all.add(new Answer.Items(cached));
        });
    return new Answer.Items(all);
  }

  /// SENTINEL SIMULATE-FAILURE.
  public Answer simulateFailure(boolean afterElection, boolean afterPromotion) {
    state.crashAfterElection = afterElection;
    state.crashAfterPromotion = afterPromotion;
    if (afterElection) {
      state.out.log(
          LogLevel.WARNING,
          "Failure simulation: this Sentinel will crash after it was elected to lead a failover");
    }
    if (afterPromotion) {
      state.out.log(
          LogLevel.WARNING,
          "Failure simulation: this Sentinel will crash after it has promoted a replica");
    }
    return Answer.OK;
  }

  /// SENTINEL DEBUG.
  public Answer debug(List<String> words) {
    return words.isEmpty() ? new Answer.Fields(state.periods.fields()) : state.periods.set(words);
  }

  /// SENTINEL WHY.
  public Answer why(String name) {
    return with(
        name,
        primary -> {
          List<Answer> lines = new ArrayList<>();
          parts.why.of(primary).forEach(line -> lines.add(new Answer.Bulk(line)));
          return new Answer.Items(lines);
        });
  }

  /// PUBLISH, as other Sentinels use it to say hello.
  public Answer hello(String message) {
    parts.hellos.on(message);
    return new Answer.Int(1);
  }

  /// ROLE.
  public Answer role() {
    List<Answer> names = new ArrayList<>();
    state.primaries.keySet().forEach(name -> names.add(new Answer.Bulk(name)));
    return new Answer.Items(List.of(new Answer.Bulk("sentinel"), new Answer.Items(names)));
  }

  /// The fields of INFO sentinel.
  public Answer info() {
    return new Answer.Fields(descriptions.section(parts.scripts));
  }
}

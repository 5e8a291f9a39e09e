package io.skein.engine.config;

import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.LONG_MAX;
import static io.skein.engine.config.Declarations.MB;
import static io.skein.engine.config.Declarations.UINT_MAX;
import static io.skein.engine.config.Setting.HIDDEN;
import static io.skein.engine.config.Setting.IMMUTABLE;
import static io.skein.engine.config.Setting.MODIFIABLE;
import static io.skein.engine.config.Setting.VOLATILE;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The settings of Redis that change nothing here, each with the reason why.
///
/// They are known, checked, stored and shown all the same, so that configuration files and tools
/// work unchanged.
public final class InertSettings {
  private static final String NO_JEMALLOC =
      "there is no jemalloc; free slabs are given back to the system as they are";
  private static final String OWN_CRASH_REPORT = "the JVM writes its own crash report";
  private static final String NO_AFFINITY =
      "a JVM does not place its threads; start it under taskset";
  private static final String NO_FORK = "there is no forked child to be killed first";
  private static final String NO_TITLE = "a JVM cannot change its title";
  private static final String NO_SYSLOG = "syslog-enabled is refused";

  /// A setting without effect, and why.
  public record Inert(Setting<?> setting, String reason) {}

  private static final List<Inert> REASONS = new ArrayList<>();
  static final List<Setting<?>> ALL = declared();

  private InertSettings() {}

  /// Every setting without effect, in the order of declaration.
  public static List<Inert> reasons() {
    return Collections.unmodifiableList(REASONS);
  }

  private static List<Setting<?>> declared() {
    Declarations d = new Declarations();
    process(d);
    memory(d);
    return d.all();
  }

  private static void without(Setting<?> setting, String reason) {
    REASONS.add(new Inert(setting, reason));
  }

  private static ChoiceSetting<String> oomScoreAdj() {
    String[] words = {"no", "yes", "relative", "absolute"};
    String[] values = {"no", "yes", "yes", "absolute"};
    return new ChoiceSetting<>("oom-score-adj", null, MODIFIABLE, words, values, "no");
  }

  private static void process(Declarations d) {
    without(
        d.yesNo("io-threads-do-reads", IMMUTABLE, false),
        "every event loop reads its own connections anyway");
    without(d.yesNo("always-show-logo", IMMUTABLE, false), "there is no logo");
    without(
        d.optional("tls-dh-params-file", VOLATILE),
        "keys are agreed on by elliptic curves, or by groups that the JDK brings");
    without(d.yesNo("set-proc-title", IMMUTABLE, true), NO_TITLE);
    without(
        d.text(
            "proc-title-template",
            MODIFIABLE,
            "{title} {listen-addr} {server-mode}",
            TextSetting.Check.TITLE_TEMPLATE),
        NO_TITLE);
    without(d.yesNo("crash-log-enabled", MODIFIABLE, true), OWN_CRASH_REPORT);
    without(d.yesNo("crash-memcheck-enabled", MODIFIABLE, true), OWN_CRASH_REPORT);
    without(d.yesNo("use-exit-on-panic", HIDDEN, false), OWN_CRASH_REPORT);
    without(
        d.number("watchdog-period", HIDDEN, 0, INT_MAX, 0),
        "jstack shows where a JVM spends its time");
    without(d.add(new OomScoreSetting()), NO_FORK);
    without(d.text("syslog-ident", IMMUTABLE, "redis"), NO_SYSLOG);
    without(
        d.word(
            "syslog-facility",
            IMMUTABLE,
            "local0",
            "user",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7"),
        NO_SYSLOG);
    without(d.optional("server_cpulist", IMMUTABLE), NO_AFFINITY);
    without(d.optional("bio_cpulist", IMMUTABLE), NO_AFFINITY);
    without(d.optional("aof_rewrite_cpulist", IMMUTABLE), NO_AFFINITY);
    without(d.optional("bgsave_cpulist", IMMUTABLE), NO_AFFINITY);
    without(d.text("ignore-warnings", MODIFIABLE, ""), "no warning stops the start");
    without(
        d.unsigned("socket-mark-id", null, IMMUTABLE, 0, UINT_MAX, 0),
        "sockets are not marked; routing rules can match the port");
  }

  private static void memory(Declarations d) {
    without(d.yesNo("jemalloc-bg-thread", MODIFIABLE, true), NO_JEMALLOC);
    without(d.yesNo("activedefrag", MODIFIABLE, false), NO_JEMALLOC);
    without(d.number("active-defrag-cycle-min", MODIFIABLE, 1, 99, 1), NO_JEMALLOC);
    without(d.number("active-defrag-cycle-max", MODIFIABLE, 1, 99, 25), NO_JEMALLOC);
    without(d.number("active-defrag-threshold-lower", MODIFIABLE, 0, 1000, 10), NO_JEMALLOC);
    without(d.number("active-defrag-threshold-upper", MODIFIABLE, 0, 1000, 100), NO_JEMALLOC);
    without(
        d.unsignedMemory("active-defrag-ignore-bytes", null, MODIFIABLE, 1, LONG_MAX, 100 * MB),
        NO_JEMALLOC);
    without(d.number("active-defrag-max-scan-fields", MODIFIABLE, 1, LONG_MAX, 1000), NO_JEMALLOC);
    without(
        d.yesNo("disable-thp", IMMUTABLE, true), "huge pages hurt only where a fork copies pages");
    without(d.add(oomScoreAdj()), NO_FORK);
  }
}

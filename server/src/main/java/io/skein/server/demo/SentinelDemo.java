package io.skein.server.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.SocketTimeoutException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./skein cluster --sentinel`: a primary, its replicas and their Sentinels, to kill things in.
@Command(
    name = "skein cluster --sentinel",
    description = "Runs a primary, its replicas and their Sentinels, each a process of its own.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SentinelDemo implements Callable<Integer> {
  private static final long START_MS = 60_000;
  private static final long POLL_MS = 50;
  private static final int TIMEOUT_MS = 1000;
  private static final int LISTEN_MS = 250;
  private static final int MOST = 50;
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  @Option(names = "--sentinel", hidden = true)
  boolean sentinel;

  @Option(names = "--replicas", description = "Number of replicas (default: ${DEFAULT-VALUE}).")
  int replicas = 2;

  @Option(names = "--sentinels", description = "Number of Sentinels (default: ${DEFAULT-VALUE}).")
  int sentinels = 3;

  @Option(
      names = "--port",
      description =
          "Port of the first server; replicas and Sentinels follow (default: ${DEFAULT-VALUE}).")
  int firstPort = 7000;

  @Option(
      names = "--down-after",
      description = "Milliseconds until a server is found down (default: ${DEFAULT-VALUE}).")
  int downAfterMs = 2000;

  @Option(
      names = "--dir",
      description =
          "Directory with one directory for each process, kept between runs (default:"
              + " ${DEFAULT-VALUE}).")
  Path directory = Path.of("skein-sentinel");

  private final PrintStream out = System.out;
  private final Map<Integer, Boolean> alive = new LinkedHashMap<>();

  static int run(List<String> arguments) {
    return new CommandLine(new SentinelDemo()).execute(arguments.toArray(new String[0]));
  }

  @Override
  public Integer call() throws Exception {
    int last = firstPort + replicas + sentinels;
    if (replicas < 0 || sentinels < 1 || replicas + sentinels > MOST) {
      return fail("there must be at least one Sentinel, and no more than " + MOST + " processes");
    }
    if (firstPort < 1 || last > 65_535) {
      return fail("ports " + firstPort + " to " + last + " must lie between 1 and 65535");
    }
    String launcher = System.getProperty("skein.launcher");
    if (launcher == null) {
      return fail("start it as ./skein cluster --sentinel");
    }
    Files.createDirectories(directory);
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("lock").toFile(), "rw")) {
      FileLock lock = ClusterCommand.lock(file);
      if (lock == null) {
        return fail("the directory " + directory + " is in use by another ./skein cluster");
      }
      for (int port = firstPort; port <= last; port++) {
        if (ClusterCommand.isTaken(port)) {
          return fail("port " + port + " is taken: choose others with --port");
        }
      }
      return serve(launcher);
    }
  }

  private int fail(@Nullable String reason) {
    System.err.println("skein cluster: " + reason);
    return 1;
  }

  private int serve(String launcher) throws InterruptedException {
    List<NodeProcess> servers = new ArrayList<>();
    List<NodeProcess> watchers = new ArrayList<>();
    List<NodeProcess> all = new ArrayList<>();
    Thread stop = new Thread(() -> stopAll(all), "stop");
    try {
      for (int i = 0; i <= replicas; i++) {
        servers.add(process(launcher, firstPort + i, false));
      }
      for (int i = 0; i < sentinels; i++) {
        watchers.add(process(launcher, firstPort + replicas + 1 + i, true));
      }
      all.addAll(servers);
      all.addAll(watchers);
      Runtime.getRuntime().addShutdownHook(stop);
      startAll("servers", servers);
      startAll("Sentinels", watchers);
      awaitAgreement(watchers);
      describe(servers, watchers);
      follow(all, watchers);
      return 0;
    } catch (IOException e) {
      return fail(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /// Its configuration is written once: what it makes of it is found again by the next run.
  private NodeProcess process(String launcher, int port, boolean watcher) throws IOException {
    Path home = directory.toAbsolutePath().resolve(Integer.toString(port));
    Files.createDirectories(home);
    Path file = home.resolve(watcher ? "sentinel.conf" : "server.conf");
    if (!Files.exists(file)) {
      List<String> lines = new ArrayList<>();
      lines.add("port " + port);
      lines.add("bind 127.0.0.1");
      lines.add("dir \"" + home + "\"");
      lines.add("logfile \"" + home.resolve("node.log") + "\"");
      if (watcher) {
        lines.add("sentinel monitor mymaster 127.0.0.1 " + firstPort + " " + (sentinels / 2 + 1));
        lines.add("sentinel down-after-milliseconds mymaster " + downAfterMs);
        lines.add("sentinel failover-timeout mymaster 10000");
      } else if (port != firstPort) {
        lines.add("replicaof 127.0.0.1 " + firstPort);
      }
      Files.write(file, lines);
    }
    return NodeProcess.configured(launcher, port, file, watcher);
  }

  private void startAll(String what, List<NodeProcess> processes)
      throws IOException, InterruptedException {
    out.print("Starting " + processes.size() + " " + what);
    out.flush();
    for (NodeProcess process : processes) {
      process.start();
    }
    for (NodeProcess process : processes) {
      await(process, "does not answer", client -> client.ask("PING").equals("PONG"));
      out.print(" " + process.port());
      out.flush();
    }
    out.println();
  }

  private void awaitAgreement(List<NodeProcess> watchers) throws IOException, InterruptedException {
    out.println("  waiting until the Sentinels know each other and all replicas");
    String slaves = "slaves=" + replicas + ",sentinels=" + sentinels;
    for (NodeProcess watcher : watchers) {
      await(
          watcher,
          "does not know all others",
          client -> client.ask("INFO", "sentinel").contains(slaves));
    }
  }

  private interface Check {
    boolean holds(NodeClient client) throws IOException;
  }

  private static void await(NodeProcess process, String complaint, Check check)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_MS * 1_000_000;
    while (true) {
      if (!process.isAlive()) {
        throw new IOException(process.port() + " has ended: " + process.lastWords());
      }
      try (NodeClient client = new NodeClient(process.port(), TIMEOUT_MS)) {
        if (check.holds(client)) {
          return;
        }
      } catch (IOException notYet) {
        if (System.nanoTime() > deadline) {
          throw new IOException(process.port() + " " + complaint, notYet);
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(process.port() + " " + complaint);
      }
      Thread.sleep(POLL_MS);
    }
  }

  private void describe(List<NodeProcess> servers, List<NodeProcess> watchers) throws IOException {
    int watcher = watchers.getFirst().port();
    String primary;
    try (NodeClient client = new NodeClient(watcher, TIMEOUT_MS)) {
      primary = client.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster").split("\n")[1];
    }
    out.println();
    for (NodeProcess server : servers) {
      boolean isPrimary = primary.equals(Integer.toString(server.port()));
      out.println(
          "  "
              + server.port()
              + "  "
              + (isPrimary ? "primary " : "replica ")
              + " pid "
              + server.pid());
    }
    watchers.forEach(each -> out.println("  " + each.port() + "  Sentinel  pid " + each.pid()));
    out.println();
    out.println(
        "Ask:       redis-cli -p " + watcher + " sentinel get-master-addr-by-name mymaster");
    out.println("Why:       redis-cli -p " + watcher + " sentinel why mymaster");
    out.println("Try:       kill -9 the primary, and watch here; or, without a lost write,");
    out.println("           redis-cli -p " + watcher + " sentinel failover mymaster");
    out.println("Data:      " + directory.toAbsolutePath() + " (kept; node.log in each directory)");
    out.println("Stop:      Ctrl-C");
    out.println();
  }

  /// Prints what a live Sentinel tells its subscribers, until every process has ended.
  private void follow(List<NodeProcess> all, List<NodeProcess> watchers)
      throws InterruptedException {
    while (anyLeft(all)) {
      for (NodeProcess watcher : watchers) {
        if (watcher.isAlive()) {
          listen(all, watcher);
          break;
        }
      }
      Thread.sleep(POLL_MS);
    }
    say("no process is left");
  }

  private void listen(List<NodeProcess> all, NodeProcess watcher) {
    try (NodeClient client = new NodeClient(watcher.port(), LISTEN_MS)) {
      client.ask("PSUBSCRIBE", "*");
      while (anyLeft(all)) {
        try {
          String[] parts = client.next().split("\n", 4);
          if (parts.length == 4) {
            say(parts[2] + " " + parts[3]);
          }
        } catch (SocketTimeoutException quiet) {
          // Nothing has happened.
        }
      }
    } catch (IOException gone) {
      // Another one knows.
    }
  }

  private boolean anyLeft(List<NodeProcess> all) {
    boolean any = false;
    for (NodeProcess process : all) {
      boolean now = process.isAlive();
      any |= now;
      Boolean before = alive.put(process.port(), now);
      if (before != null && before && !now) {
        say("process " + process.port() + " has ended");
      }
    }
    return any;
  }

  private void say(String text) {
    out.println(CLOCK.format(LocalTime.now(ZoneId.systemDefault())) + "  " + text);
  }

  private void stopAll(List<NodeProcess> all) {
    out.println();
    out.println("Stopping " + all.size() + " processes ...");
    all.forEach(NodeProcess::stop);
    try {
      for (NodeProcess process : all) {
        process.await();
      }
      out.println("Stopped.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

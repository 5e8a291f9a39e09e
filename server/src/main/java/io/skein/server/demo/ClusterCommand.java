package io.skein.server.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Starts the nodes of a cluster, forms it, and follows what happens to it until Ctrl-C.
@Command(
    name = "skein cluster",
    description = "Runs a whole cluster on this machine, each node a process of its own.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ClusterCommand implements Callable<Integer> {
  private static final int BUS_OFFSET = 10_000;
  private static final int MOST_NODES = 200;

  @Option(names = "--primaries", description = "Number of primaries (default: ${DEFAULT-VALUE}).")
  int primaries = 3;

  @Option(
      names = "--replicas",
      description = "Replicas of each primary (default: ${DEFAULT-VALUE}).")
  int replicas = 1;

  @Option(
      names = "--port",
      description = "Port of the first node; the others follow (default: ${DEFAULT-VALUE}).")
  int firstPort = 7000;

  @Option(
      names = "--dir",
      description =
          "Directory with one data directory for each node, kept between runs (default:"
              + " ${DEFAULT-VALUE}).")
  Path directory = Path.of("skein-cluster");

  @Option(
      names = "--sentinel",
      description =
          "No cluster, but one primary with replicas, and Sentinels that watch it; --sentinel"
              + " --help lists the options.")
  boolean sentinel;

  @Parameters(
      paramLabel = "--NAME VALUE",
      description = "Lines of configuration for every node, behind --: -- --maxmemory 100mb")
  List<String> settings = List.of();

  private final PrintStream out = System.out;

  /// Runs the command and returns the exit status.
  public static int run(List<String> arguments) {
    if (arguments.contains("--sentinel")) {
      return SentinelDemo.run(arguments);
    }
    return new CommandLine(new ClusterCommand())
        .setUnmatchedOptionsArePositionalParams(false)
        .execute(arguments.toArray(new String[0]));
  }

  @Override
  public Integer call() throws Exception {
    String refusal = refusal();
    if (refusal != null) {
      return fail(refusal);
    }
    Files.createDirectories(directory);
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("lock").toFile(), "rw")) {
      FileLock lock = lock(file);
      if (lock == null) {
        return fail("the directory " + directory + " is in use by another ./skein cluster");
      }
      for (int i = 0; i < primaries * (replicas + 1); i++) {
        for (int port : new int[] {firstPort + i, firstPort + i + BUS_OFFSET}) {
          if (isTaken(port)) {
            return fail("port " + port + " is taken: choose others with --port");
          }
        }
      }
      return serve();
    }
  }

  private @Nullable String refusal() {
    if (primaries < 1 || replicas < 0 || primaries * (replicas + 1) > MOST_NODES) {
      return "there must be at least one primary, and no more than " + MOST_NODES + " nodes";
    }
    int last = firstPort + primaries * (replicas + 1) - 1;
    if (firstPort < 1 || last + BUS_OFFSET > 65_535) {
      return "ports "
          + firstPort
          + " to "
          + last
          + " and "
          + BUS_OFFSET
          + " above them must lie between 1 and 65535";
    }
    if (System.getProperty("skein.launcher") == null) {
      return "start it as ./skein cluster";
    }
    return null;
  }

  static @Nullable FileLock lock(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  static boolean isTaken(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private int fail(String reason) {
    System.err.println("skein cluster: " + reason);
    return 1;
  }

  private int serve() throws InterruptedException {
    List<NodeProcess> nodes = new ArrayList<>();
    String launcher = System.getProperty("skein.launcher", "");
    for (int i = 0; i < primaries * (replicas + 1); i++) {
      int port = firstPort + i;
      Path home = directory.toAbsolutePath().resolve(Integer.toString(port));
      nodes.add(NodeProcess.ofCluster(launcher, port, home, settings));
    }
    Thread stop = new Thread(() -> stopAll(nodes), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    Forming forming = new Forming(nodes, primaries, out);
    try {
      boolean known = nodes.getFirst().wasInCluster();
      forming.startAll();
      if (known) {
        forming.awaitHealthy();
      } else {
        forming.form();
      }
    } catch (IOException e) {
      return fail(e.getMessage() == null ? e.toString() : e.getMessage());
    }
    describe();
    new EventFollower(nodes, out).follow();
    return 0;
  }

  private void describe() {
    out.println();
    out.println("Connect:   redis-cli -c -p " + firstPort);
    out.println("Look:      redis-cli -p " + firstPort + " cluster nodes");
    out.println("Try:       kill -9 the process of a primary, and watch here");
    out.println("Data:      " + directory.toAbsolutePath() + " (kept; node.log in each directory)");
    out.println("Stop:      Ctrl-C");
    out.println();
  }

  private void stopAll(List<NodeProcess> nodes) {
    out.println();
    out.println("Stopping " + nodes.size() + " nodes ...");
    nodes.forEach(NodeProcess::stop);
    try {
      for (NodeProcess node : nodes) {
        node.await();
      }
      out.println("Stopped.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

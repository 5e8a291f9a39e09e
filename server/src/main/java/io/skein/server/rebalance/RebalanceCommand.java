package io.skein.server.rebalance;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Plans which slots have to move, has their owners migrate them, and shows how that goes.
@Command(
    name = "skein cluster rebalance",
    description = "Spreads the slots of a running cluster over its primaries.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeOnInvalidInput = 2)
public final class RebalanceCommand implements Callable<Integer> {
  private static final Pattern WEIGHT = Pattern.compile("([0-9a-fA-F]+)=([0-9]+(?:\\.[0-9]+)?)");

  /// Something is not as it must be; the message says what.
  private static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit(String text) {
      super(text);
    }
  }

  @Parameters(paramLabel = "HOST:PORT", description = "Any node of the cluster.")
  String address = "";

  @Option(
      names = "--weight",
      paramLabel = "NODE=W",
      description =
          "The share of a primary, named by the beginning of its id, in proportion to the others,"
              + " which have 1; 0 takes all its slots away. Can be repeated.")
  List<String> weights = List.of();

  @Option(
      names = "--use-empty-primaries",
      description = "Gives slots to primaries that have none, too.")
  boolean useEmpty;

  @Option(
      names = "--threshold",
      paramLabel = "PERCENT",
      description =
          "Moves nothing unless a primary is off its share by more (default: ${DEFAULT-VALUE}).")
  double threshold = 2;

  @Option(names = "--dry-run", description = "Says what would be moved, and moves nothing.")
  boolean dryRun;

  @Option(names = "--user", paramLabel = "NAME", description = "Who to log in as.")
  String user = "";

  @Option(
      names = "--pass",
      paramLabel = "PASSWORD",
      description = "The password; the environment's REDISCLI_AUTH otherwise.")
  String password = System.getenv().getOrDefault("REDISCLI_AUTH", "");

  private final PrintStream out;
  private final PrintStream err;

  RebalanceCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// Runs the command and returns the exit status: 0 when the slots are spread, 1 when that could
  /// not be done, 2 when it was not understood.
  public static int run(List<String> arguments) {
    return new CommandLine(new RebalanceCommand(System.out, System.err))
        .execute(arguments.toArray(new String[0]));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      return rebalance();
    } catch (IOException | IllegalArgumentException | Unfit e) {
      err.println("skein cluster rebalance: " + e.getMessage());
      return 1;
    }
  }

  private List<String> login() {
    if (password.isEmpty()) {
      return List.of();
    }
    return user.isEmpty() ? List.of(password) : List.of(user, password);
  }

  private int rebalance() throws IOException, Unfit, InterruptedException {
    List<Primary> all = primaries();
    check(all);
    Map<String, Double> shares = weights(all);
    List<Primary> taking = new ArrayList<>();
    for (Primary node : all) {
      if (useEmpty || !node.slots().isEmpty()) {
        taking.add(node);
      }
    }
    if (taking.stream().allMatch(node -> shares.getOrDefault(node.id(), 1.0) == 0)) {
      throw new Unfit("no primary is to have any slots");
    }
    Plan plan = Plan.of(taking, shares, threshold);
    for (Primary node : taking) {
      out.println(
          node.name()
              + ": "
              + node.slots().cardinality()
              + " slots, "
              + plan.wanted().get(node.id())
              + " wanted");
    }
    if (plan.moves().isEmpty()) {
      out.println("Nothing to move: all primaries are within " + threshold + "% of their shares");
      return 0;
    }
    for (Plan.Move move : plan.moves()) {
      out.println(
          (dryRun ? "Would move " : "Moving ")
              + move.slots().cardinality()
              + " slots from "
              + move.from().name()
              + " to "
              + move.to().name());
    }
    if (dryRun) {
      return 0;
    }
    try (Movers movers = new Movers(plan, login(), out)) {
      movers.begin();
      return movers.follow() ? 0 : 1;
    }
  }

  /// The primaries as the node at [#address] sees them.
  private List<Primary> primaries() throws IOException, Unfit {
    int colon = address.lastIndexOf(':');
    int port;
    try {
      port = Integer.parseInt(address.substring(colon + 1));
    } catch (NumberFormatException e) {
      port = -1;
    }
    if (colon < 1 || port < 1 || port > 65_535) {
      throw new Unfit("not HOST:PORT: " + address);
    }
    String host = address.substring(0, colon);
    try (RespConversation node = new RespConversation(host, port, login())) {
      String info = node.text("CLUSTER", "INFO");
      if (!info.contains("cluster_state:ok")) {
        throw new Unfit("the cluster is not well: repair it first\n" + info);
      }
      return NodesText.primaries(node.text("CLUSTER", "NODES"), host);
    }
  }

  /// Every slot has one owner, and all primaries say the same.
  private void check(List<Primary> all) throws IOException, Unfit {
    BitSet covered = new BitSet();
    for (Primary node : all) {
      covered.or(node.slots());
    }
    int missing = covered.nextClearBit(0);
    if (missing < 16384) {
      throw new Unfit("nobody serves slot " + missing);
    }
    for (Primary node : all) {
      try (RespConversation to = new RespConversation(node.host(), node.port(), login())) {
        List<Primary> seen = NodesText.primaries(to.text("CLUSTER", "NODES"), node.host());
        for (Primary other : seen) {
          if (other.hasOpenSlots()) {
            throw new Unfit("slots are being moved by hand at " + node.name());
          }
          Primary here = find(all, other.id());
          if (here == null || !here.slots().equals(other.slots())) {
            throw new Unfit(
                "the nodes do not agree yet about who serves what: "
                    + node.name()
                    + " sees "
                    + other.name()
                    + " otherwise");
          }
        }
      }
    }
  }

  private static @Nullable Primary find(List<Primary> all, String id) {
    for (Primary node : all) {
      if (node.id().equals(id)) {
        return node;
      }
    }
    return null;
  }

  private Map<String, Double> weights(List<Primary> all) throws Unfit {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (String text : weights) {
      Matcher parts = WEIGHT.matcher(text);
      if (!parts.matches()) {
        throw new Unfit("not NODE=WEIGHT: " + text);
      }
      List<Primary> meant = new ArrayList<>();
      for (Primary node : all) {
        if (node.id().startsWith(parts.group(1))) {
          meant.add(node);
        }
      }
      if (meant.size() != 1) {
        throw new Unfit(
            (meant.isEmpty()
                    ? "no primary's id begins with "
                    : "several primaries' ids begin with ")
                + parts.group(1));
      }
      shares.put(meant.getFirst().id(), Double.parseDouble(parts.group(2)));
    }
    return shares;
  }
}

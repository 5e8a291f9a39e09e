package io.skein.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.skein.engine.node.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What is declared about the commands on strings, keys and transactions is what Redis 7.2 shows.
class StringAndKeyDeclarationsTest {
  /// Name, arity and version | flags | categories | keys: flags@first,last,step | tips.
  private static final String REDIS_7_2 =
      """
      set -3 1.0.0 | write denyoom | write string slow | RW+access+update+variable_flags@1,0,1
      get 2 1.0.0 | readonly fast | read string fast | RO+access@1,0,1
      getex -2 6.2.0 | write fast | write string fast | RW+access+update@1,0,1
      getdel 2 6.2.0 | write fast | write string fast | RW+access+delete@1,0,1
      getset 3 1.0.0 | write denyoom fast | write string fast | RW+access+update@1,0,1
      setnx 3 1.0.0 | write denyoom fast | write string fast | OW+insert@1,0,1
      setex 4 2.0.0 | write denyoom | write string slow | OW+update@1,0,1
      psetex 4 2.6.0 | write denyoom | write string slow | OW+update@1,0,1
      mget -2 1.0.0 | readonly fast | read string fast | RO+access@1,-1,1 | request_policy:multi_shard
      mset -3 1.0.1 | write denyoom | write string slow | OW+update@1,-1,2 | request_policy:multi_shard response_policy:all_succeeded
      msetnx -3 1.0.1 | write denyoom | write string slow | OW+insert@1,-1,2
      append 3 2.0.0 | write denyoom fast | write string fast | RW+insert@1,0,1
      strlen 2 2.2.0 | readonly fast | read string fast | RO@1,0,1
      setrange 4 2.2.0 | write denyoom | write string slow | RW+update@1,0,1
      getrange 4 2.4.0 | readonly | read string slow | RO+access@1,0,1
      substr 4 1.0.0 | readonly | read string slow | RO+access@1,0,1
      incr 2 1.0.0 | write denyoom fast | write string fast | RW+access+update@1,0,1
      decr 2 1.0.0 | write denyoom fast | write string fast | RW+access+update@1,0,1
      incrby 3 1.0.0 | write denyoom fast | write string fast | RW+access+update@1,0,1
      decrby 3 1.0.0 | write denyoom fast | write string fast | RW+access+update@1,0,1
      incrbyfloat 3 2.6.0 | write denyoom fast | write string fast | RW+access+update@1,0,1
      lcs -3 7.0.0 | readonly | read string slow | RO+access@1,1,1
      del -2 1.0.0 | write | keyspace write slow | RM+delete@1,-1,1 | request_policy:multi_shard response_policy:agg_sum
      unlink -2 4.0.0 | write fast | keyspace write fast | RM+delete@1,-1,1 | request_policy:multi_shard response_policy:agg_sum
      exists -2 1.0.0 | readonly fast | keyspace read fast | RO@1,-1,1 | request_policy:multi_shard response_policy:agg_sum
      touch -2 3.2.1 | readonly fast | keyspace read fast | RO@1,-1,1 | request_policy:multi_shard response_policy:agg_sum
      type 2 1.0.0 | readonly fast | keyspace read fast | RO@1,0,1
      expire -3 1.0.0 | write fast | keyspace write fast | RW+update@1,0,1
      pexpire -3 2.6.0 | write fast | keyspace write fast | RW+update@1,0,1
      expireat -3 1.2.0 | write fast | keyspace write fast | RW+update@1,0,1
      pexpireat -3 2.6.0 | write fast | keyspace write fast | RW+update@1,0,1
      ttl 2 1.0.0 | readonly fast | keyspace read fast | RO+access@1,0,1 | nondeterministic_output
      pttl 2 2.6.0 | readonly fast | keyspace read fast | RO+access@1,0,1 | nondeterministic_output
      expiretime 2 7.0.0 | readonly fast | keyspace read fast | RO+access@1,0,1
      pexpiretime 2 7.0.0 | readonly fast | keyspace read fast | RO+access@1,0,1
      persist 2 2.2.0 | write fast | keyspace write fast | RW+update@1,0,1
      rename 3 1.0.0 | write | keyspace write slow | RW+access+delete@1,0,1 OW+update@2,0,1
      renamenx 3 1.0.0 | write fast | keyspace write fast | RW+access+delete@1,0,1 OW+insert@2,0,1
      copy -3 6.2.0 | write denyoom | keyspace write slow | RO+access@1,0,1 OW+update@2,0,1
      move 3 1.0.0 | write fast | keyspace write fast | RW+access+update@1,0,1
      randomkey 1 1.0.0 | readonly | keyspace read slow |  | request_policy:all_shards response_policy:special nondeterministic_output
      keys 2 1.0.0 | readonly | keyspace read slow dangerous |  | request_policy:all_shards nondeterministic_output_order
      scan -2 2.8.0 | readonly | keyspace read slow |  | nondeterministic_output request_policy:special response_policy:special
      object -2 2.2.3 |  | slow
      object|encoding 3 2.2.3 | readonly | keyspace read slow | RO@2,0,1 | nondeterministic_output
      object|freq 3 4.0.0 | readonly | keyspace read slow | RO@2,0,1 | nondeterministic_output
      object|help 2 6.2.0 | loading stale | keyspace slow
      object|idletime 3 2.2.3 | readonly | keyspace read slow | RO@2,0,1 | nondeterministic_output
      object|refcount 3 2.2.3 | readonly | keyspace read slow | RO@2,0,1 | nondeterministic_output
      dump 2 2.6.0 | readonly | keyspace read slow | RO+access@1,0,1 | nondeterministic_output
      restore -4 2.6.0 | write denyoom | keyspace write slow dangerous | OW+update@1,0,1
      restore-asking -4 3.0.0 | write denyoom asking | keyspace write slow dangerous | OW+update@1,0,1
      multi 1 1.2.0 | noscript loading stale fast allow_busy | fast transaction
      exec 1 1.2.0 | noscript loading stale skip_slowlog | slow transaction
      discard 1 2.0.0 | noscript loading stale fast allow_busy | fast transaction
      watch -2 2.2.0 | noscript loading stale fast allow_busy | fast transaction | RO@1,-1,1
      unwatch 1 2.2.0 | noscript loading stale fast allow_busy | fast transaction
      """;

  private final CommandTable table = new TestNode().node().commands();

  @Test
  void declaresWhatRedisShows() {
    StringBuilder ours = new StringBuilder();
    for (String line : REDIS_7_2.lines().toList()) {
      String name = line.substring(0, line.indexOf(' '));
      Command command = table.find(name);
      assertNotNull(command, name);
      ours.append(describe(command)).append('\n');
    }
    assertEquals(REDIS_7_2, ours.toString());
  }

  private static String describe(Command command) {
    List<String> flags = new ArrayList<>();
    for (CommandFlag flag : CommandFlag.values()) {
      if (command.has(flag) && flag != CommandFlag.TOUCHES_ARBITRARY_KEYS) {
        flags.add(flag.wireName());
      }
    }
    String categories =
        command.categoryList().stream().map(Category::wireName).collect(Collectors.joining(" "));
    List<String> keys = new ArrayList<>();
    for (KeySpec spec : command.keySpecs()) {
      String range = "@" + spec.index() + "," + spec.last() + "," + spec.step();
      keys.add(String.join("+", KeySpec.flagNames(spec.flags())) + range);
    }
    String whole =
        String.join(
            " | ",
            command.fullName() + " " + command.arity() + " " + command.since(),
            String.join(" ", flags),
            categories,
            String.join(" ", keys),
            String.join(" ", command.tips()));
    return whole.replaceAll("[ |]+$", "");
  }

  @Test
  void documentsEveryCommand() {
    for (String line : REDIS_7_2.lines().toList()) {
      Command command = table.find(line.substring(0, line.indexOf(' ')));
      assertNotNull(command);
      assertFalse(command.summary().isEmpty(), command.fullName());
      assertFalse(command.complexity().isEmpty(), command.fullName());
    }
  }
}

package io.skein.server.interop;

import static io.skein.server.interop.Member.await;
import static io.skein.server.interop.Member.awaitSame;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.server.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every data type is copied and followed between us and a real redis-server, in both directions
/// and in chains, and is the same on all of them in the end.
@Tag("interop")
class SyncInteropTest {
  private static final long SEED = Long.getLong("interop.seed", 1);
  private static final int COMMANDS = 400;

  @TempDir Path directory;

  private final SplittableRandom random = new SplittableRandom(SEED);

  @ParameterizedTest
  @CsvSource({
    "true, yes, disabled", "true, no, swapdb", "true, yes, on-empty-db",
    "false, yes, disabled", "false, no, swapdb", "false, yes, on-empty-db"
  })
  void everyTypeIsCopiedAndFollowed(boolean fromRedis, String diskless, String load)
      throws Exception {
    try (Member primary = Member.of(fromRedis, directory, "primary");
        Member replica = Member.of(!fromRedis, directory, "replica");
        RespClient writer = primary.connect()) {
      primary.call("CONFIG", "SET", "repl-diskless-sync", diskless);
      replica.call("CONFIG", "SET", "repl-diskless-load", load);
      write(writer);
      replica.follow(primary);
      write(writer);
      await("the replica follows", replica::isUp);
      write(writer);
      awaitSame(primary, replica);
      for (int i = 0; i < 3; i++) {
        long partial = primary.number("stats", "sync_partial_ok");
        (i == 1 ? primary : replica).call("CLIENT", "KILL", "TYPE", i == 1 ? "replica" : "master");
        write(writer);
        await("it goes on", () -> primary.number("stats", "sync_partial_ok") > partial);
        awaitSame(primary, replica);
      }
      assertEquals(1, primary.number("stats", "sync_full"));
    }
  }

  @Test
  void aChainFromRedisThroughUsToRedis() throws Exception {
    chain(true, false, true);
  }

  @Test
  void aChainFromUsThroughRedisToUs() throws Exception {
    chain(false, true, false);
  }

  @Test
  void aChainOfOursThreeDeep() throws Exception {
    chain(false, false, false, false);
  }

  /// Builds a chain, breaks each link of it, and has the third member follow the first in the end.
  private void chain(boolean... isRedis) throws Exception {
    List<Member> members = new ArrayList<>();
    try {
      for (int i = 0; i < isRedis.length; i++) {
        Member member = Member.of(isRedis[i], directory, "member-" + i);
        members.add(member);
        if (i > 0) {
          member.follow(members.get(i - 1));
          await("member " + i + " follows", member::isUp);
        }
      }
      Member head = members.getFirst();
      Member[] others = members.subList(1, members.size()).toArray(new Member[0]);
      try (RespClient writer = head.connect()) {
        write(writer);
        awaitSame(head, others);
        for (Member member : others) {
          member.call("CLIENT", "KILL", "TYPE", "master");
          write(writer);
        }
        awaitSame(head, others);
        long full = head.number("stats", "sync_full");
        others[1].follow(head);
        write(writer);
        await("the third follows the first", others[1]::isUp);
        awaitSame(head, others);
        assertEquals(full, head.number("stats", "sync_full"), "no full sync");
        assertEquals(1, full);
      }
    } finally {
      for (Member member : members.reversed()) {
        member.close();
      }
    }
  }

  private void write(RespClient to) throws IOException {
    RandomWrites.write(to, COMMANDS, random);
  }
}

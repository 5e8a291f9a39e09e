package io.skein.server.interop;

import static io.skein.server.interop.Member.await;
import static io.skein.server.interop.Member.awaitSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Primaries that ask for a password, and replicas behind other addresses than they come from.
@Tag("interop")
class AccessInteropTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPrimaryWithAPasswordIsFollowedByWhoKnowsIt(boolean fromRedis) throws Exception {
    try (Member primary = Member.of(fromRedis, directory, "primary");
        Member replica = Member.of(!fromRedis, directory, "replica")) {
      primary.call("SET", "a", "1");
      primary.call("CONFIG", "SET", "requirepass", "secret");
      primary.call("AUTH", "secret");
      replica.call("CONFIG", "SET", "masterauth", "wrong");
      replica.follow(primary);
      await("it is refused", () -> primary.info("errorstats", "errorstat_WRONGPASS").length() > 0);
      assertTrue(!replica.isUp());
      replica.call("CONFIG", "SET", "masterauth", "secret");
      await("it follows", replica::isUp);
      awaitSame(primary, replica);
    }
  }

  /// A replica of either kind, and a primary of either kind that lets it in as a user who may do
  /// nothing else.
  @ParameterizedTest
  @CsvSource({"true,false", "false,true", "false,false"})
  void aReplicaPresentsItselfAsTheUserThatIsConfigured(boolean fromRedis, boolean toRedis)
      throws Exception {
    try (Member primary = Member.of(fromRedis, directory, "primary");
        Member replica = Member.of(toRedis, directory, "replica")) {
      primary.call("ACL", "SETUSER", "copier", "on", ">secret", "+psync", "+replconf", "+ping");
      primary.call("CONFIG", "SET", "requirepass", "other");
      primary.call("AUTH", "other");
      replica.call("CONFIG", "SET", "masterauth", "secret");
      replica.follow(primary);
      await("it is refused", () -> primary.info("errorstats", "errorstat_WRONGPASS").length() > 0);
      replica.call("CONFIG", "SET", "masteruser", "copier");
      await("it follows", replica::isUp);
      primary.call("SET", "a", "1");
      awaitSame(primary, replica);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReplicaIsListedUnderTheAddressThatItAnnounces(boolean fromRedis) throws Exception {
    try (Member primary = Member.of(fromRedis, directory, "primary");
        Member replica = Member.of(!fromRedis, directory, "replica")) {
      replica.call("CONFIG", "SET", "replica-announce-ip", "10.9.8.7");
      replica.call("CONFIG", "SET", "replica-announce-port", "1234");
      replica.follow(primary);
      await(
          "it is listed",
          () ->
              primary
                  .info("replication", "slave0")
                  .startsWith("ip=10.9.8.7,port=1234,state=online,"));
      assertTrue(primary.call("ROLE").contains("[10.9.8.7, 1234, "), primary.call("ROLE"));
      primary.call("SET", "a", "1");
      awaitSame(primary, replica);
    }
  }
}

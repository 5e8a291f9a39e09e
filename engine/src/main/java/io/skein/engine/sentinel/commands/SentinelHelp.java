package io.skein.engine.sentinel.commands;

import io.skein.engine.command.Call;
import io.skein.engine.command.Help;

/// What SENTINEL HELP says.
final class SentinelHelp {
  private static final String[] LINES = {
    "CKQUORUM <master-name>",
    "    Tell whether the quorum and the majority that a failover needs are within reach.",
    "CONFIG GET <param> [<param> ...]",
    "    Show options of this Sentinel; patterns will do.",
    "CONFIG SET <param> <value> [<param> <value> ...]",
    "    Set options of this Sentinel.",
    "DEBUG [<param> <value> ...]",
    "    Show periods and waiting times in milliseconds, or set some.",
    "FAILOVER <master-name> [COORDINATED]",
    "    Put a replica in the master's place without asking other Sentinels. A healthy",
    "    master is asked to hand over, so that no write is lost; with COORDINATED only then.",
    "FLUSHCONFIG",
    "    Write the configuration file anew, state included.",
    "FORGET <master-name> REPLICA <host> <port>",
    "    Forget one replica; if it is alive it is found again.",
    "FORGET <master-name> SENTINEL <id>",
    "    Forget one other Sentinel; if it is alive it says hello again.",
    "GET-MASTER-ADDR-BY-NAME <master-name>",
    "    Tell the address of the master.",
    "INFO-CACHE <master-name> [<master-name> ...]",
    "    Show what masters and their replicas last said in INFO.",
    "IS-MASTER-DOWN-BY-ADDR <ip> <port> <current-epoch> <runid>",
    "    Tell whether the master there is down for this Sentinel, and vote for one.",
    "MASTER <master-name>",
    "    Show the state of a master.",
    "MASTERS",
    "    Show the state of all masters.",
    "MONITOR <name> <ip> <port> <quorum>",
    "    Watch another master.",
    "MYID",
    "    Tell the id of this Sentinel.",
    "PENDING-SCRIPTS",
    "    List the scripts that run or wait.",
    "REMOVE <master-name>",
    "    Watch a master no more.",
    "REPLICAS <master-name>",
    "    Show the replicas of a master.",
    "RESET <pattern>",
    "    Forget all replicas and Sentinels of the masters with such names.",
    "SENTINELS <master-name>",
    "    Show the other Sentinels of a master.",
    "SET <master-name> <option> <value> [<option> <value> ...]",
    "    Set options of a master.",
    "SIMULATE-FAILURE [CRASH-AFTER-ELECTION] [CRASH-AFTER-PROMOTION] [HELP]",
    "    Have this Sentinel crash in the midst of its next failover.",
    "WHY <master-name>",
    "    Explain how this Sentinel sees a master, and what it has decided."
  };

  private SentinelHelp() {}

  static void reply(Call call) {
    Help.reply(call, LINES);
  }
}

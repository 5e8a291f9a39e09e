#!/usr/bin/env python3
"""Moves a live Redis Cluster to other nodes, without downtime: see docs/migrate-from-redis.md.

  tools/migrate-cluster.py check  --from 10.0.0.1:6379 --to 10.0.1.1:6379 10.0.1.2:6379 10.0.1.3:6379
  tools/migrate-cluster.py join   --from ... --to ...     the new nodes become replicas, and take in the data
  tools/migrate-cluster.py switch --from ... --to ...     shard by shard, a new node takes its primary's place
  tools/migrate-cluster.py back   --from ... --to ...     the other way round, as long as the old nodes are there
  tools/migrate-cluster.py leave  --from ... --to ...     the old nodes are forgotten, and reset (or shut down: --shutdown)
  tools/migrate-cluster.py all    --from ... --to ...     join, switch and leave

`--from` is any one node of the cluster; `--to` names all new nodes, started with `cluster-enabled yes` and empty: as many as there are
primaries, or a multiple of that, the first of each shard to be its primary. Each step can be repeated: what is done already is
found so. Nothing is changed before everything was checked. Needs Python 3.8 and nothing else.
"""

import argparse
import socket
import sys
import time

SLOTS = 16384


class ReplyError(Exception):
    """The server has answered with an error."""


class Node:
    """A server, over one connection that is opened when it is needed."""

    def __init__(self, host, port, options):
        self.host, self.port, self.options = host, int(port), options
        self.socket = self.file = None

    def __str__(self):
        return "%s:%d" % (self.host, self.port)

    def ask(self, *words):
        try:
            return self.call(*words)
        except OSError:
            # An old connection may have been closed meanwhile: once more on a new one.
            self.close()
            return self.call(*words)

    def call(self, *words):
        if self.socket is None:
            self.socket = socket.create_connection((self.host, self.port), 10)
            self.file = self.socket.makefile("rb")
            if self.options.password:
                user = [self.options.user] if self.options.user else []
                self.call("AUTH", *user, self.options.password)
        data = [str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(data) + b"".join(b"$%d\r\n%s\r\n" % (len(d), d) for d in data))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("%s has closed the connection" % self)
        kind, rest = line[:1], line[1:-2].decode("utf-8", "replace")
        if kind == b"+":
            return rest
        if kind == b"-":
            raise ReplyError("%s: %s" % (self, rest))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == "-1" else self.file.read(int(rest) + 2)[:-2].decode("utf-8", "replace")
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        raise ConnectionError("%s does not speak RESP" % self)

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = self.file = None

    def id(self):
        return self.ask("CLUSTER", "MYID")

    def info(self, section):
        return dict(line.split(":", 1) for line in self.ask("INFO", section).splitlines() if ":" in line)

    def is_in_sync(self):
        """Whether it is a replica that has all but the last second of its primary's writes."""
        info = self.info("replication")
        return (
            info["role"] == "slave" and info["master_link_status"] == "up" and info.get("master_sync_in_progress") == "0"
            and int(info["master_last_io_seconds_ago"]) <= 10)


class Member:
    """A line of CLUSTER NODES."""

    def __init__(self, line):
        words = line.split()
        address = words[1].split(",")[0]
        self.id, self.flags, self.primary, self.link = words[0], words[2].split(","), words[3], words[7]
        host, self.port = address.split("@")[0].rsplit(":", 1)
        self.host = host.strip("[]")
        self.slots = [word for word in words[8:] if not word.startswith("[")]
        self.open = [word for word in words[8:] if word.startswith("[")]

    def is_primary(self):
        return "master" in self.flags

    def is_well(self):
        return not {"fail", "fail?", "handshake", "noaddr"} & set(self.flags) and ("myself" in self.flags or self.link == "connected")


def fail(text):
    sys.exit("migrate-cluster: " + text)


def say(text):
    print("%s %s" % (time.strftime("%H:%M:%S"), text), flush=True)


def wait_for(what, seconds, condition, detail=lambda: ""):
    deadline = time.monotonic() + seconds
    why = ""
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except (OSError, ReplyError) as error:
            why = " (%s)" % error
        time.sleep(0.1)
    fail("waited in vain for %d s until %s%s%s" % (seconds, what, why, detail()))


class Migration:
    def __init__(self, options):
        self.options = options
        self.seed = self.node(options.source)
        self.new = [self.node(address) for address in options.to]
        self.new_ids = [node.id() for node in self.new]
        self.nodes = {}

    def node(self, address):
        host, port = address.rsplit(":", 1)
        return Node(host.strip("[]"), port, self.options)

    def view(self, of=None):
        return [Member(line) for line in (of or self.seed).ask("CLUSTER", "NODES").splitlines() if line.strip()]

    def at(self, member):
        """The connection to a member."""
        if member.id in self.new_ids:
            return self.new[self.new_ids.index(member.id)]
        if member.id not in self.nodes:
            self.nodes[member.id] = Node(member.host or self.seed.host, member.port, self.options)
        return self.nodes[member.id]

    def shards(self, members=None):
        """The primaries with slots, in the order of their slots."""
        primaries = [m for m in members or self.view() if m.is_primary() and m.slots]
        return sorted(primaries, key=lambda m: int(m.slots[0].split("-")[0]))

    def others(self):
        return [m for m in self.view() if m.id not in self.new_ids]

    def check(self):
        members = self.view()
        for member in members:
            if not member.is_well():
                fail("node %s:%s is not well (%s, %s): repair the cluster first" % (member.host, member.port, ",".join(member.flags), member.link))
            if self.view(self.at(member))[0] and self.at(member).ask("CLUSTER", "INFO").find("cluster_state:ok") < 0:
                fail("node %s:%s says that the cluster is down" % (member.host, member.port))
            if any(m.open for m in self.view(self.at(member))):
                fail("slots are being moved: finish that first (redis-cli --cluster fix)")
            version = self.at(member).info("server")["redis_version"]
            if int(version.split(".")[0]) < 7:
                fail("node %s:%s runs version %s; the bus of 7.0 or later is needed" % (member.host, member.port, version))
        covered = sum(int(s.split("-")[-1]) - int(s.split("-")[0]) + 1 for m in members for s in m.slots)
        if covered != SLOTS:
            fail("%d of %d slots are served: repair the cluster first" % (covered, SLOTS))
        shards = self.shards(members)
        if len(self.new) % len(shards) or not self.new:
            fail("there are %d shards: give as many new nodes, or a multiple of that, not %d" % (len(shards), len(self.new)))
        known = {m.id for m in members}
        for node, node_id in zip(self.new, self.new_ids):
            if node.info("server").get("redis_mode") != "cluster":
                fail("%s is not started with cluster-enabled yes" % node)
            if node_id not in known and (len(self.view(node)) > 1 or node.ask("DBSIZE")):
                fail("%s is not empty, or knows other nodes: CLUSTER RESET and FLUSHALL it first" % node)
        timeouts = {str(n): n.ask("CONFIG", "GET", "cluster-node-timeout")[1] for n in [self.at(m) for m in members] + self.new}
        if len(set(timeouts.values())) > 1:
            fail("the nodes have different cluster-node-timeouts: %s" % timeouts)
        say("%d shards, %d nodes, all well; %d new nodes" % (len(shards), len(members), len(self.new)))
        return shards

    def join(self):
        shards = self.check()
        # Before they meet: in a handshake a node has an id for the while.
        everybody = {m.id for m in self.view()} | set(self.new_ids)
        home = self.seed.ask("CONFIG", "GET", "cluster-announce-ip")[1] or self.seed.host
        for node in self.new:
            if len(self.view(node)) == 1:
                say("%s meets the cluster" % node)
                node.ask("CLUSTER", "MEET", socket.gethostbyname(home), self.seed.port)
        for node in [self.at(m) for m in self.others()] + self.new:
            wait_for(
                "%s knows all nodes" % node, 60,
                lambda: {m.id for m in self.view(node) if m.is_well()} >= everybody,
                lambda: "; it knows\n" + node.ask("CLUSTER", "NODES"))
        plan = {node_id: shards[i % len(shards)] for i, node_id in enumerate(self.new_ids)}
        members = {m.id: m for m in self.view()}
        for node, node_id in zip(self.new, self.new_ids):
            target = plan[node_id]
            if members[node_id].slots or members[node_id].primary == target.id:
                continue
            if any(m.primary == target.id and m.id == node_id for m in members.values()):
                continue
            if target.id in self.new_ids:
                # That shard was switched before: its first new node is the primary.
                target = members[target.id]
            say("%s replicates %s:%s" % (node, target.host, target.port))
            node.ask("CLUSTER", "REPLICATE", target.id)
        for node in self.new:
            if node.info("replication")["role"] == "slave":
                wait_for("%s is in sync" % node, self.options.sync_timeout, node.is_in_sync)
        say("all new nodes are in sync")

    def switch(self, to_new=True):
        wanted = set(self.new_ids)
        for shard in self.shards():
            if (shard.id in wanted) == to_new:
                continue
            heirs = self.heirs(shard, to_new)
            # The node that is asked may not know yet who follows whom since the last failover.
            deadline = time.monotonic() + 15
            while not heirs and time.monotonic() < deadline:
                time.sleep(0.1)
                heirs = self.heirs(shard, to_new)
            if not heirs:
                fail("%s:%s has no %s replica; run join first" % (shard.host, shard.port, "new" if to_new else "old"))
            heirs.sort(key=lambda m: self.new_ids.index(m.id) if to_new else m.id)
            self.take_over(self.at(heirs[0]), heirs[0], shard)

    def heirs(self, shard, to_new):
        wanted = set(self.new_ids)
        return [m for m in self.view() if m.primary == shard.id and (m.id in wanted) == to_new and m.is_well()]

    def take_over(self, node, heir, shard):
        wait_for("%s is in sync" % node, self.options.sync_timeout, node.is_in_sync)
        began = time.monotonic()
        for attempt in range(3):
            node.ask("CLUSTER", "FAILOVER")
            try:
                end = time.monotonic() + 10
                while time.monotonic() < end and node.info("replication")["role"] != "master":
                    time.sleep(0.02)
            except OSError:
                pass
            if node.info("replication")["role"] == "master":
                break
            say("%s did not take over; trying again" % node)
        else:
            fail("%s did not take over from %s:%s: see its log" % (node, shard.host, shard.port))
        for member in self.view(node):
            other = self.at(member)
            wait_for(
                "%s knows that %s is a primary" % (other, node), 60,
                lambda: any(m.id == heir.id and m.is_primary() and m.slots for m in self.view(other)))
        say("%s has taken over from %s:%s (%.1f s until all knew)" % (node, shard.host, shard.port, time.monotonic() - began))
        old = self.at(shard)
        wait_for("%s follows %s" % (old, node), self.options.sync_timeout, old.is_in_sync)

    def leave(self):
        members = self.view()
        if any(m.slots and m.id not in self.new_ids for m in members):
            fail("old nodes still serve slots: run switch first")
        old = [m for m in members if m.id not in self.new_ids]
        for member in old:
            self.at(member).ask("PING")
        self.seed = self.new[0]
        for member in old:
            say("%s:%s leaves" % (member.host, member.port))
            for other in [m for m in self.view() if m.id != member.id]:
                try:
                    self.at(other).ask("CLUSTER", "FORGET", member.id)
                except ReplyError as error:
                    if "Unknown node" not in str(error):
                        raise
            if self.options.shutdown:
                try:
                    self.at(member).call("SHUTDOWN", "NOSAVE")
                except (OSError, ConnectionError):
                    pass
            else:
                self.at(member).ask("CLUSTER", "RESET")
        for node in self.new:
            wait_for(
                "%s knows the new nodes only" % node, 60,
                lambda: {m.id for m in self.view(node)} == set(self.new_ids) and "cluster_state:ok" in node.ask("CLUSTER", "INFO"))
        say("the cluster consists of the %d new nodes" % len(self.new))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["check", "join", "switch", "back", "leave", "all"])
    parser.add_argument("--from", dest="source", required=True, metavar="HOST:PORT")
    parser.add_argument("--to", nargs="+", required=True, metavar="HOST:PORT")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--sync-timeout", type=int, default=3600, help="seconds for a new node to take in the data (3600)")
    parser.add_argument("--shutdown", action="store_true", help="leave: shut the old nodes down rather than reset them")
    options = parser.parse_args()
    migration = Migration(options)
    try:
        if options.step == "check":
            migration.check()
        if options.step in ("join", "all"):
            migration.join()
        if options.step in ("switch", "all"):
            migration.switch()
        if options.step == "back":
            migration.switch(to_new=False)
        if options.step in ("leave", "all"):
            migration.leave()
    except (ReplyError, OSError) as error:
        fail(str(error))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""How long a cluster is without a primary: makes primaries fail in many ways and times the first write that succeeds again.

  benchmarks/failover.py                                      ours beside real Redis, 20 kills at node timeouts 15000, 2000 and 500
  benchmarks/failover.py --rounds 5 --node-timeout 2000       a quick look
  benchmarks/failover.py --fault pause --fault partition      other faults
  benchmarks/failover.py --server "./skein server"            one server alone, whatever its command line

Each run starts six nodes on free ports of the loopback interface (three primaries, a replica each, data in a temporary
directory), and writes all the time: one writer per shard, one command at a time, each key once, remembering what was
acknowledged. A fault hits the primary of one shard; the time that counts ends with the first acknowledged write to the slots it
served. The node is then made well again, and the next fault waits until it is a replica in sync. In the end every
acknowledged write is read back. Needs Python 3.8 and nothing else; the processes it ends are those it started.

  kill       SIGKILL: its host refuses connections
  pause      SIGSTOP, and SIGCONT once it was replaced
  partition  cut off from all others for two node timeouts and five seconds; needs root: each node runs in a network namespace of its own. A
             client on the wrong side goes on writing, and what it was told was written, and is lost, is counted beside the rest
  manual     CLUSTER FAILOVER on its replica: the longest time without an acknowledged write of the shard
  shutdown   SIGTERM: the same
  sleep      DEBUG SLEEP 10: nobody is to be replaced; counts how often somebody was
"""

import argparse
import os
import random
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SLOTS = 16384
PRIMARIES = 3
START_SECONDS = 60
SYNC_SECONDS = 120


class ReplyError(Exception):
    """The server has answered with an error."""


class Client:
    """One connection, RESP2, one command at a time."""

    def __init__(self, port, timeout=5.0, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def call(self, *words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            data = str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        self.socket.sendall(b"".join(parts))
        return self.receive()

    def receive(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("closed")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise ReplyError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            length = int(rest)
            if length < 0:
                return None
            data = self.file.read(length + 2)
            if len(data) < length + 2:
                raise ConnectionError("closed")
            return data[:-2].decode()
        if kind == b"*":
            return [self.receive() for _ in range(int(rest))]
        raise ConnectionError("not a reply: %r" % line)

    def close(self):
        self.file.close()
        self.socket.close()


def slot_of(key):
    """CRC16 of the key, modulo the number of slots; the keys here have no hash tag."""
    crc = 0
    for byte in key.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc % SLOTS


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def free_port(taken):
    """A port below those that the system gives to outgoing connections, so that it is still free after a kill."""
    while True:
        port = random.randrange(11000, 22000)
        if port not in taken and is_free(port) and is_free(port + 10000):
            return port


def wait_for(what, seconds, condition):
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (OSError, ReplyError, ConnectionError):
            pass
        if time.monotonic() > deadline:
            raise SystemExit("waited in vain for %d s until %s" % (seconds, what))
        time.sleep(0.02)


class Wires:
    """A network of namespaces, one for each node, whose cables can be pulled."""

    def __init__(self, nodes):
        self.tag = "fo%d" % (os.getpid() % 10000)
        self.net = "10.%d.%d" % (random.randrange(64, 128), random.randrange(1, 255))
        self.nodes = nodes
        self.run("ip", "link", "add", self.tag, "type", "bridge")
        self.run("ip", "addr", "add", self.net + ".254/24", "dev", self.tag)
        self.run("ip", "link", "set", self.tag, "up")
        for i in range(nodes):
            space, near, far = self.space(i), self.near(i), "e%d" % i
            self.run("ip", "netns", "add", space)
            self.run("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", space)
            self.run("ip", "link", "set", near, "master", self.tag, "up")
            self.run("ip", "-n", space, "addr", "add", self.host(i) + "/24", "dev", far)
            self.run("ip", "-n", space, "link", "set", far, "up")
            self.run("ip", "-n", space, "link", "set", "lo", "up")

    @staticmethod
    def run(*words):
        subprocess.run(words, check=True)

    def space(self, i):
        return "%s-%d" % (self.tag, i)

    def near(self, i):
        return "%sn%d" % (self.tag, i)

    def host(self, i):
        return "%s.%d" % (self.net, i + 1)

    def prefix(self, i):
        return ["ip", "netns", "exec", self.space(i)]

    def pull(self, i):
        self.run("ip", "link", "set", self.near(i), "down")

    def plug(self, i):
        self.run("ip", "link", "set", self.near(i), "up")

    def close(self):
        for i in range(self.nodes):
            subprocess.run(["ip", "netns", "del", self.space(i)], check=False)
        subprocess.run(["ip", "link", "del", self.tag], check=False)


class Node:
    """A server process with a directory of its own."""

    def __init__(self, command, port, directory, node_timeout, host="127.0.0.1"):
        self.port = port
        self.host = host
        self.directory = directory
        os.makedirs(directory)
        self.command = command + [
            "--port", str(port), "--bind", host, "--dir", directory, "--save", "", "--protected-mode", "no",
            "--cluster-enabled", "yes", "--cluster-node-timeout", str(node_timeout), "--enable-debug-command", "yes",
            "--repl-diskless-sync-delay", "0", "--logfile", os.path.join(directory, "node.log")]
        self.process = None

    def start(self):
        with open(os.path.join(self.directory, "start.log"), "ab") as out:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=ROOT)

    def await_pong(self):
        wait_for("node %d answers (see %s)" % (self.port, self.directory), START_SECONDS, lambda: self.ask("PING") == "PONG")

    def ask(self, *words):
        client = Client(self.port, 15.0, self.host)
        try:
            return client.call(*words)
        finally:
            client.close()

    def replication(self):
        return dict(line.split(":", 1) for line in self.ask("INFO", "replication").split("\r\n") if ":" in line)

    def is_replica_in_sync(self):
        info = self.replication()
        return info["role"] == "slave" and info["master_link_status"] == "up"

    def cluster_ok(self):
        return "cluster_state:ok" in self.ask("CLUSTER", "INFO")

    def signal(self, number):
        """Returns the moment from which on the process does nothing any more, or knows what to do."""
        moment = time.monotonic()
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            self.process.wait()
        if number == signal.SIGSTOP:
            # It stops when its threads are looked at next.
            time.sleep(0.01)
            moment = time.monotonic()
        return moment

    def kill(self):
        return self.signal(signal.SIGKILL)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()


class Writer(threading.Thread):
    """Writes keys of one shard, each once, and remembers when which was acknowledged."""

    def __init__(self, shard, nodes):
        super().__init__(daemon=True)
        self.shard = shard
        self.nodes = nodes
        self.first = SLOTS * shard // PRIMARIES
        self.last = SLOTS * (shard + 1) // PRIMARIES - 1
        self.acknowledged = []
        self.ending = False

    def keys(self):
        number = 0
        while True:
            key = "key:%d:%d" % (self.shard, number)
            number += 1
            if self.first <= slot_of(key) <= self.last:
                yield key

    def run(self):
        keys = self.keys()
        client = None
        at = self.shard
        while not self.ending:
            key = next(keys)
            while not self.ending:
                try:
                    if client is None:
                        client = Client(self.nodes[at].port, 0.2, self.nodes[at].host)
                    asked = time.monotonic()
                    client.call("SET", key, key)
                    self.acknowledged.append((time.monotonic(), key, asked))
                    break
                except ReplyError as error:
                    words = str(error).split()
                    if words[0] != "MOVED":
                        time.sleep(0.005)
                        continue
                    port = int(words[2].rsplit(":", 1)[1])
                    at = next(i for i, node in enumerate(self.nodes) if node.port == port)
                    client.close()
                    client = None
                except OSError:
                    if client is not None:
                        client.close()
                        client = None
                    at = (at + 1) % len(self.nodes)
                    time.sleep(0.005)
            # Enough to see every moment, and little enough not to be what is measured.
            time.sleep(0.001)
        if client is not None:
            client.close()

    def longest_gap_after(self, moment):
        """The longest time without an acknowledged write since just before `moment`."""
        times = [at for at, _, _ in list(self.acknowledged) if at > moment - 1]
        return max((later - sooner for sooner, later in zip(times, times[1:]) if later > moment), default=0.0)

    def acknowledged_after(self, moment):
        """When the first write that was begun after `moment` was acknowledged, or None."""
        first = None
        for at, _, asked in reversed(self.acknowledged):
            if asked <= moment:
                break
            first = at
        return first


def form(nodes):
    """Three primaries, and a replica of each."""
    for i, node in enumerate(nodes[:PRIMARIES]):
        node.ask("CLUSTER", "ADDSLOTSRANGE", SLOTS * i // PRIMARIES, SLOTS * (i + 1) // PRIMARIES - 1)
        node.ask("CLUSTER", "SET-CONFIG-EPOCH", i + 1)
    for i, node in enumerate(nodes):
        for other in nodes[i + 1:]:
            node.ask("CLUSTER", "MEET", other.host, other.port)
    for i, node in enumerate(nodes[PRIMARIES:]):
        primary = nodes[i].ask("CLUSTER", "MYID")
        wait_for("node %d replicates" % node.port, START_SECONDS, lambda: node.ask("CLUSTER", "REPLICATE", primary) == "OK")
    settle(nodes)


def settle(nodes):
    """Waits until all nodes are well and every replica has what its primary has."""
    for node in nodes:
        wait_for("node %d says that the cluster is well" % node.port, SYNC_SECONDS, node.cluster_ok)
    for node in nodes:
        wait_for(
            "node %d is in sync (see %s)" % (node.port, node.directory), SYNC_SECONDS,
            lambda: node.replication()["role"] == "master" or node.is_replica_in_sync())


def owner(nodes, shard, asked=0):
    """The node that serves the first slot of a shard."""
    first = SLOTS * shard // PRIMARIES
    for entry in nodes[asked].ask("CLUSTER", "SLOTS"):
        if entry[0] <= first <= entry[1]:
            return next(node for node in nodes if node.port == entry[2][1])
    raise SystemExit("nobody serves slot %d" % first)


def lost(nodes, writers):
    """How many acknowledged writes cannot be read back."""
    missing = 0
    for writer in writers:
        home = owner(nodes, writer.shard)
        client = Client(home.port, 30.0, home.host)
        for _, key, _ in writer.acknowledged:
            if client.call("GET", key) != key:
                missing += 1
        client.close()
    return missing


def write_inside(host, port, first, last):
    """Writes to one node until it is told to end, and prints what was acknowledged: a client on one side of a partition."""
    client, number = None, 0
    sys.stdin.close()
    while True:
        key = "inside:%d:%d" % (os.getpid(), number)
        number += 1
        if not first <= slot_of(key) <= last:
            continue
        try:
            client = client or Client(port, 0.2, host)
            if client.call("SET", key, key) == "OK":
                print(key, flush=True)
        except (OSError, ReplyError):
            client = None
        time.sleep(0.001)


class Fault:
    """What is done to a primary, and how it is made well again."""

    def __init__(self, kind, nodes, wires, node_timeout):
        self.kind = kind
        self.nodes = nodes
        self.wires = wires
        self.node_timeout = node_timeout
        self.inside = []
        self.false_alarms = 0

    def is_gap(self):
        return self.kind in ("manual", "shutdown")

    def run(self, victim, writer):
        """Returns how long the shard went without a write, in seconds."""
        heirs = [node for node in self.nodes if node is not victim]
        if self.kind == "kill":
            moment = victim.kill()
            return self.await_write(writer, moment, victim, lambda: self.start_again(victim))
        if self.kind == "pause":
            moment = victim.signal(signal.SIGSTOP)
            return self.await_write(writer, moment, victim, lambda: victim.signal(signal.SIGCONT))
        if self.kind == "partition":
            return self.partition(victim, writer)
        if self.kind == "sleep":
            before = owner(self.nodes, writer.shard, self.nodes.index(heirs[0]))
            victim.ask("DEBUG", "SLEEP", "10")
            time.sleep(1)
            self.false_alarms += owner(self.nodes, writer.shard, self.nodes.index(heirs[0])) is not before
            return 0.0
        moment = time.monotonic()
        if self.kind == "manual":
            mine = victim.ask("CLUSTER", "MYID")
            heir = next(n for n in heirs if mine in n.ask("CLUSTER", "NODES").partition("myself,slave ")[2].split("\n")[0])
            moment = time.monotonic()
            heir.ask("CLUSTER", "FAILOVER")
        else:
            victim.signal(signal.SIGTERM)
        wait_for(
            "another node serves the slots of node %d" % victim.port, 60,
            lambda: owner(self.nodes, writer.shard, self.nodes.index(heirs[0])) is not victim)
        if self.kind == "shutdown":
            victim.process.wait()
            time.sleep(1)
            self.start_again(victim)
        time.sleep(0.5)
        return writer.longest_gap_after(moment)

    def start_again(self, victim):
        victim.start()
        victim.await_pong()

    def await_write(self, writer, moment, victim, make_well):
        wait_for(
            "somebody serves the slots of node %d" % victim.port, 60 + 10 * self.node_timeout // 1000,
            lambda: writer.acknowledged_after(moment + 0.001) is not None)
        took = writer.acknowledged_after(moment + 0.001) - moment
        make_well()
        return took

    def partition(self, victim, writer):
        at = self.nodes.index(victim)
        inside = subprocess.Popen(
            self.wires.prefix(at) + [sys.executable, os.path.abspath(__file__), "--inside", victim.host, str(victim.port),
                                     str(writer.first), str(writer.last)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        acknowledged = []
        reader = threading.Thread(target=lambda: acknowledged.extend(inside.stdout), daemon=True)
        reader.start()
        time.sleep(0.5)
        self.wires.pull(at)
        moment = time.monotonic()
        try:
            took = self.await_write(writer, moment, victim, lambda: None)
            time.sleep(max(0.0, 2 * self.node_timeout / 1000 + 5 - (time.monotonic() - moment)))
        finally:
            self.wires.plug(at)
            inside.kill()
            inside.wait()
        reader.join()
        self.inside += [(writer.shard, line.strip()) for line in acknowledged]
        return took

    def lost_inside(self):
        missing = 0
        for shard in range(PRIMARIES):
            home = owner(self.nodes, shard)
            client = Client(home.port, 30.0, home.host)
            missing += sum(client.call("GET", key) != key for where, key in self.inside if where == shard)
            client.close()
        return missing


def measure(name, command, kind, rounds, node_timeout):
    """Times of `rounds` faults in seconds, acknowledged writes, and how many of those were lost."""
    directory = tempfile.mkdtemp(prefix="failover-")
    nodes, ports = [], set()
    wires = Wires(2 * PRIMARIES) if kind == "partition" else None
    try:
        for i in range(2 * PRIMARIES):
            port = free_port(ports)
            ports.update((port, port + 10000))
            host = wires.host(i) if wires else "127.0.0.1"
            prefix = wires.prefix(i) if wires else []
            nodes.append(Node(prefix + command, port, os.path.join(directory, str(port)), node_timeout, host))
            nodes[-1].start()
        for node in nodes:
            node.await_pong()
        form(nodes)
        writers = [Writer(shard, nodes) for shard in range(PRIMARIES)]
        for writer in writers:
            writer.start()
        times = []
        fault = Fault(kind, nodes, wires, node_timeout)
        for number in range(rounds):
            writer = writers[number % PRIMARIES]
            # Gossip goes on for a while after everybody is well; a kill must not always meet the same moment of it.
            time.sleep(1 + random.random())
            victim = owner(nodes, writer.shard)
            times.append(fault.run(victim, writer))
            print("  %s, node timeout %d, %s %d: %.3f s" % (name, node_timeout, kind, number + 1, times[-1]), file=sys.stderr)
            if kind != "sleep":
                wait_for("node %d is a replica in sync" % victim.port, SYNC_SECONDS, victim.is_replica_in_sync)
            settle(nodes)
        for writer in writers:
            writer.ending = True
        for writer in writers:
            writer.join()
        written = sum(len(writer.acknowledged) for writer in writers)
        missing = lost(nodes, writers)
        inside = "%d of %d" % (fault.lost_inside(), len(fault.inside)) if kind == "partition" else "-"
        shutil.rmtree(directory)
        return times, written, missing, inside, fault.false_alarms
    except BaseException:
        print("the logs are in %s" % directory, file=sys.stderr)
        raise
    finally:
        for node in nodes:
            if node.process is not None and node.process.poll() is None:
                node.signal(signal.SIGCONT)
            node.stop()
        if wires:
            wires.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", "--kills", type=int, default=20, help="per server, fault and node timeout (default 20)")
    parser.add_argument("--fault", action="append", choices=["kill", "pause", "partition", "manual", "shutdown", "sleep"])
    parser.add_argument("--inside", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--node-timeout", type=int, action="append", help="milliseconds; may be given several times")
    parser.add_argument("--server", action="append", help="a command line that takes redis-server's options; may be given several times")
    arguments = parser.parse_args()
    if arguments.inside:
        host, port, first, last = arguments.inside
        write_inside(host, int(port), int(first), int(last))
    timeouts = arguments.node_timeout or [15000, 2000, 500]
    servers = arguments.server or [os.path.join(ROOT, "skein") + " server", "redis-server"]
    rows = []
    for kind in arguments.fault or ["kill"]:
        for timeout in timeouts:
            for server in servers:
                command = shlex.split(server)
                name = os.path.basename(command[0])
                times, written, missing, inside, false = measure(name, command, kind, arguments.rounds, timeout)
                rows.append((kind, timeout, name, statistics.median(times), max(times), len(times), false, written, missing, inside))
    print("| fault | node timeout | server | median | worst | times | false failovers | writes acknowledged | of these lost | lost on the wrong side |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        print("| %s | %d ms | %s | %.3f s | %.3f s | %d | %d | %d | %d | %s |" % row)


if __name__ == "__main__":
    main()

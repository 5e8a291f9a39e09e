#!/usr/bin/env python3
"""How long a cluster is without a primary: kills primaries with SIGKILL and times the first write that succeeds again.

  benchmarks/failover.py                                      ours beside real Redis, 20 kills at node timeouts 15000 and 2000
  benchmarks/failover.py --kills 5 --node-timeout 2000        a quick look
  benchmarks/failover.py --server "./skein server"            one server alone, whatever its command line

Each run starts six nodes on free ports of the loopback interface (three primaries, a replica each, data in a temporary
directory), and writes all the time: one writer per shard, one command at a time, each key once, remembering what was
acknowledged. A kill takes the primary of one shard; the time that counts ends with the first acknowledged write to the slots it
served. The killed node is then started again, and the next kill waits until it is a replica in sync. In the end every
acknowledged write is read back. Needs Python 3.8 and nothing else; the processes it ends are those it started.
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

    def __init__(self, port, timeout=5.0):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
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


class Node:
    """A server process with a directory of its own."""

    def __init__(self, command, port, directory, node_timeout):
        self.port = port
        self.directory = directory
        os.makedirs(directory)
        self.command = command + [
            "--port", str(port), "--bind", "127.0.0.1", "--dir", directory, "--save", "",
            "--cluster-enabled", "yes", "--cluster-node-timeout", str(node_timeout),
            "--repl-diskless-sync-delay", "0", "--logfile", os.path.join(directory, "node.log")]
        self.process = None

    def start(self):
        with open(os.path.join(self.directory, "start.log"), "ab") as out:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=ROOT)

    def await_pong(self):
        wait_for("node %d answers (see %s)" % (self.port, self.directory), START_SECONDS, lambda: self.ask("PING") == "PONG")

    def ask(self, *words):
        client = Client(self.port)
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

    def kill(self):
        """SIGKILL; returns the moment."""
        moment = time.monotonic()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return moment

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
                        client = Client(self.nodes[at].port, 1.0)
                    client.call("SET", key, key)
                    self.acknowledged.append((time.monotonic(), key))
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

    def acknowledged_after(self, moment):
        """When the first write after `moment` was acknowledged, or None."""
        first = None
        for at, _ in reversed(self.acknowledged):
            if at <= moment:
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
            node.ask("CLUSTER", "MEET", "127.0.0.1", other.port)
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


def owner(nodes, shard):
    """The node that serves the first slot of a shard."""
    first = SLOTS * shard // PRIMARIES
    for entry in nodes[0].ask("CLUSTER", "SLOTS"):
        if entry[0] <= first <= entry[1]:
            return next(node for node in nodes if node.port == entry[2][1])
    raise SystemExit("nobody serves slot %d" % first)


def lost(nodes, writers):
    """How many acknowledged writes cannot be read back."""
    missing = 0
    for writer in writers:
        client = Client(owner(nodes, writer.shard).port, 30.0)
        for _, key in writer.acknowledged:
            if client.call("GET", key) != key:
                missing += 1
        client.close()
    return missing


def measure(name, command, kills, node_timeout):
    """Times of `kills` failovers in seconds, acknowledged writes, and how many of those were lost."""
    directory = tempfile.mkdtemp(prefix="failover-")
    nodes, ports = [], set()
    try:
        for i in range(2 * PRIMARIES):
            port = free_port(ports)
            ports.update((port, port + 10000))
            nodes.append(Node(command, port, os.path.join(directory, str(port)), node_timeout))
            nodes[-1].start()
        for node in nodes:
            node.await_pong()
        form(nodes)
        writers = [Writer(shard, nodes) for shard in range(PRIMARIES)]
        for writer in writers:
            writer.start()
        times = []
        for kill in range(kills):
            writer = writers[kill % PRIMARIES]
            # Gossip goes on for a while after everybody is well; a kill must not always meet the same moment of it.
            time.sleep(1 + random.random())
            victim = owner(nodes, writer.shard)
            moment = victim.kill()
            wait_for(
                "somebody serves the slots of node %d" % victim.port, 60 + 10 * node_timeout // 1000,
                lambda: writer.acknowledged_after(moment + 0.001) is not None)
            times.append(writer.acknowledged_after(moment + 0.001) - moment)
            print("  %s, node timeout %d, kill %d: %.2f s" % (name, node_timeout, kill + 1, times[-1]), file=sys.stderr)
            victim.start()
            victim.await_pong()
            wait_for("node %d is a replica in sync" % victim.port, SYNC_SECONDS, victim.is_replica_in_sync)
            settle(nodes)
        for writer in writers:
            writer.ending = True
        for writer in writers:
            writer.join()
        written = sum(len(writer.acknowledged) for writer in writers)
        missing = lost(nodes, writers)
        shutil.rmtree(directory)
        return times, written, missing
    except BaseException:
        print("the logs are in %s" % directory, file=sys.stderr)
        raise
    finally:
        for node in nodes:
            node.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="per server and node timeout (default 20)")
    parser.add_argument("--node-timeout", type=int, action="append", help="milliseconds; may be given several times")
    parser.add_argument("--server", action="append", help="a command line that takes redis-server's options; may be given several times")
    arguments = parser.parse_args()
    timeouts = arguments.node_timeout or [15000, 2000]
    servers = arguments.server or [os.path.join(ROOT, "skein") + " server", "redis-server"]
    rows = []
    for timeout in timeouts:
        for server in servers:
            command = shlex.split(server)
            name = os.path.basename(command[0])
            times, written, missing = measure(name, command, arguments.kills, timeout)
            rows.append((timeout, name, statistics.median(times), max(times), len(times), written, missing))
    print("| node timeout | server | median | worst | kills | writes acknowledged | of these lost |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print("| %d ms | %s | %.2f s | %.2f s | %d | %d | %d |" % row)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""How long it takes to move a range of slots with its keys from one node to another, and what clients feel of it.

  benchmarks/reshard.py                         64 MB: atomic and legacy on ours, legacy on real Redis; idle, then under writes
  benchmarks/reshard.py --mb 1024               the figure of the issue
  benchmarks/reshard.py --way atomic --load writes --writers 8
  benchmarks/reshard.py --server "./skein server"        ours, whatever its command line

Each run starts two nodes on free ports of the loopback interface (data in a temporary directory, no files), of which the first
serves all slots, and fills slots 1024 to 2047 with strings. These are moved to the second: by CLUSTER MIGRATESLOTS (atomic), or by
`redis-cli --cluster reshard` (legacy). Slots 0 to 1023 with a quarter as much went the same way before, unmeasured. Under load, writers set random keys of these slots all the time, one command at a time,
following MOVED and ASK as clients do. In the end every key is counted, and what was acknowledged last is read back. Needs Python 3.8
and redis-cli; the processes it ends are those it started.
"""

import argparse
import mmap
import os
import random
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MOVED_SLOTS = 1024

# What is moved first, unmeasured, is so much less.
WARM_SHARE = 4
VALUE_BYTES = 1000
PIPELINE = 500


def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1 & 0xFFFF
    return crc


class ReplyError(Exception):
    """The server has answered with an error."""


class Client:
    """One connection, RESP2."""

    def __init__(self, port, timeout=60.0):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def send(self, *words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            data = word if isinstance(word, bytes) else str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        self.socket.sendall(b"".join(parts))

    def call(self, *words):
        self.send(*words)
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
            return data[:-2]
        return [self.receive() for _ in range(int(rest))]

    def close(self):
        self.file.close()
        self.socket.close()


def free_port():
    while True:
        port = random.randint(12000, 22000)
        with socket.socket() as probe, socket.socket() as bus:
            try:
                probe.bind(("127.0.0.1", port))
                bus.bind(("127.0.0.1", port + 10000))
                return port
            except OSError:
                continue


class Node:
    """One process."""

    def __init__(self, command, directory):
        self.port = free_port()
        home = os.path.join(directory, str(self.port))
        os.mkdir(home)
        options = ["--port", self.port, "--bind", "127.0.0.1", "--dir", home, "--save", "", "--cluster-enabled", "yes"]
        with open(os.path.join(home, "log"), "wb") as log:
            self.process = subprocess.Popen(
                shlex.split(command) + [str(o) for o in options], stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )

    def client(self):
        deadline = time.time() + 60
        while True:
            try:
                client = Client(self.port)
                client.call("PING")
                return client
            except (OSError, ReplyError):
                if time.time() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def end(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def wait_until(what, condition, seconds=60):
    deadline = time.time() + seconds
    while not condition():
        if time.time() > deadline:
            raise TimeoutError(what)
        time.sleep(0.02)


def form(nodes):
    first, second = (node.client() for node in nodes)
    first.call("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    first.call("CLUSTER", "SET-CONFIG-EPOCH", 1)
    second.call("CLUSTER", "SET-CONFIG-EPOCH", 2)
    first.call("CLUSTER", "MEET", "127.0.0.1", nodes[1].port)
    for client in (first, second):
        wait_until("the nodes meet", lambda c=client: b"cluster_known_nodes:2" in c.call("CLUSTER", "INFO"))
        wait_until("the cluster is well", lambda c=client: b"cluster_state:ok" in c.call("CLUSTER", "INFO"))
    return first, second


def tags(first):
    """A hash tag for each of the slots that are moved together."""
    found = {}
    n = 0
    while len(found) < MOVED_SLOTS:
        tag = b"%d" % n
        slot = crc16(tag) % 16384
        if first <= slot < first + MOVED_SLOTS:
            found.setdefault(slot, tag)
        n += 1
    return [found[slot] for slot in sorted(found)]


def fill(client, names, count):
    value = bytes(random.Random(7).randrange(256) for _ in range(VALUE_BYTES))
    for start in range(0, count, PIPELINE):
        many = range(start, min(start + PIPELINE, count))
        for i in many:
            client.send("SET", key(names, i), value)
        for _ in many:
            client.receive()


def key(names, i):
    return b"{%s}%d" % (names[i % MOVED_SLOTS], i)


class Writer(threading.Thread):
    """Sets random keys, one after the other, as a client that follows redirections."""

    def __init__(self, ports, names, count, number):
        super().__init__()
        self.clients = {port: Client(port) for port in ports}
        self.port = ports[0]
        self.names, self.count = names, count
        self.random = random.Random(number)
        self.number = number
        self.ending = False
        self.times = []
        self.last = {}
        self.asks = self.errors = 0

    def run(self):
        n = 0
        while not self.ending:
            name = key(self.names, self.random.randrange(self.count)) + b":w%d" % self.number
            n += 1
            began = time.perf_counter()
            if self.write(name, b"%d" % n):
                self.last[name] = b"%d" % n
            self.times.append(time.perf_counter() - began)

    def write(self, name, value):
        ask = None
        for _ in range(1000):
            client = self.clients[ask or self.port]
            try:
                if ask:
                    client.call("ASKING")
                client.call("SET", name, value)
                return True
            except ReplyError as e:
                words = str(e).split()
                if words[0] == "MOVED":
                    self.port, ask = int(words[2].rsplit(":")[-1]), None
                elif words[0] == "ASK":
                    self.asks += 1
                    ask = int(words[2].rsplit(":")[-1])
                elif words[0] == "TRYAGAIN":
                    self.asks += 1
                else:
                    self.errors += 1
                    return False
        return False


def touch_memory(mb):
    """Has the machine at hand what the target is going to need.

    A virtual machine may have given free pages back to its host, and getting them anew takes seconds for a gigabyte, whoever asks.
    """
    with mmap.mmap(-1, mb * 1000 * 1000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.madvise(mmap.MADV_HUGEPAGE)
        for at in range(0, len(memory), mmap.PAGESIZE):
            memory[at] = 1


def move_atomic(source, target, first):
    last = first + MOVED_SLOTS - 1
    source.call("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", first, last, "NODE", target.call("CLUSTER", "MYID"))
    while True:
        fields = source.call("CLUSTER", "GETSLOTMIGRATIONS")[0]
        state = fields[fields.index(b"state") + 1]
        if state == b"success":
            return
        if state in (b"failed", b"cancelled"):
            raise RuntimeError(fields[fields.index(b"message") + 1].decode())
        time.sleep(0.01)


def move_legacy(source, target, port):
    """Of the slots of the source those with the lowest numbers."""
    command = ["redis-cli", "--cluster", "reshard", "127.0.0.1:%d" % port]
    command += ["--cluster-from", source.call("CLUSTER", "MYID").decode(), "--cluster-to", target.call("CLUSTER", "MYID").decode()]
    command += ["--cluster-slots", str(MOVED_SLOTS), "--cluster-yes", "--cluster-pipeline", "100"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError(done.stdout.decode()[-500:])


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def run(command, way, loaded, args, warm, names):
    directory = tempfile.mkdtemp(prefix="skein-reshard-")
    nodes = [Node(command, directory) for _ in range(2)]
    writers = []
    try:
        source, target = form(nodes)
        count = args.mb * 1000 * 1000 // VALUE_BYTES

        def move(first):
            if way == "atomic":
                move_atomic(source, target, first)
            else:
                move_legacy(source, target, nodes[0].port)

        fill(source, warm, count // WARM_SHARE)
        move(0)
        wait_until("the source has forgotten the keys", lambda: source.call("DBSIZE") == 0)
        fill(source, names, count)
        touch_memory(2 * args.mb)
        if loaded:
            writers = [Writer([n.port for n in nodes], names, count, i) for i in range(args.writers)]
            for writer in writers:
                writer.start()
            time.sleep(1)
            before = sum(len(w.times) for w in writers)
        marks = [len(w.times) for w in writers]
        began = time.perf_counter()
        move(MOVED_SLOTS)
        took = time.perf_counter() - began
        during = [t for w, mark in zip(writers, marks) for t in w.times[mark:]]
        for writer in writers:
            writer.ending = True
        for writer in writers:
            writer.join()
        check(source, target, count + count // WARM_SHARE, writers)
        text = "%8.2f s %8.1f MB/s" % (took, args.mb / took)
        if loaded:
            quiet = [t for w, mark in zip(writers, marks) for t in w.times[:mark]]
            text += "   %7.0f writes/s (%0.f before), p99 %.2f ms (%.2f), worst %.1f ms, %d ASK or TRYAGAIN, %d errors" % (
                len(during) / took, before, percentile(during, 0.99) * 1000, percentile(quiet, 0.99) * 1000,
                max(during, default=0) * 1000, sum(w.asks for w in writers), sum(w.errors for w in writers),
            )
        return took, text
    finally:
        for writer in writers:
            writer.ending = True
        for node in nodes:
            node.end()
        shutil.rmtree(directory, ignore_errors=True)


def check(source, target, count, writers):
    """All keys are at the target, and nothing that was acknowledged is missing."""
    wait_until("the source has forgotten the keys", lambda: source.call("DBSIZE") == 0)
    wanted = count + sum(len(w.last) for w in writers)
    have = target.call("DBSIZE")
    if have < wanted:
        raise RuntimeError("%d keys, %d wanted" % (have, wanted))
    for writer in writers:
        for name, value in writer.last.items():
            if target.call("GET", name) != value:
                raise RuntimeError("lost: %r" % name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=64, help="megabytes of values to move (default: 64)")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each kind, of which the median counts (default: 1)")
    parser.add_argument("--writers", type=int, default=4, help="writers under load (default: 4)")
    parser.add_argument("--way", choices=["atomic", "legacy", "redis"], action="append")
    parser.add_argument("--load", choices=["idle", "writes"], action="append")
    parser.add_argument("--server", default=os.path.join(ROOT, "skein") + " server", help="our command line")
    parser.add_argument("--redis", default="redis-server", help="real Redis's command line")
    args = parser.parse_args()
    warm, names = tags(0), tags(MOVED_SLOTS)
    medians = {}
    for load in args.load or ["idle", "writes"]:
        for way in args.way or ["atomic", "legacy", "redis"]:
            command = args.redis if way == "redis" else args.server
            times = []
            for _ in range(args.rounds):
                took, text = run(command, "atomic" if way == "atomic" else "legacy", load == "writes", args, warm, names)
                times.append(took)
                print("%-7s %-7s %s" % (load, way, text), flush=True)
            medians[load, way] = statistics.median(times)
        if (load, "redis") in medians and (load, "atomic") in medians:
            print("%-7s atomic is %.1f times as fast as Redis" % (load, medians[load, "redis"] / medians[load, "atomic"]), flush=True)


if __name__ == "__main__":
    main()

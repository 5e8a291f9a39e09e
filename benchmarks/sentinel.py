#!/usr/bin/env python3
"""How long clients of Sentinels are without a primary, and what they lose: failovers of one primary with two replicas and three Sentinels.

  benchmarks/sentinel.py                                   ours beside real Redis: 20 kills, pauses and cuts, 50 planned failovers each
  benchmarks/sentinel.py --kills 3 --pauses 0 --cuts 0 --planned 5
                                                           a quick look
  benchmarks/sentinel.py --only ours --sentinels ours,redis,redis
                                                           servers of ours, a quorum of both kinds; --servers redis likewise
  benchmarks/sentinel.py --min-replicas 1                  with min-replicas-to-write 1 (max lag 2 s) on the servers

One writer SETs a counter's next number to a key of its own, one at a time, to whatever primary the Sentinels name; it asks them again when a
write fails or takes longer than half a second. What counts is the longest time without an acknowledged
write, and how many acknowledged writes the new primary does not have. A paused primary is
continued ten seconds later; what it acknowledges before it knows better is lost. A primary that is cut off from all others is reached
by a client on its side of the cut alone, which writes a hundred times a second: for how long, and how much of it is lost, is told as "inside".

  kill     SIGKILL, and a new start once it was replaced
  pause    SIGSTOP, and SIGCONT
  cut      everything to and from it vanishes for ten seconds (every server is behind a relay in these rounds)
  planned  SENTINEL FAILOVER

Needs Python 3.8 and nothing else; the processes it ends are those it started.
"""

import argparse
import os
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
NAME = "mymaster"
PATIENCE = 60


class ReplyError(Exception):
    """The server has answered with an error."""


class Client:
    """One connection, RESP2, one command at a time."""

    def __init__(self, port, timeout=0.5):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.settimeout(timeout)
        self.file = self.socket.makefile("rb")

    def call(self, *words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            data = str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        self.socket.sendall(b"".join(parts))
        return self.read()

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise OSError("the connection was closed")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise ReplyError(rest.decode())
        if kind == b"$":
            if rest == b"-1":
                return None
            return self.file.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        return rest.decode()

    def close(self):
        self.socket.close()


def ask(port, *words, timeout=2.0):
    client = Client(port, timeout)
    try:
        return client.call(*words)
    finally:
        client.close()


def until(what, check):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if check():
                return
        except (OSError, ReplyError):
            pass
        time.sleep(0.05)
    raise SystemExit("gave up waiting: " + what)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Process:
    def __init__(self, command, directory, name):
        self.command, self.log = command, os.path.join(directory, name + ".log")
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()


def relay(listen, target):
    """The only way to a server; SIGUSR1 cuts it, so that bytes vanish and no connection closes, and SIGUSR2 makes it whole again."""
    cut, ways = threading.Event(), []

    def close(way):
        for end in way["ends"]:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
        if way in ways:
            ways.remove(way)

    def pump(source, sink, way):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                way["lossy"] = way["lossy"] or cut.is_set()
                if not way["lossy"]:
                    sink.sendall(data)
        except OSError:
            pass
        if cut.is_set():
            way["lossy"] = True
        else:
            close(way)

    def heal(*_):
        cut.clear()
        for way in [w for w in ways if w["lossy"]]:
            close(way)

    signal.signal(signal.SIGUSR1, lambda *_: cut.set())
    signal.signal(signal.SIGUSR2, heal)
    listener = socket.create_server(("127.0.0.1", listen), backlog=100)
    while True:
        near, _ = listener.accept()
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        way = {"ends": [near], "lossy": cut.is_set()}
        ways.append(way)
        if way["lossy"]:
            continue
        try:
            far = socket.create_connection(("127.0.0.1", target), 5)
        except OSError:
            close(way)
            continue
        far.settimeout(None)
        far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        way["ends"].append(far)
        threading.Thread(target=pump, args=(near, far, way), daemon=True).start()
        threading.Thread(target=pump, args=(far, near, way), daemon=True).start()


class Group:
    """A primary, two replicas and three Sentinels, each a process; `relayed`, every server has a relay that can be cut."""

    def __init__(self, server, sentinels, options, relayed=False):
        self.directory = tempfile.mkdtemp(prefix="sentinel-bench-")
        ports = free_ports(9)
        self.ports, self.sentinel_ports = ports[:3], ports[3:6]
        self.inner = dict(zip(self.ports, ports[6:] if relayed else self.ports))
        self.servers, self.relays = {}, {}
        for i, port in enumerate(self.ports):
            if relayed:
                command = [sys.executable, os.path.abspath(__file__), "--relay", str(port), str(self.inner[port])]
                self.relays[port] = Process(command, self.directory, "relay-%d" % port)
            home = os.path.join(self.directory, str(port))
            os.mkdir(home)
            lines = ["port %d" % self.inner[port], "replica-announce-port %d" % port, "bind 127.0.0.1", "dir " + home, 'save ""', "repl-diskless-sync-delay 0"]
            if options.min_replicas:
                lines += ["min-replicas-to-write %d" % options.min_replicas, "min-replicas-max-lag 2"]
            if i:
                lines.append("replicaof 127.0.0.1 %d" % self.ports[0])
            path = os.path.join(home, "server.conf")
            with open(path, "w") as out:
                out.write("\n".join(lines) + "\n")
            self.servers[port] = Process(shlex.split(server) + [path], self.directory, "server-%d" % port)
        for port in self.ports:
            until("server %d" % port, lambda: ask(port, "PING") == "PONG")
        until("replicas", lambda: "connected_slaves:2" in ask(self.ports[0], "INFO", "replication"))
        self.sentinels = []
        for port, command in zip(self.sentinel_ports, sentinels):
            path = os.path.join(self.directory, "sentinel-%d.conf" % port)
            with open(path, "w") as out:
                out.write("port %d\nbind 127.0.0.1\ndir %s\n" % (port, self.directory))
                out.write("sentinel monitor %s 127.0.0.1 %d 2\n" % (NAME, self.ports[0]))
                out.write("sentinel down-after-milliseconds %s %d\n" % (NAME, options.down_after))
                out.write("sentinel failover-timeout %s 10000\nsentinel parallel-syncs %s 2\n" % (NAME, NAME))
            self.sentinels.append(Process(shlex.split(command) + [path, "--sentinel"], self.directory, "sentinel-%d" % port))
        self.settle()

    def primary(self):
        """Where the first Sentinel that answers says the primary is."""
        for port in self.sentinel_ports:
            try:
                return int(ask(port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME, timeout=0.5)[1])
            except (OSError, ReplyError, TypeError):
                pass
        raise OSError("no Sentinel answers")

    def settle(self):
        """Waits until everybody agrees and both replicas are in sync."""

        def settled():
            at = self.primary()
            for port in self.sentinel_ports:
                fields = ask(port, "SENTINEL", "MASTER", NAME)
                fields = dict(zip(fields[::2], fields[1::2]))
                if int(fields["port"]) != at or fields["flags"] != "master" or int(fields["num-other-sentinels"]) != 2:
                    return False
                replicas = ask(port, "SENTINEL", "REPLICAS", NAME)
                good = 0
                for replica in replicas:
                    replica = dict(zip(replica[::2], replica[1::2]))
                    good += replica["flags"] == "slave" and replica["master-link-status"] == "ok"
                if good != 2:
                    return False
            return ask(at, "INFO", "replication").count("state=online") == 2

        until("agreement", settled)

    def full_syncs(self):
        total = 0
        for port in self.ports:
            for line in ask(port, "INFO", "stats").splitlines():
                if line.startswith("sync_full:"):
                    total += int(line.split(":")[1])
        return total

    def end(self):
        for process in list(self.servers.values()) + self.sentinels + list(self.relays.values()):
            process.end()
        shutil.rmtree(self.directory, ignore_errors=True)


class Writer(threading.Thread):
    """Writes all the time, and remembers what was acknowledged and when."""

    def __init__(self, group):
        super().__init__(daemon=True)
        self.group, self.done = group, False
        self.acknowledged = {}
        self.last = time.monotonic()
        self.longest = 0.0

    def run(self):
        number, client = 0, None
        while not self.done:
            try:
                if client is None:
                    client = Client(self.group.primary())
                number += 1
                client.call("SET", "k%d" % number, number)
                now = time.monotonic()
                self.longest = max(self.longest, now - self.last)
                self.last = now
                self.acknowledged[number] = now
            except (OSError, ReplyError):
                if client is not None:
                    client.close()
                client = None
                time.sleep(0.01)


class Inside(threading.Thread):
    """A client on a cut off primary's side: writes a hundred times a second until it is refused for good."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.done = port, False
        self.keys, self.began, self.last = [], time.monotonic(), time.monotonic()
        self.start()

    def run(self):
        client = Client(self.port)
        while not self.done:
            key = "inside:%d:%d" % (self.port, time.monotonic_ns())
            try:
                client.call("SET", key, "1")
                self.keys.append(key)
                self.last = time.monotonic()
            except ReplyError:
                pass
            except OSError:
                return
            time.sleep(0.01)

    def end(self):
        """How many writes were acknowledged, and for how long."""
        self.done = True
        self.join(2)
        return len(self.keys), self.last - self.began if self.keys else 0.0


def missing(group, keys):
    """How many of these keys the primary does not have."""
    client = Client(group.primary(), 5.0)
    count = sum(client.call("MGET", *keys[i:i + 500]).count(None) for i in range(0, len(keys), 500))
    client.close()
    return count


def lost(group, writer, since):
    """How many acknowledged writes since then the primary does not have."""
    return missing(group, ["k%d" % n for n, at in list(writer.acknowledged.items()) if at >= since])


def fault(group, writer, kind):
    port = group.primary()
    began = time.monotonic()
    process = group.relays[port] if kind == "cut" else group.servers[port]
    process.signal({"kill": signal.SIGKILL, "pause": signal.SIGSTOP, "cut": signal.SIGUSR1}[kind])
    inside = Inside(group.inner[port]) if kind == "cut" else None
    if kind == "kill":
        process.process.wait()
    # What was on its way when the process was stopped may still be acknowledged after that.
    hit = time.monotonic()
    writer.longest = 0.0
    until("a new primary", lambda: group.primary() != port)
    until("a write", lambda: writer.longest > 0 and writer.last > hit + writer.longest)
    gap = writer.longest
    if kind == "kill":
        process.start()
    else:
        time.sleep(max(0, 10 - (time.monotonic() - began)))
        process.signal(signal.SIGCONT if kind == "pause" else signal.SIGUSR2)
    group.settle()
    if inside is not None:
        count, seconds = inside.end()
        print("           inside: %d acknowledged in %.1f s, %d lost" % (count, seconds, missing(group, inside.keys)), flush=True)
    return gap, lost(group, writer, began - 1)


def planned(group, writer):
    port = group.primary()
    began = time.monotonic()
    writer.longest, writer.last = 0.0, began
    until("the failover's beginning", lambda: ask(group.sentinel_ports[0], "SENTINEL", "FAILOVER", NAME) == "OK")
    until("a new primary", lambda: group.primary() != port)
    group.settle()
    return writer.longest, lost(group, writer, began - 1)


def report(kind, rounds, acknowledged):
    gaps = [gap for gap, _ in rounds]
    print("  %-8s %3d rounds: without writes median %.2f s, worst %.2f s; lost %d of %d acknowledged writes"
          % (kind, len(rounds), statistics.median(gaps), max(gaps), sum(n for _, n in rounds), acknowledged), flush=True)


def measure(name, server, sentinels, options):
    print(name, flush=True)
    group = Group(server, sentinels, options)
    writer = Writer(group)
    try:
        writer.start()
        for kind, count in (("kill", options.kills), ("pause", options.pauses)):
            before = len(writer.acknowledged)
            rounds = [fault(group, writer, kind) for _ in range(count)]
            if rounds:
                report(kind, rounds, len(writer.acknowledged) - before)
        before, syncs = len(writer.acknowledged), group.full_syncs()
        rounds = [planned(group, writer) for _ in range(options.planned)]
        if rounds:
            report("planned", rounds, len(writer.acknowledged) - before)
            print("           full syncs: %d" % (group.full_syncs() - syncs), flush=True)
    finally:
        writer.done = True
        writer.join(2)
        group.end()
    if options.cuts:
        measure_cuts(server, sentinels, options)


def measure_cuts(server, sentinels, options):
    group = Group(server, sentinels, options, relayed=True)
    writer = Writer(group)
    try:
        writer.start()
        rounds = [fault(group, writer, "cut") for _ in range(options.cuts)]
        report("cut", rounds, len(writer.acknowledged))
    finally:
        writer.done = True
        writer.join(2)
        group.end()


def main():
    if sys.argv[1:2] == ["--relay"]:
        relay(int(sys.argv[2]), int(sys.argv[3]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pauses", type=int, default=20)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--planned", type=int, default=50)
    parser.add_argument("--down-after", type=int, default=1000, help="milliseconds (1000)")
    parser.add_argument("--min-replicas", type=int, default=0, help="min-replicas-to-write (0)")
    parser.add_argument("--only", choices=("ours", "redis"), help="one side")
    parser.add_argument("--servers", choices=("ours", "redis"), help="of one side's run: whose servers")
    parser.add_argument("--sentinels", help="of one side's run: whose Sentinels, three of ours and redis with commas between")
    parser.add_argument("--redis", default="redis-server", help="the real one's command")
    options = parser.parse_args()
    commands = {"ours": os.path.join(ROOT, "skein") + " server", "redis": options.redis}
    for side in [options.only] if options.only else ["ours", "redis"]:
        servers = options.servers or side
        sentinels = (options.sentinels or ",".join([side] * 3)).split(",")
        if len(sentinels) != 3 or any(s not in commands for s in sentinels):
            sys.exit("--sentinels takes three of: ours, redis")
        measure("servers: %s, Sentinels: %s" % (servers, ",".join(sentinels)), commands[servers], [commands[s] for s in sentinels], options)


if __name__ == "__main__":
    main()

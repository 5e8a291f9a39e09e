#!/usr/bin/env python3
"""What replication and snapshots cost, beside real Redis: full syncs that could be avoided, memory, stalls.

  benchmarks/replication.py                                   everything, ours beside real Redis, 5 million keys
  benchmarks/replication.py storm --reconnections 6           three replicas that reconnect in turn
  benchmarks/replication.py chain                             a chain of three, each killed with SIGKILL and started again twice
  benchmarks/replication.py slow                              a replica that reads 1 kB a second
  benchmarks/replication.py snapshot --keys 200000            BGSAVE and a full sync while clients write
  benchmarks/replication.py storm --server "./skein server"   one server alone, whatever its command line

storm     A primary with a backlog of 1 MB and three replicas, each behind a proxy. Clients write all the time. In turn the link of one
          replica is cut, the backlog is overrun, and the link is healed. Counted are full and partial synchronizations. Run
          without and with an append only file.
chain     A primary, its replica and the replica of that, all with an append only file. While a client writes, each is killed with
          SIGKILL and started again, one after another, in two rounds. Counted are full synchronizations.
slow      A replica that reads 1 kB a second while clients write. Memory is that of the primary.
snapshot  Keys are made, clients write at full speed, and a snapshot is taken: by BGSAVE, and for a full synchronization. Memory is
          resident memory over what it was before, with what a forked child has to itself. Stalls are those of one client that
          sends one command at a time; beside them those of the same seconds without a snapshot.

All servers are on free ports of the loopback interface, with their data in a temporary directory. In the end data are compared by DEBUG
DIGEST. Needs Python 3.8, and redis-benchmark for `snapshot`; the processes it ends are those it started.
"""

import argparse
import multiprocessing
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from failover import Client, ReplyError, free_port, wait_for

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MB = 1 << 20
START_SECONDS = 60
SYNC_SECONDS = 600
BACKLOG_MB = 1


class Node:
    """A server process with a directory of its own."""

    taken = set()

    def __init__(self, command, parent, options):
        self.port = free_port(Node.taken)
        Node.taken.add(self.port)
        self.directory = os.path.join(parent, str(self.port))
        os.makedirs(self.directory)
        self.command = command + [
            "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.directory, "--save", "", "--enable-debug-command", "yes",
            "--repl-diskless-sync-delay", "0", "--logfile", os.path.join(self.directory, "node.log")] + options
        self.process = None

    def start(self):
        with open(os.path.join(self.directory, "start.log"), "ab") as out:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=ROOT)
        wait_for("node %d answers (see %s)" % (self.port, self.directory), START_SECONDS, self.answers)
        return self

    def answers(self):
        try:
            return self.ask("PING") == "PONG"
        except ReplyError:
            return False

    def ask(self, *words):
        client = Client(self.port, 60.0)
        try:
            return client.call(*words)
        finally:
            client.close()

    def info(self, section):
        return dict(line.split(":", 1) for line in self.ask("INFO", section).split("\r\n") if ":" in line)

    def offset(self):
        return int(self.info("replication")["master_repl_offset"])

    def syncs(self):
        stats = self.info("stats")
        return int(stats["sync_full"]), int(stats["sync_partial_ok"])

    def is_up(self):
        info = self.info("replication")
        return info["role"] == "master" or info["master_link_status"] == "up"

    def digest(self):
        return self.ask("DEBUG", "DIGEST")

    def resident(self):
        """Resident memory, with what forked children have to themselves, in bytes."""
        total = resident_of(self.process.pid)
        children = "/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)
        try:
            with open(children) as names:
                for child in names.read().split():
                    total += private_of(int(child))
        except OSError:
            pass
        return total

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()


def resident_of(pid):
    with open("/proc/%d/statm" % pid) as fields:
        return int(fields.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def private_of(pid):
    total = 0
    try:
        with open("/proc/%d/smaps_rollup" % pid) as lines:
            for line in lines:
                if line.startswith("Private_"):
                    total += int(line.split()[1]) * 1024
    except OSError:
        pass
    return total


class Proxy(threading.Thread):
    """Takes connections to a port of its own on to a server, until it is cut."""

    def __init__(self, target):
        super().__init__(daemon=True)
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_cut = False
        self.open = set()
        self.start()

    def run(self):
        while True:
            near, _ = self.listener.accept()
            if self.is_cut:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target), 5.0)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            self.open.update((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    def pump(self, source, sink):
        try:
            while True:
                data = source.recv(1 << 18)
                if not data:
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.open.discard(end)

    def cut(self):
        self.is_cut = True
        for end in list(self.open):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def heal(self):
        self.is_cut = False


def write_all_the_time(port, keys, size, pipeline, pause, ending, count):
    """A process that sets random keys; counts what was acknowledged."""
    rng = random.Random(port)
    value = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(size)).encode()
    client = None
    while not ending.is_set():
        try:
            if client is None:
                client = socket.create_connection(("127.0.0.1", port), 30.0)
                replies = client.makefile("rb")
            batch = []
            for _ in range(pipeline):
                key = b"key:%d" % rng.randrange(keys)
                text = value[:rng.randrange(size // 2, size)]
                batch.append(b"*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n" % (len(key), key, len(text), text))
            client.sendall(b"".join(batch))
            for _ in range(pipeline):
                if replies.readline() == b"+OK\r\n":
                    with count.get_lock():
                        count.value += 1
            if pause:
                time.sleep(pause)
        except OSError:
            if client is not None:
                client.close()
                client = None
            time.sleep(0.01)


class Load:
    """Clients that write all the time, in processes of their own."""

    def __init__(self, port, clients=1, keys=10000, size=1000, pipeline=50, pause=0.0):
        self.ending = multiprocessing.Event()
        self.count = multiprocessing.Value("q", 0)
        self.processes = [
            multiprocessing.Process(
                target=write_all_the_time, args=(port, keys, size, pipeline, pause, self.ending, self.count), daemon=True)
            for _ in range(clients)]
        for process in self.processes:
            process.start()

    def end(self):
        self.ending.set()
        for process in self.processes:
            process.join()
        return self.count.value


def settle(nodes):
    """Waits until every replica has what the first node has, and compares the data."""
    first = nodes[0]
    for node in nodes[1:]:
        wait_for("node %d is in sync (see %s)" % (node.port, node.directory), SYNC_SECONDS,
                 lambda: node.is_up() and node.offset() == first.offset())
    digests = {node.digest() for node in nodes}
    if len(digests) > 1:
        raise SystemExit("data differ: %s (see %s)" % (digests, first.directory))


class Setting:
    """Nodes of one run, in a temporary directory."""

    def __init__(self, command):
        self.command = command
        self.directory = tempfile.mkdtemp(prefix="replication-")
        self.nodes = []

    def node(self, *options):
        node = Node(self.command, self.directory, list(options))
        self.nodes.append(node)
        return node.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for node in self.nodes:
            node.stop()
        if kind is None:
            shutil.rmtree(self.directory)
        else:
            print("the logs are in %s" % self.directory, file=sys.stderr)


# ---- the storm


def storm(name, command, arguments, append):
    with Setting(command) as setting:
        options = ["--appendonly", "yes" if append else "no", "--repl-backlog-size", "%dmb" % BACKLOG_MB, "--repl-timeout", "60"]
        primary = setting.node(*options)
        proxies = [Proxy(primary.port) for _ in range(3)]
        replicas = [setting.node(*options, "--replicaof", "127.0.0.1 %d" % proxy.port) for proxy in proxies]
        for replica in replicas:
            wait_for("node %d is up" % replica.port, SYNC_SECONDS, replica.is_up)
        load = Load(primary.port)
        full, partial = primary.syncs()
        times = []
        for turn in range(arguments.reconnections):
            proxy, replica = proxies[turn % 3], replicas[turn % 3]
            before = primary.offset()
            proxy.cut()
            wait_for("the backlog is overrun", SYNC_SECONDS, lambda: primary.offset() > before + arguments.overrun * MB)
            proxy.heal()
            began = time.monotonic()
            wait_for("node %d is up again (see %s)" % (replica.port, replica.directory), SYNC_SECONDS,
                     lambda: replica.is_up() and replica.offset() > before + arguments.overrun * MB)
            times.append(time.monotonic() - began)
            print("  %s: reconnection %d: up after %.1f s" % (name, turn + 1, times[-1]), file=sys.stderr)
        writes = load.end()
        settle([primary] + replicas)
        now_full, now_partial = primary.syncs()
        return (name, "yes" if append else "no", arguments.reconnections, now_full - full, now_partial - partial,
                "%.1f s" % max(times), writes)


# ---- the chain


def chain(name, command, arguments):
    with Setting(command) as setting:
        options = ["--appendonly", "yes", "--appendfsync", "everysec", "--repl-backlog-size", "%dmb" % BACKLOG_MB]
        nodes = [setting.node(*options)]
        for _ in range(2):
            nodes.append(setting.node(*options, "--replicaof", "127.0.0.1 %d" % nodes[-1].port))
        for node in nodes:
            wait_for("node %d is up" % node.port, SYNC_SECONDS, node.is_up)
        load = Load(nodes[0].port, pipeline=10, pause=0.005)
        time.sleep(1)
        full = -sum(node.syncs()[0] for node in nodes)
        partial = -sum(node.syncs()[1] for node in nodes)
        for turn in range(2):
            for node in nodes:
                time.sleep(1 + random.random())
                counted = node.syncs()
                full += counted[0]
                partial += counted[1]
                node.kill()
                node.start()
                for each in nodes:
                    wait_for("node %d is up (see %s)" % (each.port, each.directory), SYNC_SECONDS, each.is_up)
                # A replica learns of its primary's end with its next word to it.
                time.sleep(2)
                for each in nodes:
                    wait_for("node %d is up (see %s)" % (each.port, each.directory), SYNC_SECONDS, each.is_up)
                print("  %s: killed node %d" % (name, node.port), file=sys.stderr)
        load.end()
        settle(nodes)
        full += sum(node.syncs()[0] for node in nodes)
        partial += sum(node.syncs()[1] for node in nodes)
        return name, 6, full, partial


# ---- a slow replica


def slow(name, command, arguments):
    with Setting(command) as setting:
        primary = setting.node("--repl-backlog-size", "%dmb" % BACKLOG_MB, "--repl-timeout", "600")
        load = Load(primary.port)
        time.sleep(2)
        before = primary.resident()
        replica = socket.create_connection(("127.0.0.1", primary.port))
        replica.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        replica.sendall(b"REPLCONF capa psync2\r\n")
        replica.recv(100)
        replica.sendall(b"PSYNC ? -1\r\n")
        began = time.monotonic()
        start = primary.offset()
        peak = buffers = 0
        replicas = 1
        replica.settimeout(1.0)
        while time.monotonic() - began < arguments.seconds and primary.offset() - start < arguments.lag * MB:
            try:
                replica.recv(1024)
            except OSError:
                pass
            peak = max(peak, primary.resident() - before)
            buffers = max(buffers, int(primary.info("memory")["mem_total_replication_buffers"]))
            replicas = min(replicas, int(primary.info("replication")["connected_slaves"]))
            time.sleep(1)
        lag = primary.offset() - start
        load.end()
        replica.close()
        return (name, "%d MB" % (lag // MB), "%d MB" % (buffers // MB), "%d MB" % (peak // MB), "yes" if replicas else "no")


# ---- a snapshot under load


def probe(port, ending, results):
    """A process that sends one command at a time, and notes when it began and how long each took."""
    try:
        os.nice(-5)
    except OSError:
        pass
    client = socket.create_connection(("127.0.0.1", port), 120.0)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    taken = []
    rng = random.Random(1)
    while not ending.is_set():
        request = b"GET key:%d\r\n" % rng.randrange(1000)
        at = time.perf_counter()
        client.sendall(request)
        data = client.recv(65536)
        while not data.endswith(b"\r\n"):
            data += client.recv(65536)
        took = time.perf_counter() - at
        taken.append((time.monotonic(), took))
        time.sleep(0.0005)
    results.send(taken)
    results.close()


def watch_memory(node, seconds, done):
    """The most memory resident in `seconds` or until `done`, and how long that was."""
    began = time.monotonic()
    most = 0
    while True:
        most = max(most, node.resident())
        passed = time.monotonic() - began
        if passed >= seconds or done is not None and done():
            return most, passed
        time.sleep(0.1)


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def snapshot(name, command, arguments):
    rows = []
    with Setting(command) as setting:
        primary = setting.node("--repl-backlog-size", "%dmb" % BACKLOG_MB, "--client-output-buffer-limit", "replica 0 0 0")
        primary.ask("DEBUG", "POPULATE", arguments.keys, "key", arguments.size)
        load = subprocess.Popen(
            ["redis-benchmark", "-p", str(primary.port), "-c", "20", "-P", "4", "-d", str(arguments.size), "-r", str(arguments.keys),
             "-n", "2000000000", "-q", "SET", "key:__rand_int__", "v" * arguments.size],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ending = multiprocessing.Event()
        receive, send = multiprocessing.Pipe(False)
        prober = multiprocessing.Process(target=probe, args=(primary.port, ending, send), daemon=True)
        try:
            time.sleep(arguments.warm)
            prober.start()
            phases = []

            def phase(what, seconds, done=None):
                before = primary.resident()
                writes = int(primary.info("stats")["total_commands_processed"])
                start = time.monotonic()
                most, passed = watch_memory(primary, seconds, done)
                writes = int(primary.info("stats")["total_commands_processed"]) - writes
                phases.append((what, start, start + passed, before, most - before, writes / passed))
                print("  %s: %s took %.1f s" % (name, what, passed), file=sys.stderr)
                time.sleep(3)

            phase("nothing", arguments.calm)
            primary.ask("BGSAVE")
            phase("BGSAVE", SYNC_SECONDS, lambda: primary.info("persistence")["rdb_bgsave_in_progress"] == "0")
            replica = setting.node("--replicaof", "127.0.0.1 %d" % primary.port)
            phase("full sync", SYNC_SECONDS, replica.is_up)
            ending.set()
            taken = receive.recv()
            prober.join()
        finally:
            load.kill()
            load.wait()
            ending.set()
        settle([primary, replica])
        for what, start, end, before, more, rate in phases:
            times = [took for at, took in taken if start <= at <= end + 0.5]
            rows.append((name, what, "%.1f s" % (end - start), "%.0f/s" % rate, "%d MB" % (before // MB), "%+d MB" % (more // MB),
                         "%.2f ms" % (1000 * max(times)), "%.2f ms" % (1000 * percentile(times, 0.999))))
    return rows


# ---- all of it


def table(title, heads, rows):
    print("\n%s\n" % title)
    print("| %s |" % " | ".join(heads))
    print("|%s" % ("---|" * len(heads)))
    for row in rows:
        print("| %s |" % " | ".join(str(cell) for cell in row))
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="*", help="storm, chain, slow, snapshot; by default all")
    parser.add_argument("--server", action="append", help="a command line that takes redis-server's options; may be given several times")
    parser.add_argument("--reconnections", type=int, default=15, help="in the storm (default 15)")
    parser.add_argument("--overrun", type=int, default=8, help="megabytes written while a link is cut (default 8)")
    parser.add_argument("--no-append", dest="append", action="store_false", help="the storm without an append only file alone")
    parser.add_argument("--lag", type=int, default=1000, help="megabytes of lag at which the slow replica is let go (default 1000)")
    parser.add_argument("--seconds", type=int, default=60, help="at most that long is the slow replica watched (default 60)")
    parser.add_argument("--keys", type=int, default=5000000, help="keys under the snapshot (default 5000000)")
    parser.add_argument("--size", type=int, default=100, help="bytes of their values (default 100)")
    parser.add_argument("--warm", type=int, default=20, help="seconds of load before anything is measured (default 20)")
    parser.add_argument("--calm", type=int, default=20, help="seconds measured without a snapshot (default 20)")
    arguments = parser.parse_args()
    parts = arguments.part or ["storm", "chain", "slow", "snapshot"]
    unknown = set(parts) - {"storm", "chain", "slow", "snapshot"}
    if unknown:
        parser.error("no such part: %s" % ", ".join(sorted(unknown)))
    servers = []
    for server in arguments.server or [os.path.join(ROOT, "skein") + " server", "redis-server"]:
        command = shlex.split(server)
        servers.append((os.path.basename(command[0]), command))
    if "storm" in parts:
        rows = [storm(name, command, arguments, append) for append in ((False, True) if arguments.append else (False,)) for name, command in servers]
        table("Reconnections of three replicas in turn, a backlog of %d MB overrun each time" % BACKLOG_MB,
              ["server", "append only", "reconnections", "full syncs", "partial syncs", "longest", "writes"], rows)
    if "chain" in parts:
        rows = [chain(name, command, arguments) for name, command in servers]
        table("A chain of three, each killed and started again twice", ["server", "kills", "full syncs", "partial syncs"], rows)
    if "slow" in parts:
        rows = [slow(name, command, arguments) for name, command in servers]
        table("A replica that reads 1 kB a second",
              ["server", "written meanwhile", "replication buffers", "resident over before", "stayed"], rows)
    if "snapshot" in parts:
        rows = [row for name, command in servers for row in snapshot(name, command, arguments)]
        table("%d keys of %d bytes, clients writing at full speed" % (arguments.keys, arguments.size),
              ["server", "meanwhile", "took", "commands", "resident before", "at most more", "longest stall", "p99.9"], rows)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Skein beside Redis on this machine, in one run: throughput, CPU, latency, memory, stalls, start.

    benchmarks/compare.py speed  [--seconds 10] [--rounds 3] [--tests strings,collections,scripts] [--pipelines 1,16,100]
    benchmarks/compare.py speed  --secured tls|acl [--tests set,get]
    benchmarks/compare.py memory [--shapes strings,expiring,hashes,sets,sorted_sets] [--keys N]
    benchmarks/compare.py stall  [--keys 3000000] [--seconds 60]
    benchmarks/compare.py start  [--rounds 10]

Needs Debian's redis-server and redis-tools. Each server is pinned to core 0 and listens on a free loopback port; the
load runs on core 1. Rounds are interleaved and medians compared, because absolute figures drift on a shared machine.
`--ours` and `--theirs` name other commands that take redis-server's options. `--secured tls` has the load come through TLS (with
certificates that openssl makes), `--secured acl` as a user with rules for commands and keys.
"""
import argparse
import csv
import io
import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 50
KEYSPACE = 1_000_000
VALUE_BYTES = 16


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def encode(*words):
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        raw = word if isinstance(word, bytes) else str(word).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(raw), raw))
    return b"".join(parts)


class Plain:
    """The load comes as the default user over plain connections."""

    def options(self, directory):
        return []

    def arguments(self, server):
        return ["-p", str(server.port)]


class Acl(Plain):
    """The load comes as a user with rules for commands and keys."""

    RULES = "on >secret ~key:* ~counter:* ~list ~set ~hash ~zset ~stream ~a ~b +@all -@dangerous"

    def options(self, directory):
        return ["--user", "bench", *self.RULES.split()]

    def arguments(self, server):
        return ["-p", str(server.port), "--user", "bench", "-a", "secret"]


class Tls(Plain):
    """The load comes through TLS, with certificates on both sides."""

    def options(self, directory):
        key, certificate = f"{directory}/key", f"{directory}/certificate"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        self.port = free_port()
        return ["--tls-port", str(self.port), "--tls-key-file", key, "--tls-cert-file", certificate, "--tls-ca-cert-file", certificate]

    def arguments(self, server):
        key, certificate = f"{server.dir.name}/key", f"{server.dir.name}/certificate"
        return ["-p", str(self.port), "--tls", "--key", key, "--cert", certificate, "--cacert", certificate]


SECURED = {"no": Plain, "acl": Acl, "tls": Tls}


class Server:
    """One server process, pinned to core 0."""

    def __init__(self, command, pinned=True, secured="no"):
        self.port = free_port()
        self.dir = tempfile.TemporaryDirectory(prefix="compare-")
        self.access = SECURED[secured]()
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                   *self.access.options(self.dir.name)]
        pin = ["taskset", "-c", "0"] if pinned else []
        self.log = open(Path(self.dir.name) / "log", "w", encoding="utf-8")
        began = time.monotonic()
        self.process = subprocess.Popen(
            pin + shlex.split(command) + options + ["--dir", self.dir.name],
            stdout=self.log, stderr=self.log, start_new_session=True)
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - began > 120:
                sys.exit(f"{command} did not start:\n{Path(self.log.name).read_text(encoding='utf-8')}")
            time.sleep(0.002)
        self.start_ms = (time.monotonic() - began) * 1000

    def answers(self):
        try:
            return self.ask("PING") == b"+PONG\r\n"
        except OSError:
            return False

    def ask(self, *words):
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as s:
            s.sendall(encode(*words))
            return s.recv(1 << 16)

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
        return 0

    def stop(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()
        self.dir.cleanup()


class Workload:
    """What redis-benchmark sends, and what must be there before.

    `once`, commands as text or as lists of words, is sent when the workload begins. `refill` is sent as often as requests will follow, before each run: for commands
    that take away what they find. Without either the million keys of SET are there.
    """

    def __init__(self, measured, once=(), refill=None, flush=True):
        self.measured, self.once, self.refill, self.flush = measured, once, refill, flush


DATA = "x" * VALUE_BYTES
RANDOM = "__rand_int__"


def words(template, numbers):
    return " ".join(template.format(n) for n in numbers)


THREE_CALLS = "redis.call('SET', KEYS[1], ARGV[1]) redis.call('INCR', KEYS[2]) return redis.call('GET', KEYS[1])"
FUNCTION = f"#!lua name=bench\nredis.register_function('three', function(KEYS, ARGV) {THREE_CALLS} end)"
THREE_KEYS = ["2", f"key:{RANDOM}", f"counter:{RANDOM}", DATA]

WORKLOADS = {
    **{name: Workload(["-t", name], flush=False) for name in ("set", "get", "incr", "mset")},
    "ping": Workload(["-t", "ping_mbulk"], flush=False),
    "setex": Workload(["SET", f"key:{RANDOM}", DATA, "EX", "1000"], flush=False),
    "lpush": Workload(["LPUSH", "list", DATA]),
    "rpop": Workload(["RPOP", "list"], refill=["LPUSH", "list", DATA]),
    "lrange_100": Workload(["LRANGE", "list", "0", "99"], once=[f"RPUSH list {words(DATA, range(1000))}"]),
    "lrange_600": Workload(["LRANGE", "list", "0", "599"], once=[f"RPUSH list {words(DATA, range(1000))}"]),
    "sadd": Workload(["SADD", "set", f"element:{RANDOM}"]),
    "spop": Workload(["SPOP", "set"], refill=["SADD", "set", f"element:{RANDOM}"]),
    "hset": Workload(["HSET", "hash", f"element:{RANDOM}", DATA]),
    "hgetall": Workload(["HGETALL", "hash"], once=[f"HSET hash {words('field:{0} ' + DATA, range(50))}"]),
    "zadd": Workload(["ZADD", "zset", RANDOM, f"element:{RANDOM}"]),
    "zpopmin": Workload(["ZPOPMIN", "zset"], refill=["ZADD", "zset", RANDOM, f"element:{RANDOM}"]),
    "zrange": Workload(["ZRANGE", "zset", "100", "199"], once=[f"ZADD zset {words('{0} element:{0}', range(1000))}"]),
    "sinter": Workload(["SINTER", "a", "b"],
                       once=[f"SADD a {words('m{0}', range(1000))}", f"SADD b {words('m{0}', range(500, 1500))}"]),
    "xadd": Workload(["XADD", "stream", "*", "field", DATA]),
    "eval": Workload(["EVAL", THREE_CALLS, *THREE_KEYS]),
    "fcall": Workload(["FCALL", "three", *THREE_KEYS], once=[["FUNCTION", "LOAD", "REPLACE", FUNCTION]]),
}
STRINGS = "ping,set,get,incr,mset"
COLLECTIONS = "lpush,rpop,lrange_100,lrange_600,sadd,hset,spop,zadd,zpopmin,xadd,hgetall,zrange,sinter"
SCRIPTS = "eval,fcall"


def send(server, measured, pipeline, requests, keyspace=KEYSPACE):
    """Runs redis-benchmark once and returns its table's last row."""
    out = subprocess.run(
        ["taskset", "-c", "1", "redis-benchmark", *server.access.arguments(server), "-P", str(pipeline), "-c", str(CONNECTIONS),
         "-r", str(keyspace), "-d", str(VALUE_BYTES), "-n", str(requests), "--csv", *measured],
        capture_output=True, text=True, check=True).stdout
    return [row for row in csv.DictReader(io.StringIO(out)) if "rps" in row][-1]


def benchmark(server, workload, pipeline, requests):
    """Requests per second, p99 in ms, server CPU seconds per million operations."""
    if workload.flush:
        trial = [word.replace(RANDOM, "1") for word in workload.measured]
        for command in ("FLUSHALL", *workload.once, trial, "FLUSHALL", *workload.once):
            reply = server.ask(*(command.split() if isinstance(command, str) else command))
            if reply.startswith(b"-"):
                sys.exit(f"{str(command)[:60]}: {reply.decode()}")
        if workload.refill:
            send(server, workload.refill, 100, requests, keyspace=8 * requests)
    before = server.cpu_seconds()
    row = send(server, workload.measured, pipeline, requests)
    used = server.cpu_seconds() - before
    return {"rps": float(row["rps"]), "p99": float(row["p99_latency_ms"]), "cpu": used / requests * 1e6}


def speed(options):
    names = [name for part in options.tests.split(",")
             for name in {"strings": STRINGS, "collections": COLLECTIONS, "scripts": SCRIPTS}.get(part, part).split(",")]
    servers = {"ours": Server(options.ours, secured=options.secured), "theirs": Server(options.theirs, secured=options.secured)}
    print(f"{'test':10} {'P':>4} {'ours op/s':>11} {'theirs':>11} {'ratio':>6} {'CPU ratio':>9} {'p99 ms':>15}", flush=True)
    loaded = False
    try:
        for name in names:
            workload = WORKLOADS[name]
            if not workload.flush and not loaded:
                for server in servers.values():
                    send(server, WORKLOADS["set"].measured, 50, 4_000_000)
            loaded = not workload.flush
            for pipeline in map(int, options.pipelines.split(",")):
                compare(name, workload, pipeline, servers, options)
    finally:
        for server in servers.values():
            server.stop()


def compare(name, workload, pipeline, servers, options):
    runs = {n: [] for n in servers}
    counts = {n: int(benchmark(s, workload, pipeline, 50_000)["rps"] * 2) for n, s in servers.items()}
    counts = {n: int(benchmark(s, workload, pipeline, max(10_000, min(counts[n], 1_000_000)))["rps"] * options.seconds)
              for n, s in servers.items()}
    for _ in range(options.rounds):
        for n, s in servers.items():
            runs[n].append(benchmark(s, workload, pipeline, counts[n]))
    a, b = ({k: statistics.median(r[k] for r in runs[n]) for k in runs[n][0]} for n in servers)
    print(f"{name:10} {pipeline:4} {a['rps']:11.0f} {b['rps']:11.0f} {a['rps'] / b['rps']:6.2f} "
          f"{a['cpu'] / b['cpu']:9.2f} {a['p99']:7.2f}/{b['p99']:.2f}", flush=True)


def strings(first, last, expiring=False):
    value = b"x" * VALUE_BYTES
    for i in range(first, last):
        yield encode(b"SET", b"key:%012d" % i, value, *((b"EX", b"100000") if expiring else ()))


def hashes(first, last):
    value = b"x" * VALUE_BYTES
    for i in range(first, last):
        yield encode(b"HSET", b"hash:%012d" % i, *(word for f in range(8) for word in (b"field:%d" % f, value)))


def sets(first, last):
    for i in range(first, last):
        yield encode(b"SADD", b"set:%012d" % i, *(b"%d" % ((i * 7919 + n * 104729) % 1_000_000) for n in range(16)))


def sorted_sets(first, last):
    for i in range(first, last):
        yield encode(b"ZADD", b"zset:%012d" % (i // 1000), *(
            word for n in range(i % 1000 * 100, i % 1000 * 100 + 100)
            for word in (b"%d" % ((n * 7919) % 1_000_000), b"member:%d" % n)))


# What is loaded: how many commands, how many keys they make, and their generator.
SHAPES = {
    "strings": (5_000_000, 5_000_000, strings),
    "expiring": (5_000_000, 5_000_000, lambda first, last: strings(first, last, expiring=True)),
    "hashes": (1_000_000, 1_000_000, hashes),
    "sets": (1_000_000, 1_000_000, sets),
    "sorted_sets": (100_000, 100, sorted_sets),
}


def load(server, commands, generate, step=2000):
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as s:
        for base in range(0, commands, step):
            batch = list(generate(base, min(base + step, commands)))
            s.sendall(b"".join(batch))
            wanted = len(batch)
            while wanted > 0:
                wanted -= s.recv(1 << 20).count(b"\n")


def memory(options):
    for shape in options.shapes.split(","):
        commands, keys, generate = SHAPES[shape]
        if options.keys:
            commands, keys = options.keys * commands // keys, options.keys
        for name, command in (("ours", options.ours), ("theirs", options.theirs)):
            server = Server(command, pinned=False)
            time.sleep(2)
            idle = server.resident()
            load(server, commands, generate)
            time.sleep(2)
            per_key = (server.resident() - idle) / keys
            print(f"{name:7} {shape:11}: idle {idle / 2**20:6.1f} MiB, "
                  f"{per_key:9.1f} resident bytes per key ({keys} keys)", flush=True)
            server.stop()


def stall(options):
    """The longest time that a client waits for PING while all keys are overwritten at full speed."""
    for name, command in (("ours", options.ours), ("theirs", options.theirs)):
        server = Server(command, pinned=True)
        os.sched_setaffinity(0, {1})
        keys = options.keys or 3_000_000
        load(server, keys, strings)
        worst = []
        done = threading.Event()

        def probe():
            with socket.create_connection(("127.0.0.1", server.port), timeout=60) as s:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while not done.is_set():
                    began = time.monotonic()
                    s.sendall(b"PING\r\n")
                    s.recv(64)
                    worst.append((time.monotonic() - began) * 1000)
                    time.sleep(0.0005)

        prober = threading.Thread(target=probe)
        prober.start()
        end = time.monotonic() + options.seconds
        while time.monotonic() < end:
            benchmark_overwrite(server, keys)
        done.set()
        prober.join()
        worst.sort()
        print(f"{name:7} longest {worst[-1]:6.1f} ms, p99.9 {worst[int(len(worst) * 0.999)]:6.1f} ms "
              f"({len(worst)} probes)", flush=True)
        server.stop()


def benchmark_overwrite(server, keys):
    subprocess.run(
        ["taskset", "-c", "1", "redis-benchmark", "-p", str(server.port), "-P", "50", "-c", "20", "-r", str(keys),
         "-n", "2000000", "-q", "SET", "key:__rand_int__", "y" * VALUE_BYTES],
        stdout=subprocess.DEVNULL, check=True)


def start(options):
    for name, command in (("ours", options.ours), ("theirs", options.theirs)):
        times, idle = [], []
        for _ in range(options.rounds):
            server = Server(command, pinned=False)
            times.append(server.start_ms)
            time.sleep(1)
            idle.append(server.resident() / 2**20)
            server.stop()
        print(f"{name:7} first PONG after {statistics.median(times):5.0f} ms (median of {options.rounds}, worst "
              f"{max(times):.0f}), idle {statistics.median(idle):5.1f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "memory", "stall", "start"])
    parser.add_argument("--ours", default=f"{ROOT}/skein server")
    parser.add_argument("--theirs", default="redis-server")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tests", default="strings", help="strings, collections, scripts, or names such as lpush,zadd")
    parser.add_argument("--secured", choices=SECURED, default="no", help="how the load comes to the servers (speed only)")
    parser.add_argument("--shapes", default="strings,expiring", help=f"of memory: {','.join(SHAPES)}")
    parser.add_argument("--pipelines", default="1,16,100")
    parser.add_argument("--keys", type=int, default=0)
    options = parser.parse_args()
    {"speed": speed, "memory": memory, "stall": stall, "start": start}[options.what](options)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Skein beside Redis on this machine, in one run: throughput, CPU, latency, memory, stalls, start.

    benchmarks/compare.py speed  [--seconds 10] [--rounds 3] [--tests ping,set,get,incr,mset] [--pipelines 1,16,100]
    benchmarks/compare.py memory [--keys 5000000]
    benchmarks/compare.py stall  [--keys 3000000] [--seconds 60]
    benchmarks/compare.py start  [--rounds 10]

Needs Debian's redis-server and redis-tools. Each server is pinned to core 0 and listens on a free loopback port; the
load runs on core 1. Rounds are interleaved and medians compared, because absolute figures drift on a shared machine.
`--ours` and `--theirs` name other commands that take redis-server's options.
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


class Server:
    """One server process, pinned to core 0."""

    def __init__(self, command, pinned=True):
        self.port = free_port()
        self.dir = tempfile.TemporaryDirectory(prefix="compare-")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
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


def benchmark(server, test, pipeline, requests):
    """Runs redis-benchmark once: requests per second, p99 in ms, server CPU seconds per million operations."""
    before = server.cpu_seconds()
    out = subprocess.run(
        ["taskset", "-c", "1", "redis-benchmark", "-p", str(server.port), "-t", test, "-P", str(pipeline),
         "-c", str(CONNECTIONS), "-r", str(KEYSPACE), "-d", str(VALUE_BYTES), "-n", str(requests), "--csv"],
        capture_output=True, text=True, check=True).stdout
    used = server.cpu_seconds() - before
    rows = [row for row in csv.DictReader(io.StringIO(out)) if "rps" in row]
    row = rows[-1]
    return {"rps": float(row["rps"]), "p99": float(row["p99_latency_ms"]), "cpu": used / requests * 1e6}


def speed(options):
    servers = {"ours": Server(options.ours), "theirs": Server(options.theirs)}
    print(f"{'test':6} {'P':>4} {'ours op/s':>11} {'theirs':>11} {'ratio':>6} {'CPU ratio':>9} {'p99 ms':>15}", flush=True)
    try:
        for server in servers.values():
            benchmark(server, "set", 50, 4_000_000)
        for test in options.tests.split(","):
            name = "ping_mbulk" if test == "ping" else test
            for pipeline in map(int, options.pipelines.split(",")):
                runs = {"ours": [], "theirs": []}
                counts = {n: int(benchmark(s, name, pipeline, 50_000)["rps"] * 2) for n, s in servers.items()}
                counts = {n: int(benchmark(s, name, pipeline, max(100_000, counts[n]))["rps"] * options.seconds)
                          for n, s in servers.items()}
                for _ in range(options.rounds):
                    for n, s in servers.items():
                        runs[n].append(benchmark(s, name, pipeline, counts[n]))
                a, b = ({k: statistics.median(r[k] for r in runs[n]) for k in runs[n][0]} for n in servers)
                print(f"{test:6} {pipeline:4} {a['rps']:11.0f} {b['rps']:11.0f} {a['rps'] / b['rps']:6.2f} "
                      f"{a['cpu'] / b['cpu']:9.2f} {a['p99']:7.2f}/{b['p99']:.2f}", flush=True)
    finally:
        for server in servers.values():
            server.stop()


def load(server, keys, expiring=False, step=5000):
    value = b"x" * VALUE_BYTES
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as s:
        for base in range(0, keys, step):
            batch = []
            for i in range(base, min(base + step, keys)):
                words = [b"SET", b"key:%012d" % i, value] + ([b"EX", b"100000"] if expiring else [])
                batch.append(encode(*words))
            s.sendall(b"".join(batch))
            wanted = 5 * len(batch)
            while wanted > 0:
                wanted -= len(s.recv(1 << 20))


def memory(options):
    for expiring in (False, True):
        for name, command in (("ours", options.ours), ("theirs", options.theirs)):
            server = Server(command, pinned=False)
            time.sleep(2)
            idle = server.resident()
            load(server, options.keys, expiring)
            time.sleep(2)
            per_key = (server.resident() - idle) / options.keys
            print(f"{name:7} {'with' if expiring else 'no':>4} expiry: idle {idle / 2**20:6.1f} MiB, "
                  f"{per_key:6.1f} resident bytes per key ({options.keys} keys)", flush=True)
            server.stop()


def stall(options):
    """The longest time that a client waits for PING while all keys are overwritten at full speed."""
    for name, command in (("ours", options.ours), ("theirs", options.theirs)):
        server = Server(command, pinned=True)
        os.sched_setaffinity(0, {1})
        load(server, options.keys)
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
            benchmark_overwrite(server, options.keys)
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
    parser.add_argument("--tests", default="ping,set,get,incr,mset")
    parser.add_argument("--pipelines", default="1,16,100")
    parser.add_argument("--keys", type=int, default=0)
    options = parser.parse_args()
    if not options.keys:
        options.keys = 5_000_000 if options.what == "memory" else 3_000_000
    {"speed": speed, "memory": memory, "stall": stall, "start": start}[options.what](options)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Hostile clients at the HTTP port change nothing about what the engine is there for.

  hostile_clients_test.py --bin build/release/bin            plain HTTP
  hostile_clients_test.py --bin build/release/bin --tls      behind TLS
  hostile_clients_test.py --bin build/release/bin --tls --agents 10000 --rate 2000 --seconds 40 --idle 10000

While events come in: malformed requests, noise, endless chunks, heads and bodies that come a byte a second, far more idle
connections than are let in, and a stream that nobody reads. Every event is judged as the ledger says, and no later than
without them but for a generous bound; who asks properly, with a token, is answered all the time; memory grows by a
bounded amount, descriptors come back; the log has no error and no secret. Exits with 1 and one line if something does not
hold.
"""

import argparse
import concurrent.futures
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import hostile_clients
from acceptance import Trail, compare_totals, start_together
from programs import Engine, Failure, SECRET, Simulator, expect, tenant_block, wait_until, write_config
from restart_under_load_test import free_port

PATIENCE = 10.0  # seconds within which who asks properly is answered, whatever others do; the machine may be busy
LATENCY_MORE = 100  # milliseconds that machines with other work add now and then
ANSWER_MEMORY_KIB = 64 * 1024  # for answers and streams under way
CONNECTION_MEMORY_KIB = {False: 16, True: 96}  # what a connection may cost, with TLS or without


def now():
    """As the trail writes it."""
    seconds = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"


class ProperClient:
    """Asks again and again, each time on a connection of its own, and notes how long each answer took."""

    def __init__(self, url, context, token):
        self.waits, self.again, self.problem = [], 0, None
        self._url, self._context, self._token = url, context, token
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def ask(self, path="/api/v1/tenants/acme/metrics"):
        asked = urllib.request.Request(self._url + path, headers={"Authorization": "Bearer " + self._token})
        with urllib.request.urlopen(asked, timeout=PATIENCE, context=self._context) as answer:
            return json.load(answer)

    def _go_on(self):
        while not self._stopped.wait(0.1):
            begun = time.monotonic()
            try:
                self.ask()
            except OSError as failure:
                # A connection that was made room of before it asked is tried once more, as by any client.
                try:
                    self.again += 1
                    self.ask()
                except OSError:
                    self.problem = self.problem or f"{failure} at {now()}"
            self.waits.append(time.monotonic() - begun)

    def stop(self):
        self._stopped.set()
        self._thread.join(3 * PATIENCE)


class Watch:
    """The most memory and files that the engine took."""

    def __init__(self, engine):
        self._engine = engine
        self.memory_kib, self.files = engine.memory_kib(), self.open_files()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def open_files(self):
        return len(os.listdir(f"/proc/{self._engine.process.pid}/fd"))

    def _look(self):
        try:
            while not self._stopped.wait(0.1):
                self.memory_kib = max(self.memory_kib, self._engine.memory_kib())
                self.files = max(self.files, self.open_files())
        except (Failure, OSError):
            pass  # the engine has ended, which others find

    def stop(self):
        self._stopped.set()
        self._thread.join(5)


def note_late_wakings(pipe):
    """In a process of its own: how many milliseconds too late the machine wakes who has slept, until told to stop."""
    late = []
    while not pipe.poll(0):
        begun = time.monotonic()
        time.sleep(0.01)
        late.append((now(), (time.monotonic() - begun - 0.01) * 1000))
    pipe.send(late)


class Machine:
    """What the machine itself makes late, since others may use it too."""

    def __init__(self):
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=note_late_wakings, args=(theirs,), daemon=True)
        self._process.start()

    def late_between(self, begin, end):
        self._pipe.send("stop")
        late = self._pipe.recv()
        self._process.join(5)
        return p99([each for at, each in late if begin <= at <= end])


def p99(latencies):
    return sorted(latencies)[len(latencies) * 99 // 100]


def latencies_between(audit_path, begin, end):
    with open(audit_path) as file:
        records = (json.loads(line) for line in file if '"latencyMs"' in line)
        return [each["latencyMs"] for each in records if begin <= each["timestamp"] <= end]


def attack(target, chosen, limit):
    """Gives what each attack says of itself, one after the other where they would be in each other's way."""
    stages = [
        [(hostile_clients.throw_malformed_requests, chosen.rounds), (hostile_clients.send_endless_chunks,),
         (hostile_clients.throw_noise, chosen.seconds / 2, chosen.seed),
         (hostile_clients.send_slow_heads, 500, chosen.request_timeout),
         (hostile_clients.read_nothing, chosen.send_timeout + 3)],
        [(hostile_clients.hold_idle_connections, chosen.idle, max(4.0, chosen.seconds / 4)),
         (hostile_clients.throw_noise, chosen.seconds / 4, chosen.seed + 1)],
        [(hostile_clients.send_slow_bodies, limit + 200, chosen.request_timeout)],
    ]
    # Hostile clients have machines of their own, so here they may not take the engine's cores.
    with concurrent.futures.ProcessPoolExecutor(8, multiprocessing.get_context("spawn"), os.nice, (10,)) as pool:
        for stage in stages:
            for under_way in [pool.submit(what, target, *more) for what, *more in stage]:
                print("  " + under_way.result(timeout=600), flush=True)


def check_log(engine, secrets):
    for line in engine.err.splitlines():
        expect(json.loads(line)["level"] not in ("error", "critical"), f"the log has an error: {line[:300]}")
    for secret in secrets:
        expect(secret not in engine.err, "the log tells a secret")


def run(chosen, directory):
    options = ["--agents", str(chosen.agents), "--events", "0", "--rate", str(chosen.rate), "--unauthorized", "0.01",
               "--duplicates", "0.01", "--paused"]
    port, tokens = free_port(), os.path.join(directory, "tokens")
    token = subprocess.run([os.path.join(chosen.bin, "floorwalker"), "token", "new", "proper", "--role=viewer",
                            "--tokens-file=" + tokens], check=True, capture_output=True, text=True).stdout.strip()
    with Simulator(chosen.bin, directory, options) as simulator:
        config = write_config(directory, [tenant_block("acme", simulator.url, simulator.ca_file)])
        http = {"listen": f"127.0.0.1:{port}", "tokens-file": tokens, "max-connections": chosen.max_connections,
                "request-timeout": f"{chosen.request_timeout}s", "send-timeout": f"{chosen.send_timeout}s"}
        if chosen.tls:
            http["tls-certificate"] = os.path.join(simulator.tls, "server.pem")
            http["tls-key"] = os.path.join(simulator.tls, "server-key.pem")
        arguments = ["run", "--config-file=" + config, "--floorwalker.log.format=json", "--floorwalker.log.level=debug"]
        arguments += [f"--floorwalker.http.{key}={value}" for key, value in http.items()]
        with Engine(chosen.bin, arguments) as engine:
            start_together(simulator, engine, chosen.agents, 120)
            target = hostile_clients.Target(port, chosen.tls, token)
            proper = ProperClient(f"{'https' if chosen.tls else 'http'}://127.0.0.1:{port}",
                                  simulator.context if chosen.tls else None, token)
            judge(chosen, directory, simulator, engine, target, proper)


def judge(chosen, directory, simulator, engine, target, proper):
    wait_until(lambda: simulator.totals()["sent"] > chosen.rate, "events come", 60)
    machine, quiet = Machine(), now()
    time.sleep(chosen.quiet)
    before_kib, attacked = engine.memory_kib(), now()
    watch, quiet_waits = Watch(engine), len(proper.waits)
    files = watch.open_files()
    attack(target, chosen, chosen.max_connections)
    over = now()
    wait_until(lambda: watch.open_files() <= files + 8, f"descriptors come back to {files}", 30)
    watch.stop()
    proper.stop()
    simulator.control({"pause": True})
    sent = lambda: simulator.totals()["sent"]
    wait_until(lambda: proper.ask()["totalProcessed"] == sent(), "every event is judged", 60, 0.2)
    ledger = simulator.ledger("connections=0&requests=0")
    engine.signal()
    code = engine.wait(30)
    expect(code == 0, f"the engine ended with {code}, not 0\n{engine.err[-2000:]}")
    exported = os.path.join(directory, "trail.jsonl")
    subprocess.run([os.path.join(chosen.bin, "floorwalker"), "audit", "export",
                    os.path.join(directory, "data", "audit", "acme"), "--output=" + exported], check=True)
    compare_totals(engine.final_metrics()["acme"], ledger["totals"], Trail(exported), ledger["agents"])
    check_log(engine, [SECRET, target.token])
    expect(proper.problem is None, f"who asks properly was not answered: {proper.problem}")
    waits = proper.waits[quiet_waits:]
    expect(max(waits) <= PATIENCE, f"who asks properly waited {max(waits):.1f} s")
    alone, together = (p99(latencies_between(exported, *times)) for times in ((quiet, attacked), (attacked, over)))
    # An event passes a few threads of two programs, each of which the machine may let wait.
    late = machine.late_between(attacked, over)
    expect(together <= 2 * alone + LATENCY_MORE + 4 * late,
           f"p99 latency is {together} ms with hostile clients, {alone} ms without, of the machine's waking {late:.0f} ms")
    # The 128 are those that are told to come back later, and those that made room a moment ago.
    most = chosen.max_connections + 128
    expect(watch.files <= files + most + 8, f"{watch.files} files were open, {files} before")
    grown, bound = watch.memory_kib - before_kib, ANSWER_MEMORY_KIB + CONNECTION_MEMORY_KIB[chosen.tls] * most
    expect(grown <= bound, f"memory grew by {grown} KiB, and {bound} are the bound")
    print(f"{ledger['totals']['sent']} events as in the ledger; p99 {alone} ms alone, {together} ms under attack, "
          f"of the machine's waking {late:.0f} ms; "
          f"{len(waits)} proper questions, p99 {p99(waits) * 1000:.0f} ms, longest {max(waits) * 1000:.0f} ms, "
          f"{proper.again} asked twice; RSS {before_kib / 1024:.1f} MiB, at most {watch.memory_kib / 1024:.1f}; "
          f"files {files}, at most {watch.files}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of floorwalker and floorwalker-simulator")
    parser.add_argument("--tls", action="store_true", help="the node's HTTP port speaks TLS")
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--rate", type=float, default=500, help="events a second")
    parser.add_argument("--quiet", type=float, default=2, help="seconds before the attack")
    parser.add_argument("--seconds", type=float, default=4, help="how long the attack lasts, about")
    parser.add_argument("--rounds", type=int, default=1, help="through the table of malformed requests")
    parser.add_argument("--idle", type=int, default=1500, help="idle connections that are tried")
    parser.add_argument("--max-connections", type=int, default=600)
    parser.add_argument("--request-timeout", type=int, default=2)
    parser.add_argument("--send-timeout", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chosen.bin = os.path.abspath(chosen.bin)
    with tempfile.TemporaryDirectory(prefix="floorwalker-hostile-") as directory:
        try:
            run(chosen, directory)
        except (Failure, hostile_clients.Misbehaviour, OSError) as failure:
            print(f"hostile_clients_test: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

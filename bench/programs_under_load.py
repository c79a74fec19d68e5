"""The load generator, and the programs that are measured under it: started, led, measured, ended."""

import collections
import glob
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.environ.get("FLOORWALKER_BIN", os.path.join(ROOT, "build", "release", "bin"))
RUNS = os.path.join(ROOT, "build", "bench")  # on the disk of the clone, since /tmp may be memory
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 120
NO_RECORDS_BYTES = 8192  # so little is a checkpoint or a cursor, which come later than the records


class Trouble(Exception):
    """A program did not do what it was started for; the text says what."""


class Program:
    """A process whose standard output is read line by line."""

    def __init__(self, command, environment=None, stdout=None):
        self.name = os.path.basename(command[0])
        self.stderr = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stdout or subprocess.PIPE,
                                        stderr=self.stderr, text=True, env={**os.environ, **(environment or {})})
        self.lines = queue.Queue()
        if self.process.stdout:
            threading.Thread(target=self._gather, daemon=True).start()

    def _gather(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def said(self):
        self.stderr.seek(0)
        return self.stderr.read()[-2000:]

    def line(self, seconds=PATIENCE_S):
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            raise Trouble(f"{self.name} said nothing for {seconds} s\n{self.said()}") from None
        if line is None:
            raise Trouble(f"{self.name} ended with {self.process.wait()}\n{self.said()}")
        return line

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def cpu_seconds(self):
        """User and system time of all threads, to a hundredth of a second."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def thread_seconds(self):
        """CPU time of each thread by its name; of threads with one name, in the order in which they began."""
        found, times = {}, collections.Counter()
        folder = f"/proc/{self.process.pid}/task"
        for thread in sorted(os.listdir(folder), key=int):
            with open(f"{folder}/{thread}/comm") as name, open(f"{folder}/{thread}/schedstat") as time_on_cpu:
                name = name.read().strip()
                times[name] += 1
                found[name if times[name] == 1 else f"{name} {times[name]}"] = int(time_on_cpu.read().split()[0]) / 1e9
        return found

    def memory_bytes(self, name="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(rf"^{name}:\s+(\d+)", file.read(), re.M).group(1)) * 1024

    def check(self):
        if self.process.poll() is not None:
            raise Trouble(f"{self.name} ended with {self.process.returncode}\n{self.said()}")

    def end(self, number=None):
        """By its standard input's end, or by a signal."""
        if self.process.poll() is None:
            if number is None:
                self.process.stdin.close()
            else:
                self.process.send_signal(number)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for stream in (self.process.stdin, self.stderr):
            stream.close()


class Generator(Program):
    """bench/load_generator. `floor` says who works there: see FLOOR."""

    FLOOR = {"tenants": 1, "listeners": 200, "agents_a_listener": 50, "states": 4, "tls": False}

    def __init__(self, floor):
        self.floor = {**self.FLOOR, **floor}
        agents = self.floor["listeners"] * self.floor["agents_a_listener"]
        command = [os.path.join(BIN, "load_generator"), "--tenants", str(self.floor["tenants"]), "--agents",
                   str(agents // self.floor["tenants"]), "--listeners", str(self.floor["listeners"]), "--states",
                   str(self.floor["states"])]
        if self.floor["tls"]:
            command += ["--tls-directory", os.path.join(RUNS, "tls")]
        super().__init__(command)
        listening = json.loads(self.line())
        self.url, self.ca_file, self.matrix = (listening[name] for name in ("baseUrl", "caFile", "matrix"))
        self.port = int(self.url.rsplit(":", 1)[1])

    def event(self, kind):
        while True:
            told = json.loads(self.line())
            if told["event"] == kind:
                return told
            if told["event"] == "refused":
                raise Trouble("the load generator refused a command")

    def run(self, events, rate=0):
        self.tell(f"go {events} {rate}")
        return self.event("sent")


def node():
    """Node.js as scripts/node-path puts it first in PATH."""
    return shutil.which("node") or "node"


def bytes_below(folder):
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(where, name)).st_size
            except FileNotFoundError:
                pass  # it was removed or renamed meanwhile
    return total


class Subject(Program):
    """A program that follows the generator's floor and writes what it makes of it into `folder`."""

    def __init__(self, command, generator, folder, environment=None, stdout=None):
        self.generator, self.folder, self.started = generator, folder, time.time()
        super().__init__(command, environment, stdout)

    def await_subscription(self):
        self.subscribed = self.generator.event("subscribed")
        self.rest()

    def events(self):
        """How many it has taken so far."""
        while True:
            try:
                line = self.lines.get_nowait()
            except queue.Empty:
                self.check()
                return self.count
            if line:
                self.count = json.loads(line)["events"]

    count = 0     # of events
    size = 0      # of what it has written
    written = 0.0  # when, in seconds since 1970

    def rest(self):
        """Waits until it neither writes nor works. `written` tells then when it last wrote records."""
        cpu, idle = self.cpu_seconds(), time.monotonic()
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            self.check()
            now_size, now_cpu = bytes_below(self.folder), self.cpu_seconds()
            if abs(now_size - self.size) > NO_RECORDS_BYTES:
                self.size, self.written, idle = now_size, time.time(), time.monotonic()
            if now_cpu > cpu + 0.015:
                cpu, idle = now_cpu, time.monotonic()
            if time.monotonic() - idle > 0.4:
                return
            time.sleep(0.02)
        raise Trouble(f"{self.name} does not come to rest")

    def take(self, events, rate=0):
        """Sends events and waits until all are taken and written; gives what the generator tells of them."""
        before = self.events()
        sent = self.generator.run(events, rate)
        self.rest()
        end = time.monotonic() + PATIENCE_S
        while self.events() - before < sent["events"]:
            if time.monotonic() > end:
                raise Trouble(f"{self.name} took {self.events() - before} of {sent['events']} events\n{self.said()}")
            time.sleep(0.1)
            self.rest()
        return sent

    def measure(self, events):
        """Takes events at full speed; what one costs."""
        cpu, threads = self.cpu_seconds(), self.thread_seconds()
        sent = self.take(events)
        taken = sent["events"]
        threads = {name: (seconds - threads.get(name, 0)) / taken * 1e6
                   for name, seconds in self.thread_seconds().items()}
        return {"events": taken, "cpu_us": (self.cpu_seconds() - cpu) / taken * 1e6,
                "wall_us": (max(self.written, sent["at"]) - sent["began"]) / taken * 1e6,
                "threads_us": {name: used for name, used in threads.items() if used > 0.005},
                "generator_cpu_us": sent["cpuSeconds"] / taken * 1e6}


class Peer(Subject):
    """bench/peer: `version` is tutorial or tuned."""

    def __init__(self, generator, folder, version):
        command = [node(), os.path.join(ROOT, "bench", "peer", version + ".mjs"), "--url", generator.url,
                   "--state-matrix", json.dumps(generator.matrix), "--audit-file", os.path.join(folder, "audit.jsonl"),
                   "--agents-a-listener", str(generator.floor["agents_a_listener"])]
        if generator.ca_file:
            command += ["--ca-file", generator.ca_file]
        super().__init__(command, generator, folder)
        self.await_subscription()


class Limit(Subject):
    """bench/limit_program."""

    def __init__(self, generator, folder, durability="group", until="trail"):
        command = [os.path.join(BIN, "limit_program"), "--port", str(generator.port), "--listeners",
                   str(generator.floor["listeners"]), "--agents-a-listener",
                   str(generator.floor["agents_a_listener"]), "--states", str(generator.floor["states"]), "--folder",
                   os.path.join(folder, "trail"), "--durability", durability, "--until", until]
        if generator.ca_file:
            command += ["--ca-file", generator.ca_file]
        super().__init__(command, generator, folder)
        self.await_subscription()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class EventsInTrails:
    """Counts the events in the engine's trails as these grow, from outside."""

    MARK = b'"eventTimestamp"'

    def __init__(self, folder):
        self.pattern, self.read, self.events = os.path.join(folder, "data", "audit", "*", "*.trail"), {}, 0

    def count(self):
        for path in glob.glob(self.pattern):
            offset, rest = self.read.get(path, (0, b""))
            with open(path, "rb") as file:
                file.seek(offset)
                while piece := file.read(1 << 22):
                    offset += len(piece)
                    self.events += (rest + piece).count(self.MARK)
                    rest = (rest + piece)[-len(self.MARK) + 1:]
            self.read[path] = (offset, rest)
        return self.events


def config_of(generator, folder, port, durability):
    rows = "\n".join(f'        {state} = {json.dumps(targets)}' for state, targets in generator.matrix.items())
    ca_file = f'ca-file = "{generator.ca_file}"' if generator.ca_file else ""
    tenants = "".join(f"""
    bench-{number} {{
      base-url = "{generator.url}"
      {ca_file}
      client-id = "engine"
      tenant-id = "bench-{number}"
      agents = "all"
      state-matrix {{
{rows}
      }}
      limits {{ agents-per-subscription = {generator.floor["agents_a_listener"]} }}
    }}""" for number in range(1, generator.floor["tenants"] + 1))
    http = f'http {{ listen = "127.0.0.1:{port}" }}' if port else ""
    return f"""floorwalker {{
  node {{ data-dir = "{folder}/data" }}
  {http}
  log {{ level = "error" }}
  audit {{ durability = "{durability}" }}
  tenants {{{tenants}
  }}
}}
"""


class Engine(Subject):
    """floorwalker. `clients` live clients follow a team each (none at all: there is no live API), `workers` bounds CAF's
    threads."""

    def __init__(self, generator, folder, durability="group", clients=None, workers=None, print_to=None):
        self.port = None if clients is None else free_port()
        self.trails = EventsInTrails(folder)
        config = os.path.join(folder, "floorwalker.conf")
        with open(config, "w") as file:
            file.write(config_of(generator, folder, self.port, durability))
        command = [os.path.join(BIN, "floorwalker"), "run", "--config-file=" + config]
        if workers:
            command.append(f"--caf.scheduler.max-threads={workers}")
        if print_to:
            command.append("--print-audit")
        super().__init__(command, generator, folder, {"CXONE_CLIENT_SECRET": "any"}, print_to)
        self.readers = None
        self.await_subscription()
        if clients:
            self.follow(clients)

    def events(self):
        self.check()
        if self.port is None:
            return self.trails.count()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/metrics", timeout=60) as answer:
            return sum(each["totalProcessed"] for each in json.load(answer)["tenants"].values())

    def follow(self, clients):
        """Live clients: one a team up to a hundred, then several a team."""
        teams = min(clients, 100)
        self.readers = Program([os.path.join(BIN, "live_clients"), str(self.port), "bench-1", "3600",
                                str(clients // teams), "0", "0"])
        for number in range(teams):
            self.readers.tell(f"Team {number:03}")
        self.readers.process.stdin.close()
        time.sleep(2.5)  # live_clients leaves out what comes within its first two seconds: the snapshots
        self.rest()

    def stop_following(self):
        """What the clients saw: percentiles of the events' ages in microseconds."""
        self.readers.process.send_signal(signal.SIGTERM)
        text = ""
        while (line := self.readers.lines.get(timeout=60)) is not None:
            text += line
        self.readers.process.wait()
        found = re.search(r"us from .*: p50 (-?\d+) p99 (-?\d+) p99.9 (-?\d+) max (-?\d+)", text)
        self.readers = None
        return dict(zip(("p50", "p99", "p999", "max"), map(float, found.groups()))) if found else None

    def end(self, number=signal.SIGINT):
        if self.readers:
            self.stop_following()
        super().end(number)


class Run:
    """One generator and one subject, in a folder of their own that is removed afterwards."""

    def __init__(self, floor, make):
        os.makedirs(RUNS, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix="run-", dir=RUNS)
        self.generator = Generator(floor)
        try:
            self.subject = make(self.generator, self.folder)
        except BaseException:
            self.generator.end()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def __enter__(self):
        return self.subject

    def __exit__(self, *_):
        self.subject.end()
        self.generator.end()
        shutil.rmtree(self.folder, ignore_errors=True)

#!/usr/bin/env python3
"""status, watch and what the service manager is told, with the built engine.   client_test.py FLOORWALKER SIMULATOR"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

from live_client import LiveApi
from programs import Engine, Simulator, tenant_block, wait_until, write_config

BIN = ""
QUICK = "reconnect { base-delay = 20ms, max-delay = 200ms, jitter = 0 }"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def contents(path):
    with open(path) as file:
        return file.read()


class Terminal:
    """A program on a terminal of its own; what it draws is kept as the lines that a person would see."""

    def __init__(self, arguments, width=100, height=20, environment=None):
        self.leader, self.follower = pty.openpty()
        self.resize(width, height, None)
        self.before = termios.tcgetattr(self.follower)
        surroundings = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", **(environment or {})}
        self.process = subprocess.Popen([os.path.join(BIN, "floorwalker")] + arguments, stdin=self.follower,
                                        stdout=self.follower, stderr=subprocess.PIPE, env=surroundings, text=True,
                                        start_new_session=True)
        self.raw = ""
        self.lines = {}

    def resize(self, width, height, process):
        self.width, self.height = width, height
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        if process:
            process.send_signal(signal.SIGWINCH)

    def read(self):
        """Takes what was drawn so far."""
        while select.select([self.leader], [], [], 0)[0]:
            try:
                self.raw += os.read(self.leader, 65536).decode(errors="replace")
            except OSError:
                return
        self.lines = {}
        for row, text in re.findall(r"\x1b\[(?:2J)?(\d+);1H([^\x1b]*)|\x1b\[2J", self.raw):
            if not row:
                self.lines = {}
            else:
                self.lines[int(row)] = text

    def shows(self, text):
        self.read()
        return any(text in line for line in self.lines.values())

    def type(self, keys):
        os.write(self.leader, keys.encode())

    def is_restored(self):
        self.read()
        last = self.raw.rfind("\x1b[?1049l")
        return last > self.raw.rfind("\x1b[?1049h") and "\x1b[?25h" in self.raw and \
            termios.tcgetattr(self.follower) == self.before

    def wait(self):
        # A terminal that nobody reads would hold the program's last words back.
        wait_until(lambda: (self.read(), self.process.poll() is not None)[1], "the program ends")
        self.err = self.process.stderr.read()
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
        os.close(self.leader)
        os.close(self.follower)


class ClientTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="floorwalker-client-")
        self.addCleanup(folder.cleanup)
        self.directory = folder.name
        self.port = free_port()
        self.url = f"--url=http://127.0.0.1:{self.port}"
        self.api = LiveApi(self.port)

    def simulator(self, *options):
        started = Simulator(BIN, self.directory, list(options))
        self.addCleanup(started.stop)
        return started

    def configure(self, simulator, tenants=("acme",), http=""):
        path = write_config(self.directory,
                            [tenant_block(name, simulator.url, simulator.ca_file, QUICK) for name in tenants],
                            sinks=f'print {{ type = "file", path = "{self.directory}/records" }}')
        with open(path) as file:
            text = file.read().replace(
                "floorwalker {", f'floorwalker {{\n  http {{ listen = "127.0.0.1:{self.port}" {http} }}', 1)
        with open(path, "w") as file:
            file.write(text)
        return "--config-file=" + path

    def engine(self, config, ready=None):
        started = Engine(BIN, ["run", config], directory=self.directory)
        self.addCleanup(started.__exit__)
        ready = ready or self.api.is_ready
        wait_until(lambda: ready() or started.process.poll() is not None, "the engine is ready")
        self.assertIsNone(started.process.poll(), started.err)
        return started

    def run_client(self, *arguments, token=None):
        environment = {name: value for name, value in os.environ.items() if name != "FLOORWALKER_TOKEN"}
        if token is not None:
            environment["FLOORWALKER_TOKEN"] = token
        return subprocess.run([os.path.join(BIN, "floorwalker"), *arguments], capture_output=True, text=True,
                              env=environment, timeout=60)

    def terminal(self, *arguments, **how):
        started = Terminal(["watch", self.url, *arguments], **how)
        self.addCleanup(started.close)
        return started

    def expect_one_line(self, done, code, words):
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(words, done.stderr)

    # --- status ---

    def test_status_tells_what_the_api_says(self):
        simulator = self.simulator("--agents", "60", "--teams", "3", "--rate", "300", "--events", "600")
        self.engine(self.configure(simulator))
        wait_until(lambda: simulator.ledger()["finished"], "the simulator sends every event")
        agents = lambda: self.api.json("/api/v1/tenants/acme/agents")["agents"]
        wait_until(lambda: len(agents()) == 60 and not any(each["stale"] for each in agents()), "every row is certain")
        wait_until(lambda: self.api.json("/api/v1/tenants/acme/metrics")["totalProcessed"] == simulator.totals()["sent"],
                   "every event is counted")
        told = self.run_client("status", self.url)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertRegex(told.stdout, r"(?m)^acme: running$")
        self.assertRegex(told.stdout, r"(?m)^  agents     60: ")
        self.assertRegex(told.stdout, r"(?m)^  listeners  (\d+) of \1 active$")
        whole = json.loads(self.run_client("status", self.url, "--tenant=acme", "--json").stdout)["tenants"][0]
        api = self.api.json("/api/v1/tenants")["tenants"][0]
        self.assertEqual({name: whole[name] for name in api}, api)
        self.assertEqual(whole["metrics"]["totalProcessed"],
                         self.api.json("/api/v1/tenants/acme/metrics")["totalProcessed"])
        self.assertEqual(whole["agents"]["total"], 60)
        self.assertEqual(sum(whole["agents"]["byState"].values()), 60)
        one = agents()[7]
        row = self.run_client("status", one["agentId"].upper(), self.url)
        self.assertEqual(row.returncode, 0, row.stderr)
        for text in (one["name"], one["agentId"], one["state"], one["team"], "acme"):
            self.assertIn(text, row.stdout)
        whole = json.loads(self.run_client("status", one["agentId"], self.url, "--json").stdout)
        self.assertIn("today", whole.pop("figures"))
        self.assertEqual(whole, one)
        nobody = "00000000-0000-0000-0000-000000000000"
        self.expect_one_line(self.run_client("status", nobody, self.url), 1, f"does not follow agent {nobody}")
        self.expect_one_line(self.run_client("status", self.url, "--tenant=beta"), 1, "no tenant beta; there are: acme")

    # --- status --trace ---

    def trace(self, *arguments, **how):
        traced = subprocess.Popen([os.path.join(BIN, "floorwalker"), "status", self.url, *arguments],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)
        self.addCleanup(traced.stdout.close)
        self.addCleanup(traced.stderr.close)
        self.addCleanup(traced.wait)
        self.addCleanup(traced.kill)
        return traced

    def test_a_trace_tells_the_way_of_each_transition_of_an_agent_in_its_order(self):
        simulator = self.simulator("--agents", "5", "--rate", "100")
        self.engine(self.configure(simulator))
        agents = lambda: self.api.json("/api/v1/tenants/acme/agents")["agents"]
        wait_until(lambda: len(agents()) == 5, "the agents are known")
        agent = agents()[0]["agentId"]
        # The case of an id does not matter.
        told = self.run_client("status", "--trace", agent.upper(), "--json", "--count=20", self.url)
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        traces = [json.loads(line) for line in told.stdout.splitlines()]
        self.assertEqual(len(traces), 20)
        for each in traces:
            self.assertEqual(list(each), ["sequence", "agentId", "eventTimestamp", "received", "judged", "journaled",
                                          "delivered"])
            self.assertEqual(each["agentId"], agent)
            stamps = [each[name] for name in ("received", "judged", "journaled", "delivered")]
            for stamp in stamps:
                self.assertRegex(stamp, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
            self.assertEqual(stamps, sorted(stamps))
        exported = subprocess.run([os.path.join(BIN, "floorwalker"), "audit", "export", "--agent=" + agent,
                                   f"{self.directory}/data/audit/acme"], check=True, capture_output=True, text=True)
        trail = {each["sequence"]: each for each in map(json.loads, exported.stdout.splitlines())
                 if "latencyMs" in each}
        first, last = traces[0]["sequence"], traces[-1]["sequence"]
        self.assertEqual([each["sequence"] for each in traces], [each for each in trail if first <= each <= last])
        for each in traces:
            entry = trail[each["sequence"]]
            self.assertEqual(each["eventTimestamp"], entry["eventTimestamp"])
            self.assertEqual(each["received"][:23] + "Z", entry["timestamp"])
        lines = self.run_client("status", "--trace=" + agent, "--count=3", "--tenant=acme", self.url).stdout
        self.assertRegex(lines, r"^(\d+  event \S+Z  received [\d:.]+ [+-][\d.]+ ms  judged [\d:.]+ \+[\d.]+ ms"
                                r"  journaled [\d:.]+ \+[\d.]+ ms  delivered [\d:.]+ \+[\d.]+ ms"
                                r"  \([\d.]+ ms here\)\n){3}$")

    def test_a_trace_goes_on_over_a_restart_and_says_what_it_does_not_know(self):
        simulator = self.simulator("--agents", "5", "--rate", "100")
        config = self.configure(simulator)
        engine = self.engine(config)
        agents = lambda: self.api.json("/api/v1/tenants/acme/agents")["agents"]
        wait_until(lambda: len(agents()) == 5, "the agents are known")
        agent = agents()[0]["agentId"]
        out, err = os.path.join(self.directory, "out"), os.path.join(self.directory, "err")
        with open(out, "w") as stdout, open(err, "w") as stderr:
            traced = subprocess.Popen([os.path.join(BIN, "floorwalker"), "status", "--trace", agent, "--json",
                                       self.url], stdout=stdout, stderr=stderr)
        self.addCleanup(traced.wait)
        self.addCleanup(traced.kill)
        traces = lambda: [json.loads(line) for line in contents(out).split("\n")[:-1]]
        wait_until(lambda: len(traces()) > 20, "it is traced")
        engine.signal()
        engine.wait()
        before = len(traces())
        self.engine(config)
        wait_until(lambda: len(traces()) > before + 20, "it is traced after the restart")
        traced.send_signal(signal.SIGINT)
        self.assertEqual(traced.wait(30), -signal.SIGINT)
        heard = [each["sequence"] for each in traces()]
        exported = subprocess.run([os.path.join(BIN, "floorwalker"), "audit", "export", "--agent=" + agent,
                                   f"{self.directory}/data/audit/acme"], check=True, capture_output=True, text=True)
        trail = [each["sequence"] for each in map(json.loads, exported.stdout.splitlines()) if "latencyMs" in each]
        self.assertEqual(heard, [each for each in trail if heard[0] <= each <= heard[-1]])
        self.assertIn("connected again", contents(err))

    def test_an_agent_that_is_not_followed_is_said_to_be_waited_for(self):
        simulator = self.simulator("--agents", "5", "--rate", "10")
        self.engine(self.configure(simulator, ("acme", "beta")))
        nobody = "00000000-0000-0000-0000-000000000000"
        self.expect_one_line(self.run_client("status", "--trace", nobody, self.url), 2, "name one of: acme, beta")
        traced = self.trace("--trace", nobody, "--tenant=beta")
        self.assertIn(f"tenant beta does not follow agent {nobody} at present", traced.stderr.readline())
        self.assertIsNone(traced.poll())

    def test_a_node_that_cannot_be_reached_is_one_line_and_exit_code_1(self):
        for command in ("status", "watch"):
            with self.subTest(command):
                self.expect_one_line(self.run_client(command, self.url), 1, "can't be reached: connection refused")

    def test_wrong_usage_is_found_before_the_node_is_asked(self):
        rows = [(["--url=ftp://x"], None, "--url: expected https://host"),
                (["--ca-file=/nowhere"], None, "--ca-file needs an https URL"),
                (["--url=https://127.0.0.1:1", "--ca-file=/nowhere"], None, "--ca-file: "),
                (["--token-file=/nowhere"], None, "No such file"),
                (["--url=http://node.invalid:1"], "secret", "over https only"),
                ([], "two words", "FLOORWALKER_TOKEN: what it holds is no token")]
        for arguments, token, words in rows:
            for command in ("status", "watch"):
                with self.subTest(command=command, arguments=arguments, token=token):
                    done = self.run_client(command, self.url, *arguments, token=token) if not any(
                        each.startswith("--url") for each in arguments) else self.run_client(command, *arguments,
                                                                                             token=token)
                    self.expect_one_line(done, 2, words)
                    self.assertNotIn("secret", done.stderr)

    def test_a_token_opens_what_is_closed_without_one(self):
        simulator = self.simulator("--agents", "5", "--rate", "10")
        tokens = os.path.join(self.directory, "tokens")
        token = self.run_client("token", "new", "wall", "--role=viewer", f"--tokens-file={tokens}").stdout.strip()
        self.engine(self.configure(simulator, http=f', tokens-file = "{tokens}"'))
        file = os.path.join(self.directory, "token")
        with open(file, "w") as written:
            written.write(token + "\n")
        self.assertEqual(self.run_client("status", self.url, token=token).returncode, 0)
        self.assertEqual(self.run_client("status", self.url, "--token-file=" + file, token="wrong").returncode, 0)
        for command in ("status", "watch"):
            with self.subTest(command):
                self.expect_one_line(self.run_client(command, self.url), 3, "wants a token")
                self.expect_one_line(self.run_client(command, self.url, token="wrong-one"), 3, "refuses the token")

    def test_over_tls_the_node_has_to_prove_its_name(self):
        simulator = self.simulator("--agents", "5", "--rate", "10")
        key, certificate = (os.path.join(simulator.tls, name) for name in ("server-key.pem", "server.pem"))
        url = f"--url=https://localhost:{self.port}"
        tls = lambda: self.run_client("status", url, "--ca-file=" + simulator.ca_file).returncode == 0
        self.engine(self.configure(simulator, http=f', tls-certificate = "{certificate}", tls-key = "{key}"'), tls)
        self.assertIn("acme: ", self.run_client("status", url, "--ca-file=" + simulator.ca_file).stdout)
        self.expect_one_line(self.run_client("status", url), 1, "certificate verify failed")

    # --- watch ---

    def test_in_a_pipe_every_transition_is_a_line_over_a_restart_too(self):
        simulator = self.simulator("--agents", "30", "--rate", "200")
        config = self.configure(simulator)
        engine = self.engine(config)
        out, err = os.path.join(self.directory, "out"), os.path.join(self.directory, "err")
        with open(out, "w") as stdout, open(err, "w") as stderr:
            watch = subprocess.Popen([os.path.join(BIN, "floorwalker"), "watch", self.url], stdout=stdout, stderr=stderr)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.kill)
        lines = lambda: contents(out).splitlines()
        wait_until(lambda: len(lines()) > 200, "transitions are told")
        engine.signal()
        engine.wait()
        before = len(lines())
        self.engine(config)
        wait_until(lambda: len(lines()) > before + 200, "transitions are told after the restart")
        watch.kill()
        watch.wait()
        heard = lines()[:-1] # the last one may be cut
        exported = subprocess.run([os.path.join(BIN, "floorwalker"), "audit", "export",
                                   f"{self.directory}/data/audit/acme"], check=True, capture_output=True, text=True)
        trail = [json.loads(line) for line in exported.stdout.splitlines()]
        wanted = [f"{each['timestamp']} acme {each['agentId']} {each['previousState']} → {each['currentState']}"
                  for each in trail if "latencyMs" in each]
        first = next(i for i, line in enumerate(wanted) if heard[0].startswith(line))
        for line, start in zip(heard, wanted[first:]):
            self.assertTrue(line.startswith(start), (line, start))
        text = contents(err)
        self.assertIn("not connected", text)
        self.assertIn("connected again", text)

    def test_a_reader_that_goes_away_ends_the_watching(self):
        simulator = self.simulator("--agents", "30", "--rate", "200")
        self.engine(self.configure(simulator))
        watch = subprocess.Popen([os.path.join(BIN, "floorwalker"), "watch", self.url], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        self.assertTrue(watch.stdout.readline())
        watch.stdout.close()
        self.assertEqual((watch.wait(30), watch.stderr.read()), (0, ""))
        watch.stderr.close()

    def test_several_tenants_have_to_be_told_apart(self):
        simulator = self.simulator("--agents", "5", "--rate", "10")
        self.engine(self.configure(simulator, ("acme", "beta")))
        self.expect_one_line(self.run_client("watch", self.url), 2, "name one of: acme, beta")
        self.assertIn("tenant has to name one of acme, beta.", self.api.get("/api/v1/stream")[2])
        told = self.run_client("status", self.url).stdout
        self.assertRegex(told, r"(?ms)^acme: .*^beta: ")

    def test_on_a_terminal_the_table_follows_keys_size_and_connection(self):
        simulator = self.simulator("--agents", "60", "--teams", "3", "--rate", "100")
        config = self.configure(simulator)
        engine = self.engine(config)
        names = lambda: {each["name"] for each in self.api.json("/api/v1/tenants/acme/agents")["agents"]}
        wait_until(lambda: len(names()) == 60 and "" not in names(), "every agent has its name")
        screen = self.terminal()
        wait_until(lambda: screen.shows("60 agents") and screen.shows("live"), "the table is there")
        screen.type("n")
        wait_until(lambda: screen.shows("agent ▼"), "sorted by name")
        first = sorted(names(), key=str.lower)[0]
        wait_until(lambda: first in screen.lines.get(6, "") or screen.read(), "the first name leads")
        last = sorted(names(), key=str.lower)[-1]
        screen.type("/" + last)
        wait_until(lambda: screen.shows("filter: " + last + "_"), "the filter is shown")
        wait_until(lambda: last in screen.lines[6] and screen.lines[8] == "" or screen.read(), "only one row is left")
        screen.type("\x1b")
        screen.resize(60, 10, screen.process)
        wait_until(lambda: (screen.read(), max(screen.lines) == 10)[1] and screen.shows("live"), "the smaller picture")
        screen.resize(110, 12, screen.process)
        engine.signal()
        engine.wait()
        wait_until(lambda: screen.shows("NOT LIVE, the data is"), "the lost connection is told")
        self.engine(config)
        wait_until(lambda: screen.shows("   live"), "it heals by itself")
        screen.type("q")
        self.assertEqual(screen.wait(), 0, screen.err)
        self.assertTrue(screen.is_restored())

    def test_whatever_ends_it_the_terminal_is_as_before(self):
        simulator = self.simulator("--agents", "10", "--rate", "50")
        self.engine(self.configure(simulator))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV, signal.SIGABRT):
            with self.subTest(number=number):
                screen = self.terminal()
                wait_until(lambda: screen.shows("10 agents"), "the table is there")
                self.assertNotEqual(termios.tcgetattr(screen.follower), screen.before)
                screen.process.send_signal(number)
                code = screen.wait()
                self.assertEqual(code, -number if number in (signal.SIGSEGV, signal.SIGABRT) else 0, screen.err)
                self.assertTrue(screen.is_restored(), screen.raw[-200:])

    def test_a_stop_by_the_shell_gives_the_terminal_back_until_it_goes_on(self):
        simulator = self.simulator("--agents", "10", "--rate", "50")
        self.engine(self.configure(simulator))
        screen = self.terminal()
        wait_until(lambda: screen.shows("10 agents"), "the table is there")
        screen.process.send_signal(signal.SIGTSTP)
        state = lambda: contents(f"/proc/{screen.process.pid}/stat").rsplit(")", 1)[1].split()[0]
        wait_until(lambda: state() == "T", "it is stopped")
        self.assertTrue(screen.is_restored())
        screen.process.send_signal(signal.SIGCONT)
        wait_until(lambda: not screen.is_restored() and screen.shows("live"), "it is there again")
        screen.type("q")
        self.assertEqual(screen.wait(), 0, screen.err)

    # --- the service manager ---

    def test_the_service_manager_is_told_of_start_life_and_stop(self):
        simulator = self.simulator("--agents", "10", "--rate", "50")
        path = os.path.join(self.directory, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(30)
            engine = Engine(BIN, ["run", self.configure(simulator)], directory=self.directory,
                            environment={"CXONE_CLIENT_SECRET": "open-sesame", "NOTIFY_SOCKET": path,
                                         "WATCHDOG_USEC": "200000"})
            self.addCleanup(engine.__exit__)
            told = [manager.recv(4096).decode() for _ in range(4)]
            self.assertIn("READY=1", told)
            self.assertGreaterEqual(told.count("WATCHDOG=1"), 3)
            # Its address is served from then on.
            self.assertEqual(self.api.get("/health/live")[0], 200)
            engine.signal(signal.SIGTERM)
            while told[-1] != "STOPPING=1":
                told.append(manager.recv(4096).decode())
            self.assertEqual(engine.wait(), 0, engine.err)
            self.assertEqual(set(told), {"READY=1", "WATCHDOG=1", "STOPPING=1"})

    def test_without_a_service_manager_nobody_is_told(self):
        simulator = self.simulator("--agents", "10", "--rate", "50")
        engine = Engine(BIN, ["run", self.configure(simulator)], directory=self.directory,
                        environment={"CXONE_CLIENT_SECRET": "open-sesame",
                                     "NOTIFY_SOCKET": os.path.join(self.directory, "nobody"), "WATCHDOG_USEC": "200000"})
        self.addCleanup(engine.__exit__)
        wait_until(self.api.is_ready, "it runs all the same")
        engine.signal()
        self.assertEqual(engine.wait(), 0, engine.err)


if __name__ == "__main__":
    BIN = os.path.dirname(os.path.abspath(sys.argv[1]))
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)

#!/usr/bin/env python3
"""Reload of the built engine: what differs changes, everything else goes on, and nothing is lost or counted twice.

  reload_test.py FLOORWALKER SIMULATOR
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

import jsonschema

from live_client import LiveApi
from monitoring_servers import Hook
from programs import SECRET, Engine, Simulator, wait_until

BIN = ""
DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "api", "openapi.json")
ALL_OF_THEM = ["available", "busy", "wrap-up", "break"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def matrix(targets):
    """Every state may be followed by `targets` alone."""
    rows = "\n".join(f'{state} = [{", ".join(json.dumps(each) for each in targets)}]' for state in ALL_OF_THEM)
    return f"state-matrix {{\n{rows}\n}}"


class Settings:
    """A configuration file that a test changes piece by piece."""

    def __init__(self, directory, port):
        self.path = os.path.join(directory, "floorwalker.conf")
        self.directory = directory
        self.http = f'listen = "127.0.0.1:{port}"'
        self.level = "info"
        self.tenants = {}  # name: (simulator, more)
        self.sinks = {}
        self.receivers = {}

    def tenant(self, name, simulator, more="", secret='client-secret-env = "CXONE_CLIENT_SECRET"'):
        self.tenants[name] = f"""base-url = "{simulator.url}"
            ca-file = "{simulator.ca_file}"
            tenant-id = "acme"
            client-id = "floorwalker"
            agents = "all"
            reconnect {{ base-delay = 20ms, max-delay = 200ms, jitter = 0 }}
            {secret}
            {more}"""

    def file_sink(self, name, more=""):
        self.sinks[name] = f'type = "file", path = "{self.directory}/{name}.jsonl" {more}'

    def write(self, extra=""):
        block = lambda parts: "\n".join(f"{name} {{ {text} }}" for name, text in parts.items())
        with open(self.path, "w") as file:
            file.write(f"""floorwalker {{
              node {{ data-dir = "{self.directory}/data" }}
              http {{ {self.http} }}
              log {{ level = "{self.level}" }}
              tenants {{ {block(self.tenants)} }}
              sinks {{ {block(self.sinks)} }}
              alerting {{ {block(self.receivers)} }}
              {extra}
            }}""")


class ReloadTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="floorwalker-reload-")
        self.addCleanup(folder.cleanup)
        self.directory = folder.name
        self.port = free_port()
        self.api = LiveApi(self.port)
        self.settings = Settings(self.directory, self.port)
        with open(DOCUMENT) as file:
            self.described = json.load(file)

    def simulator(self, name, *options):
        folder = os.path.join(self.directory, "platform-" + name)
        os.mkdir(folder)
        started = Simulator(BIN, folder, list(options))
        self.addCleanup(started.stop)
        return started

    def engine(self, **rest):
        self.settings.write()
        started = Engine(BIN, ["run", "--config-file=" + self.settings.path], directory=self.directory, **rest)
        self.addCleanup(started.__exit__)
        wait_until(lambda: self.api.is_ready() or started.process.poll() is not None, "the engine is ready")
        self.assertIsNone(started.process.poll(), started.err)
        return started

    def post(self, headers=None):
        """Status and JSON of a reload, which has to be as the document says."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/reload", data=b"", method="POST",
                                         headers=headers or {})
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, kind, text = answer.status, answer.headers.get_content_type(), answer.read().decode()
        except urllib.error.HTTPError as refused:
            status, kind, text = refused.code, refused.headers.get_content_type(), refused.read().decode()
        self.took = time.monotonic() - begun
        schema = self.described["paths"]["/api/v1/reload"]["post"]["responses"][str(status)]["content"][kind]["schema"]
        jsonschema.Draft202012Validator({**schema, "components": self.described["components"]}).validate(
            json.loads(text))
        self.assertNotIn(SECRET, text)
        return status, json.loads(text)

    def reload(self, **wanted):
        """Applies the settings as they are now; gives what was changed as {(part, name): change}."""
        self.settings.write()
        status, answer = self.post()
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["notDone"], [])
        self.assertEqual(answer["needsRestart"], wanted.get("needs_restart", []))
        return {(each["part"], each.get("name")): each["change"] for each in answer["changed"]}

    def metrics(self, tenant):
        return self.api.json(f"/api/v1/tenants/{tenant}/metrics")

    def exported(self, tenant):
        done = subprocess.run([os.path.join(BIN, "floorwalker"), "audit", "export",
                               f"{self.directory}/data/audit/{tenant}"], check=True, capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def lines(self, sink):
        try:
            with open(f"{self.directory}/{sink}.jsonl") as file:
                return [json.loads(line) for line in file]
        except FileNotFoundError:
            return []

    def end(self, engine):
        engine.signal()
        self.assertEqual(engine.wait(), 0, engine.err)
        self.assertNotIn(SECRET, engine.err)
        for tenant in self.settings.tenants:
            verified = subprocess.run([os.path.join(BIN, "floorwalker"), "audit", "verify",
                                       f"{self.directory}/data/audit/{tenant}"], capture_output=True, text=True)
            self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def judged(self, simulator, tenant):
        """Waits until everything that was sent is judged, and gives how much that is."""
        wait_until(lambda: simulator.ledger()["finished"], "the simulator sends every event")
        sent = simulator.totals()["sent"]
        wait_until(lambda: self.metrics(tenant)["totalProcessed"] == sent,
                   f"{tenant} judges {sent} events, not {self.metrics(tenant)['totalProcessed']}")
        return sent

    def test_a_bad_file_changes_nothing_and_says_why(self):
        platform = self.simulator("a", "--rate", "200")
        self.settings.tenant("acme", platform)
        engine = self.engine()
        wait_until(lambda: self.metrics("acme")["totalProcessed"] > 0, "events are judged")
        before = platform.totals()["connections"]
        self.settings.tenant("acme", platform, 'colour = "red"\n alerts { max-latency = "soon" }')
        self.settings.tenant("fresh", platform)
        self.settings.write()
        status, answer = self.post()
        self.assertEqual(status, 422)
        for key in ("floorwalker.tenants.acme.colour", "floorwalker.tenants.acme.alerts.max-latency"):
            told = [each for each in answer["problems"] if key in each["where"]]
            self.assertEqual(len(told), 1, answer)
            self.assertRegex(told[0]["where"], r"floorwalker\.conf:\d+:\d+: ")
        engine.signal(signal.SIGHUP)
        wait_until(lambda: engine.err.count("the configuration stays as it was") == 2, "the log says so too")
        os.remove(self.settings.path)
        self.assertEqual(self.post()[0], 422)
        self.assertEqual([each["name"] for each in self.api.json("/api/v1/tenants")["tenants"]], ["acme"])
        self.assertEqual(platform.totals()["connections"], before)
        self.settings.tenants.pop("fresh")
        self.end(engine)

    def test_new_thresholds_count_at_once_and_no_connection_is_touched(self):
        platforms = {name: self.simulator(name, "--agents", "120", "--rate", "2000", "--events", "12000",
                                          "--unauthorized", "0.05") for name in ("a", "b")}
        for name, platform in platforms.items():
            self.settings.tenant(name, platform, "alerts { max-unverified-transitions = 1000000, min-accuracy-percent = 0 }")
        engine = self.engine()
        for name in platforms:
            wait_until(lambda: self.metrics(name)["unverifiedTransitions"] > 3, "some transitions are unauthorized")
        before = {name: platform.totals()["connections"] for name, platform in platforms.items()}
        firing = lambda name: [each["kind"] for each in
                               self.api.json(f"/api/v1/tenants/{name}/alerts?state=firing")["alerts"]]
        self.assertEqual(firing("a"), [])
        self.settings.tenant("a", platforms["a"], "alerts { max-unverified-transitions = 1, min-accuracy-percent = 0 }")
        self.assertEqual(self.reload(), {("tenant", "a"): "rules"})
        wait_until(lambda: "unauthorized-transitions" in firing("a"), "the alert fires by the new threshold")
        self.assertEqual(firing("b"), [])
        self.assertEqual(self.reload(), {})
        for name, platform in platforms.items():
            self.judged(platform, name)
            self.assertEqual(platform.totals()["connections"], before[name])
        self.end(engine)
        changes = [each for each in self.exported("a") if each["auditAction"] == "CONFIGURATION_CHANGED"]
        self.assertEqual([each["keys"] for each in changes], [["alerts.max-unverified-transitions"]])
        self.assertEqual([each for each in self.exported("b") if each["auditAction"] == "CONFIGURATION_CHANGED"], [])

    def test_a_new_matrix_counts_exactly_behind_its_record_and_no_event_is_lost_or_doubled(self):
        platform = self.simulator("a", "--agents", "120", "--rate", "4000", "--events", "24000")
        self.settings.tenant("acme", platform, matrix(ALL_OF_THEM))
        engine = self.engine()
        before = None
        rules = [["busy"], ["available", "break"], ALL_OF_THEM]
        for count, targets in enumerate(rules):
            wait_until(lambda: self.metrics("acme")["totalProcessed"] > 5000 * (count + 1), "events are judged")
            before = before or platform.totals()["connections"]
            self.settings.tenant("acme", platform, matrix(targets))
            self.assertEqual(self.reload(), {("tenant", "acme"): "rules"})
        self.judged(platform, "acme")
        self.assertEqual(platform.totals()["connections"], before)
        self.assertEqual(self.metrics("acme")["gaps"], 0)
        self.end(engine)
        slot_of, allowed, changes = {}, {}, {}
        for record in self.exported("acme"):
            if record["auditAction"] == "MONITORING_STARTED":
                slot_of.update({agent: record["slot"] for agent in record["agentIds"]})
            elif record["auditAction"] == "CONFIGURATION_CHANGED" and "slot" in record:
                allowed[record["slot"]] = record["stateMatrix"]
                changes.setdefault(record["slot"], []).append(record["stateMatrix"]["busy"])
            elif "valid" in record:
                matrix_now = allowed.get(slot_of[record["agentId"]])
                wanted = matrix_now is None or record["currentState"] in matrix_now[record["previousState"]]
                self.assertEqual(record["valid"], wanted, record)
        self.assertEqual(changes, {slot: rules for slot in (0, 1, 2)})

    def test_sinks_come_change_and_go_and_each_has_every_record(self):
        platform = self.simulator("a", "--agents", "60", "--rate", "2000", "--events", "16000")
        self.settings.tenant("acme", platform)
        self.settings.file_sink("steady")
        engine = self.engine()
        processed = lambda count: wait_until(lambda: self.metrics("acme")["totalProcessed"] > count, "events are judged")
        processed(1000)
        before = platform.totals()["connections"]
        self.settings.file_sink("whole")
        self.settings.file_sink("fresh", ', start = "now"')
        self.assertEqual(self.reload(), {("sink", "whole"): "added", ("sink", "fresh"): "added"})
        processed(4000)
        for keep in (5, 6, 7):
            self.settings.file_sink("whole", f", rotate-keep = {keep}")
            self.assertEqual(self.reload(), {("sink", "whole"): "restarted"})
        processed(7000)
        whole = self.settings.sinks.pop("whole")
        self.assertEqual(self.reload(), {("sink", "whole"): "removed"})
        kept = len(self.lines("whole"))
        processed(10000)
        self.assertEqual(len(self.lines("whole")), kept)
        self.settings.sinks["whole"] = whole
        self.assertEqual(self.reload(), {("sink", "whole"): "added"})
        self.judged(platform, "acme")
        self.assertEqual(platform.totals()["connections"], before)
        self.end(engine)
        trail = self.exported("acme")
        self.assertEqual(self.lines("steady"), trail)
        self.assertEqual(self.lines("whole"), trail)
        fresh = self.lines("fresh")
        self.assertEqual(fresh, trail[-len(fresh):])
        self.assertLess(1000, len(trail) - len(fresh))
        self.assertNotIn("gets nothing more", engine.err)

    def test_receivers_of_alerts_come_change_and_go_and_hear_what_stands_and_is_not_silenced(self):
        platform = self.simulator("a", "--rate", "100")
        self.settings.tenant("acme", platform, """alerts { stream-silence = 1s, time-in-state = [["available", 1s],
            ["busy", 1s], ["wrap-up", 1s], ["break", 1s]] }""")
        hooks = {name: Hook() for name in ("early", "late", "next")}
        for hook in hooks.values():
            self.addCleanup(hook.stop)
        receiver = lambda name, more="": f'type = "webhook", url = "{hooks[name].url}", allow-private-targets = true {more}'
        heard = lambda name: [body["alert"]["kind"] for _, body in list(hooks[name].requests)
                              if body["alert"]["state"] == "firing"]
        self.settings.receivers["early"] = receiver("early")
        engine = self.engine()
        wait_until(lambda: self.metrics("acme")["totalProcessed"] > 20, "events are judged")
        platform.control({"pause": True})
        wait_until(lambda: "stream-silence" in heard("early"), "the first receiver hears it")
        wish = json.dumps({"kind": "time-in-state", "minutes": 5, "reason": "known"}).encode()
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/tenants/acme/silences", wish,
                                                      {"Content-Type": "application/json"})).close()

        self.settings.receivers["late"] = receiver("late")
        self.assertEqual(self.reload(), {("receiver", "late"): "added"})
        wait_until(lambda: "stream-silence" in heard("late"), "who came late hears what stands")
        self.assertNotIn("time-in-state", heard("late"))
        before = len(heard("late"))
        self.settings.receivers["late"] = receiver("late", ", timeout = 3s")
        del self.settings.receivers["early"]
        self.assertEqual(self.reload(), {("receiver", "early"): "removed", ("receiver", "late"): "restarted"})
        wait_until(lambda: len(heard("late")) > before, "who began anew hears it anew")
        self.assertNotIn('receiver="early"', self.api.get("/metrics")[2])
        self.assertEqual(self.reload(), {})

        hooks["late"].answers.extend([503] * 1000)
        platform.control({"pause": False})
        away = re.compile(r'notifications_total\{receiver="late",result="failed"\} [1-9]')
        wait_until(lambda: away.search(self.api.get("/metrics")[2]), "it is over, and can't be told")
        silence = [body["alert"]["id"] for _, body in hooks["late"].requests
                   if body["alert"]["kind"] == "stream-silence"][-1]
        self.settings.receivers["late"] = receiver("next")
        self.assertEqual(self.reload(), {("receiver", "late"): "restarted"})
        wait_until(lambda: (silence, "resolved") in [(body["alert"]["id"], body["alert"]["state"])
                                                     for _, body in list(hooks["next"].requests)],
                   "who takes its place hears what that one had still to hear")
        self.end(engine)

    def test_a_tenant_that_connects_anew_leaves_the_others_alone_and_keeps_its_figures(self):
        platforms = {name: self.simulator(name, "--agents", "60", "--rate", "500") for name in ("a", "b")}
        for name, platform in platforms.items():
            self.settings.tenant(name, platform)
        self.settings.file_sink("all")
        engine = self.engine()
        for name in platforms:
            wait_until(lambda: self.metrics(name)["totalProcessed"] > 500, "events are judged")
        before = {name: platform.totals()["connections"] for name, platform in platforms.items()}
        judged = self.metrics("a")["totalProcessed"]
        self.settings.tenant("a", platforms["a"], "liveness { ping-interval = 7s }")
        self.assertEqual(self.reload(), {("tenant", "a"): "connects"})
        wait_until(lambda: self.metrics("a")["totalProcessed"] > judged + 1000, "events are judged again")
        wait_until(lambda: self.metrics("a")["listeners"]["active"] == 2, "all listeners are subscribed")
        self.assertEqual(platforms["a"].totals()["connections"], 2 * before["a"])
        self.assertEqual(platforms["b"].totals()["connections"], before["b"])
        wait_until(lambda: not any(each["stale"] for each in self.api.json("/api/v1/tenants/a/agents")["agents"]),
                   "every agent is reconciled")
        self.end(engine)
        trail = self.exported("a")
        self.assertEqual([each["sequence"] for each in trail], list(range(1, len(trail) + 1)))
        actions = [each["auditAction"] for each in trail if "slot" in each or "keys" in each]
        self.assertEqual(actions, ["MONITORING_STARTED"] * 2 + ["CONFIGURATION_CHANGED"] +
                         ["MONITORING_INTERRUPTED"] * 2 + ["MONITORING_STARTED"] * 2 + ["MONITORING_INTERRUPTED"] * 2)
        self.assertEqual(engine.final_metrics()["a"]["totalProcessed"], sum("valid" in each for each in trail))
        events = [(each["agentId"], each["eventTimestamp"], each["currentState"]) for each in trail if "valid" in each]
        self.assertEqual(len(events), len(set(events)))
        self.assertEqual([each for each in self.lines("all") if each["tenantId"] == "a"], trail)

    def test_tenants_come_and_go_and_come_back_to_their_trail(self):
        platforms = {name: self.simulator(name, "--agents", "60", "--rate", "500") for name in ("a", "b")}
        self.settings.tenant("a", platforms["a"])
        self.settings.file_sink("all")
        engine = self.engine()
        names = lambda: [each["name"] for each in self.api.json("/api/v1/tenants")["tenants"]]
        for round_trip in range(2):
            self.settings.tenant("b", platforms["b"])
            self.assertEqual(self.reload(), {("tenant", "b"): "added"})
            self.assertEqual(names(), ["a", "b"])
            wait_until(lambda: self.metrics("b").get("totalProcessed", 0) > 500 * (round_trip + 1), "events are judged")
            again = self.settings.tenants.pop("b")
            self.assertEqual(self.reload(), {("tenant", "b"): "removed"})
            self.assertEqual(names(), ["a"])
            self.assertEqual(self.api.get("/api/v1/tenants/b/agents")[0], 404)
            ended = platforms["b"].ledger("agents=0")["connections"]
            self.assertEqual({(each["closeCodeReceived"], each["closeReasonReceived"]) for each in ended},
                             {(1000, "Client shutdown")})
        self.assertEqual(platforms["a"].totals()["connections"], 2)
        self.settings.tenants["b"] = again
        self.end_with_trail_of_b(engine)

    def end_with_trail_of_b(self, engine):
        self.end(engine)
        trail = self.exported("b")
        self.assertEqual([each["sequence"] for each in trail], list(range(1, len(trail) + 1)))
        delivered = [each for each in self.lines("all") if each["tenantId"] == "b"]
        self.assertEqual(delivered, trail[:len(delivered)])
        self.assertGreater(len(delivered), 1000)

    def test_a_tenant_that_had_failed_begins_anew_when_its_secret_is_right(self):
        platforms = {name: self.simulator(name, "--agents", "10", "--rate", "100") for name in ("a", "b")}
        secret = os.path.join(self.directory, "secret")
        with open(secret, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write("wrong")
        self.settings.tenant("a", platforms["a"])
        self.settings.tenant("b", platforms["b"], secret=f'client-secret-file = "{secret}"')
        engine = self.engine()
        wait_until(lambda: "tenant b is failed" in engine.err, "the credentials are rejected")
        with open(secret, "w") as file:
            file.write(SECRET)
        self.assertEqual(self.reload(), {("tenant", "b"): "restarted"})
        wait_until(lambda: self.metrics("b").get("totalProcessed", 0) > 0, "events are judged")
        self.assertEqual(platforms["a"].totals()["connections"], 1)
        self.end(engine)

    def test_what_needs_a_restart_is_named_until_there_is_one_and_the_rest_is_applied(self):
        platform = self.simulator("a", "--rate", "100")
        self.settings.tenant("acme", platform)
        engine = self.engine()
        self.settings.level = "debug"
        http = self.settings.http
        self.settings.http += ", max-connections = 77"
        needed = ["floorwalker.http.max-connections"]
        self.assertEqual(self.reload(needs_restart=needed), {("log", None): "rules"})
        self.assertEqual(self.reload(needs_restart=needed), {})
        self.settings.http = http
        self.assertEqual(self.reload(), {})
        self.end(engine)

    def test_only_administrators_may_and_a_revoked_token_counts_no_more_whatever_the_file_says(self):
        tokens = os.path.join(self.directory, "tokens")
        token = lambda *arguments: subprocess.run(
            [os.path.join(BIN, "floorwalker"), "token", *arguments, f"--tokens-file={tokens}"], check=True,
            capture_output=True, text=True).stdout.strip()
        bearer = {name: {"Authorization": "Bearer " + token("new", name, f"--role={name}")}
                  for name in ("administrator", "auditor", "viewer")}
        self.settings.http += f', tokens-file = "{tokens}"'
        self.settings.tenant("acme", self.simulator("a", "--rate", "100"))
        engine = self.engine()
        self.assertEqual(self.post()[0], 401)
        for name in ("viewer", "auditor"):
            self.assertEqual(self.post(bearer[name])[0], 403)
        status, answer = self.post(bearer["administrator"])
        self.assertEqual((status, answer["changed"]), (200, [{"part": "tokens", "change": "read again", "keys": []}]))
        token("revoke", "viewer")
        self.settings.write(extra="nonsense = 1")
        self.assertEqual(self.post(bearer["administrator"])[0], 422)
        self.assertEqual(self.api.get("/api/v1/tenants", bearer["viewer"])[0], 401)
        self.assertEqual(self.api.get("/api/v1/tenants", bearer["auditor"])[0], 200)
        self.end(engine)

    def test_a_second_one_is_refused_while_one_is_under_way(self):
        platform = self.simulator("a", "--agents", "20", "--rate", "200")
        self.settings.tenant("acme", platform)
        with socket.socket() as silent:  # a receiver that never answers keeps its sink's end waiting
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            self.settings.sinks["hook"] = f"""type = "webhook", url = "http://127.0.0.1:{silent.getsockname()[1]}/"
                allow-private-targets = true, timeout = 2s"""
            engine = self.engine()
            wait_until(lambda: self.metrics("acme")["totalProcessed"] > 10, "events are judged")
            self.settings.sinks.clear()
            self.settings.write()
            first = []
            slow = threading.Thread(target=lambda: first.append(self.post()))
            slow.start()
            wait_until(lambda: "asks for it" in engine.err, "the first one begins", every=0.01)
            time.sleep(0.1)  # it takes some seconds
            self.assertEqual(self.post()[0], 409)
            self.settings.level = "debug"
            self.settings.write()
            for _ in range(3):
                engine.signal(signal.SIGHUP)
            slow.join(30)
        self.assertEqual(first[0][0], 200)
        wait_until(lambda: "reload: the log goes by its new level" in engine.err, "the signals are obeyed")
        wait_until(lambda: self.post()[0] == 200, "no further one is under way")
        self.end(engine)

    def test_a_stop_does_not_wait_for_a_reload(self):
        self.settings.tenant("acme", self.simulator("a", "--agents", "20", "--rate", "200"))
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            self.settings.sinks["hook"] = f"""type = "webhook", url = "http://127.0.0.1:{silent.getsockname()[1]}/"
                allow-private-targets = true, timeout = 60s"""
            engine = self.engine()
            wait_until(lambda: self.metrics("acme")["totalProcessed"] > 10, "events are judged")
            self.settings.sinks.clear()
            self.settings.write()
            engine.signal(signal.SIGHUP)
            wait_until(lambda: "asks for it" in engine.err, "the reload begins", every=0.01)
            time.sleep(0.2)  # it waits for the sink's end now
            begun = time.monotonic()
            engine.signal(signal.SIGTERM)
            self.assertEqual(engine.wait(), 0, engine.err)
            self.assertLess(time.monotonic() - begun, 5.0)
            engine.final_metrics()
        self.settings.sinks.clear()

    def test_nothing_is_left_behind_over_many_reloads_and_each_is_short(self):
        platforms = {name: self.simulator(name, "--agents", "20", "--rate", "100") for name in ("a", "b", "c")}
        engine = self.engine_of_many(platforms)
        files = []
        for count in range(20):
            odd = count % 2
            self.settings.tenant("a", platforms["a"], f"alerts {{ max-latency = {1000 + count}ms }}\n{matrix(ALL_OF_THEM[odd:])}")
            self.settings.tenant("b", platforms["b"], f"liveness {{ timeout = {5 + odd}s }}")
            if odd:
                self.settings.tenants.pop("c", None)
                self.settings.sinks.pop("some", None)
            else:
                self.settings.tenant("c", platforms["c"])
                self.settings.file_sink("some")
            self.settings.file_sink("all", f", rotate-keep = {5 + count}")
            self.reload()
            self.assertLess(self.took, 10)
            self.assertEqual(platforms["a"].totals()["connections"], 1)
            if odd:
                active = lambda: all(self.metrics(name)["listeners"]["active"] == 1 for name in ("a", "b"))
                wait_until(active, "every listener is subscribed")
                files.append(len(os.listdir(f"/proc/{engine.process.pid}/fd")))
        # Requests and their connections come and go by themselves.
        self.assertLessEqual(min(files[-3:]), max(files[:3]), files)
        threads = len(os.listdir(f"/proc/{engine.process.pid}/task"))
        self.assertLess(threads, 60)
        self.end(engine)
        for tenant in ("a", "b"):
            trail = self.exported(tenant)
            self.assertEqual([each for each in self.lines("all") if each["tenantId"] == tenant], trail)

    def engine_of_many(self, platforms):
        self.settings.tenant("a", platforms["a"])
        self.settings.tenant("b", platforms["b"])
        self.settings.file_sink("all")
        return self.engine()

    def test_the_service_manager_is_told(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(os.path.join(self.directory, "notify"))
            manager.settimeout(30)
            self.settings.tenant("acme", self.simulator("a", "--rate", "10"))
            engine = self.engine(environment={"CXONE_CLIENT_SECRET": SECRET, "NOTIFY_SOCKET": manager.getsockname()})
            self.assertEqual(manager.recv(200), b"READY=1")
            engine.signal(signal.SIGHUP)
            self.assertRegex(manager.recv(200), rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
            self.assertEqual(manager.recv(200), b"READY=1")
            self.end(engine)


if __name__ == "__main__":
    BIN = os.path.dirname(os.path.abspath(sys.argv[1]))
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])

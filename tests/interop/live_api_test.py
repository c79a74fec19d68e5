#!/usr/bin/env python3
"""The live API of the built engine: every answer is as described, and nothing is missed over a restart.

  live_api_test.py FLOORWALKER SIMULATOR
"""

import datetime
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

import jsonschema

from live_client import LiveApi, LiveStream
from programs import Engine, Simulator, tenant_block, wait_until, write_config

BIN = ""
DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "api")
QUICK = "reconnect { base-delay = 20ms, max-delay = 200ms, jitter = 0 }"


def document(name):
    with open(os.path.join(DOCS, name + ".json")) as file:
        return json.load(file)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sequence_of(event):
    return int(event.id.split("-")[1])


class Described:
    """What a document says that a value has to be."""

    def __init__(self, name):
        self.document = document(name)

    def check(self, value, schema):
        whole = {**schema, "components": self.document["components"]}
        jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(value)


class LiveApiTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="floorwalker-live-")
        self.addCleanup(folder.cleanup)
        self.directory = folder.name
        self.port = free_port()
        self.api = LiveApi(self.port)
        self.began = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def simulator(self, *options):
        started = Simulator(BIN, self.directory, list(options))
        self.addCleanup(started.stop)
        return started

    def configure(self, simulator, http=""):
        path = write_config(self.directory, [tenant_block("acme", simulator.url, simulator.ca_file, QUICK)],
                            sinks=f'print {{ type = "file", path = "{self.directory}/records" }}')
        with open(path) as file:
            text = file.read().replace("floorwalker {", f'floorwalker {{\n  http {{ listen = "127.0.0.1:{self.port}" {http} }}', 1)
        with open(path, "w") as file:
            file.write(text)
        return "--config-file=" + path

    def engine(self, config):
        started = Engine(BIN, ["run", config], directory=self.directory)
        self.addCleanup(started.__exit__)
        wait_until(lambda: self.api.is_ready() or started.process.poll() is not None, "the engine is ready")
        self.assertIsNone(started.process.poll(), started.err)
        return started

    def token(self, *arguments):
        done = subprocess.run([os.path.join(BIN, "floorwalker"), "token", *arguments, f"--tokens-file={self.tokens}"],
                              check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def test_a_hang_up_reads_the_tokens_again(self):
        self.tokens = os.path.join(self.directory, "tokens")
        first = self.token("new", "first", "--role=viewer")
        engine = self.engine(self.configure(self.simulator("--rate", "50"), http=f', tokens-file = "{self.tokens}"'))
        status = lambda token: self.api.get("/api/v1/tenants", {"Authorization": f"Bearer {token}"})[0]
        self.assertEqual(status(first), 200)
        second = self.token("new", "second", "--role=viewer")
        self.assertEqual(status(second), 401)
        self.token("revoke", "first")
        engine.signal(signal.SIGHUP)
        wait_until(lambda: status(second) == 200, "the new token counts")
        self.assertEqual(status(first), 401)
        with open(self.tokens, "w") as file:
            file.write("nonsense")
        engine.signal(signal.SIGHUP)
        wait_until(lambda: "tokens: it stays as it was" in engine.err, "the engine says what is wrong")
        self.assertEqual(status(second), 200)
        engine.signal()
        self.assertEqual(engine.wait(), 0, engine.err)

    def stream(self, **query):
        started = LiveStream(self.port, **query)
        self.addCleanup(started.stop)
        return started

    def exported(self):
        done = subprocess.run([os.path.join(BIN, "floorwalker"), "audit", "export", f"{self.directory}/data/audit/acme"],
                              check=True, capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_every_route_answers_as_the_document_says(self):
        simulator = self.simulator("--agents", "60", "--teams", "3", "--rate", "200", "--unauthorized", "0.05")
        self.engine(self.configure(simulator))
        agents = lambda: [each for each in self.api.json("/api/v1/tenants/acme/agents")["agents"] if each["name"]]
        wait_until(lambda: len(agents()) == 60, "every agent has its name")
        wait_until(lambda: self.api.json("/api/v1/tenants/acme/metrics")["totalProcessed"] > 300, "events are counted")
        one = agents()[0]["agentId"]
        described = Described("openapi")
        address = lambda path: path.replace("{tenant}", "acme").replace("{id}", one.upper())
        for path, methods in described.document["paths"].items():
            if "get" not in methods:
                continue # what changes something has tests of its own
            with self.subTest(path=path):
                self.check_query_of(described, methods["get"], address(path))
                if path == "/api/v1/stream":
                    continue # its events too
                status, headers, text = self.api.ask(address(path))
                kind = headers.get_content_type()
                self.assertEqual(status, 200, text)
                wanted = methods["get"]["responses"]["200"]["content"]
                self.assertIn(kind, wanted)
                described.check(json.loads(text) if kind == "application/json" else text, wanted[kind]["schema"])
                self.check_tag_of(described, methods["get"], address(path), headers)
        acme = "/api/v1/tenants/acme"
        history = f"{acme}/agents/{one}/history"
        refused = {"/api/v1/tenants/nobody/agents": 404, f"{acme}/agents/nobody": 404, f"{acme}/agents/nobody/history": 404,
                   f"{acme}/agents?limit=0": 400, f"{acme}/agents?state=loud": 400, f"{acme}/agents?cursor=7": 400,
                   f"{acme}/agents?limit=1&limit=2": 400, f"{acme}/alerts?state=loud": 400,
                   f"{history}?from=yesterday": 400, f"{history}?from=2026-11-25&to=2026-11-24": 400,
                   f"{history}?cursor=next": 400, f"{history}?cursor=999999999": 400,
                   "/api/v1/stream?mode=fast": 400, "/api/v1/stream?mode=log&types=agent": 400,
                   "/api/v1/stream?agent=Ada": 400, "/api/v1/stream?lastEventId=yesterday": 400,
                   "/api/v1/stream?tenant=nobody": 404, "/api/v1/stream?types=all": 400, "/api/v1/nothing": 404}
        for path, wanted in refused.items():
            with self.subTest(path=path):
                self.check_refused(described, self.api.ask(path), wanted)
        for path, methods in described.document["paths"].items():
            for method in ({"post", "delete"} & set(methods)) if path.startswith("/api/v1/") else ():
                with self.subTest(path=path, method=method):
                    asked = self.api.ask(address(path) + "?dry-run=1", method=method.upper(), body=b"{}",
                                         headers={"Content-Type": "application/json"})
                    self.check_refused(described, asked, 400)
                    self.assertIn("400", methods[method]["responses"])

    def check_refused(self, described, asked, wanted):
        status, headers, text = asked
        self.assertEqual((status, headers.get_content_type()), (wanted, "application/problem+json"), text)
        self.assertIsNone(headers["ETag"])
        described.check(json.loads(text), {"$ref": "#/components/schemas/Problem"})

    def check_query_of(self, described, operation, address):
        """What the document says of parameters is what the engine says: any other one is refused by name."""
        if not address.startswith("/api/v1/"):
            self.assertEqual(self.api.get(address + "?floor=1&floor=2")[0], 200)
            return
        names = [each["name"] for each in operation["parameters"] if each.get("in") == "query"]
        self.assertIn("400", operation["responses"])
        asked = self.api.ask(address + "?floor=1")
        self.check_refused(described, asked, 400)
        self.assertEqual(json.loads(asked[2])["detail"], 'There is no parameter "floor" here: this address takes '
                         + (", ".join(names) or "none") + ".")
        for name in names:
            twice = self.api.ask(f"{address}?{name}=&{name}=")
            self.check_refused(described, twice, 400)

    def check_tag_of(self, described, operation, address, headers):
        """A tag is there where the document says so, and whoever sends it back is told 304."""
        said = operation["responses"]["200"].get("headers", {})
        self.assertEqual("304" in operation["responses"], "ETag" in said)
        if "ETag" not in said:
            self.assertIsNone(headers["ETag"])
            self.assertEqual(headers["Cache-Control"], "no-store")
            return
        tag = headers["ETag"]
        described.check(tag, described.document["components"]["headers"]["ETag"]["schema"])
        self.assertIn(headers["Cache-Control"], ("private, no-cache", "no-cache", "no-store"))
        for names_it in ("*", f'"x", {tag}') if self.answers_alike(address) else ("*",):
            status, told, text = self.api.ask(address, {"If-None-Match": names_it})
            self.assertEqual((status, text), (304, ""))
            self.assertEqual(told["Vary"], "Accept-Encoding")
            described.check(told["ETag"], described.document["components"]["headers"]["ETag"]["schema"])
        self.assertEqual(self.api.ask(address, {"If-None-Match": '"x"'})[0], 200)

    def answers_alike(self, address):
        """Figures move while events come in."""
        return address.endswith((".json", "/tenants", "/silences"))

    def test_a_kind_of_alerts_is_silenced_for_a_while(self):
        simulator = self.simulator("--agents", "20", "--rate", "200", "--unauthorized", "0.5")
        self.engine(self.configure(simulator))
        described = Described("openapi")
        routes = described.document["paths"]
        silences = "/api/v1/tenants/acme/silences"
        alerts = lambda: self.api.json("/api/v1/tenants/acme/alerts?state=firing")["alerts"]
        firing = lambda kind: [each for each in alerts() if each["kind"] == kind]
        wait_until(lambda: firing("unauthorized-transitions"), "an alert fires")
        self.assertFalse(firing("unauthorized-transitions")[0]["silenced"])

        status, text = self.change("POST", silences, {"kind": "unauthorized-transitions", "minutes": 5, "reason": "known"})
        self.assertEqual(status, 201, text)
        answers = routes["/api/v1/tenants/{tenant}/silences"]["post"]["responses"]
        described.check(json.loads(text), answers["201"]["content"]["application/json"]["schema"])
        self.assertTrue(firing("unauthorized-transitions")[0]["silenced"])
        self.assertEqual([each["reason"] for each in self.api.json(silences)["silences"]], ["known"])

        one = json.loads(text)["id"]
        self.assertEqual(self.change("DELETE", f"{silences}/{one}")[0], 204)
        self.assertEqual(self.change("DELETE", f"{silences}/{one}")[0], 404)
        self.assertFalse(firing("unauthorized-transitions")[0]["silenced"])
        for wish in ({}, {"kind": "loud", "minutes": 5, "reason": "x"}, {"kind": "latency", "minutes": 0, "reason": "x"},
                     {"kind": "latency", "minutes": 5, "reason": ""}):
            with self.subTest(wish=wish):
                self.assertEqual(self.change("POST", silences, wish)[0], 400)

    def change(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def test_lists_come_page_by_page_and_filtered(self):
        simulator = self.simulator("--agents", "70", "--teams", "2", "--rate", "0")
        self.engine(self.configure(simulator))
        named = lambda: [each for each in self.api.json("/api/v1/tenants/acme/agents")["agents"] if each["team"]]
        wait_until(lambda: len(named()) == 70, "every agent has its team")
        ids, cursor = [], ""
        while cursor is not None:
            page = self.api.json(f"/api/v1/tenants/acme/agents?limit=25&cursor={cursor}")
            ids += [each["agentId"] for each in page["agents"]]
            cursor = page["next"]
        self.assertEqual(sorted(ids), sorted(simulator.agent_ids()))
        team = self.api.json("/api/v1/tenants/acme/agents?limit=1")["agents"][0]["team"]
        of_team = self.api.json("/api/v1/tenants/acme/agents?" + "team=" + team.replace(" ", "+"))["agents"]
        self.assertEqual(len(of_team), 35)

    def test_a_floor_that_stands_still_is_told_once(self):
        simulator = self.simulator("--agents", "40", "--teams", "2", "--rate", "0")
        self.engine(self.configure(simulator))
        acme = "/api/v1/tenants/acme"
        agents = lambda: self.api.json(f"{acme}/agents")["agents"]
        wait_until(lambda: len([each for each in agents() if each["name"] and not each["stale"]]) == 40, "all are there")
        one = agents()[0]["agentId"]
        for path in (f"{acme}/agents", f"{acme}/agents?limit=3", f"{acme}/agents/{one}/history?limit=5", f"{acme}/alerts"):
            with self.subTest(path=path):
                for coding in ("identity", "gzip"):
                    # The floor may still come to rest: names and states are listed apart.
                    wait_until(lambda: self.is_told_once(path, coding), f"{path} is answered by 304")

    def is_told_once(self, path, coding):
        def ask(**more):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            self.addCleanup(connection.close)
            connection.request("GET", path, headers={"Accept-Encoding": coding, **more})
            answer = connection.getresponse()
            return answer.status, answer.headers["ETag"], len(answer.read())
        _, tag, size = ask()
        self.assertGreater(size, 0)
        return ask(**{"If-None-Match": tag}) == (304, tag, 0)

    def test_a_date_is_a_day_of_the_tenant(self):
        simulator = self.simulator("--agents", "5", "--rate", "50")
        config = self.configure(simulator)
        path = config.removeprefix("--config-file=")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace("acme {", 'acme {\n time-zone = "Pacific/Kiritimati"', 1)) # 14 hours ahead of UTC
        self.engine(config)
        one = wait_until(lambda: self.api.json("/api/v1/tenants/acme/agents")["agents"], "agents are known")[0]["agentId"]
        history = f"/api/v1/tenants/acme/agents/{one}/history"
        wait_until(lambda: len(self.api.json(history)["records"]) > 5, "records are there")
        zone = datetime.timezone(datetime.timedelta(hours=14))
        records = lambda query: self.api.json(history + "?" + query)["records"]
        begun = datetime.datetime.fromisoformat(records("limit=1")[0]["timestamp"].replace("Z", "+00:00")).astimezone(zone)
        today, before = begun.date(), begun.date() - datetime.timedelta(days=1)
        self.assertEqual(len(records(f"from={today}&limit=5")), 5)
        self.assertEqual(len(records(f"from={today}&to={today}&limit=5")), 5)
        self.assertEqual(records(f"to={before}"), [])
        self.assertEqual(len(records(f"from={today}T00:00&limit=5")), 5)
        self.assertEqual(len(records(f"from={today}T00:00:00%2B14:00&limit=5")), 5)

    def test_a_port_that_the_system_picks_is_told(self):
        simulator = self.simulator("--agents", "5", "--rate", "0")
        self.port = 0
        started = Engine(BIN, ["run", self.configure(simulator)], directory=self.directory)
        self.addCleanup(started.__exit__)
        told = wait_until(lambda: re.search(r"the wallboard is at (http://127\.0\.0\.1:(\d+))", started.err), "it says where")
        self.assertNotEqual(int(told.group(2)), 0)
        api = LiveApi(int(told.group(2)))
        wait_until(lambda: api.is_ready() or started.process.poll() is not None, "the engine is ready")
        self.assertEqual(len(api.json("/api/v1/tenants")["tenants"]), 1)

    def test_metrics_are_what_prometheus_reads(self):
        promtool = shutil.which("promtool")
        self.assertIsNotNone(promtool, "promtool is missing: install Debian's package prometheus")
        simulator = self.simulator("--agents", "20", "--rate", "100")
        self.engine(self.configure(simulator))
        wait_until(lambda: self.api.json("/api/v1/tenants/acme/metrics")["totalProcessed"] > 50, "events are counted")
        text = self.api.get("/metrics")[2]
        checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True)
        ours = [line for line in checked.stderr.splitlines() if line.startswith("floorwalker_")]
        self.assertEqual((checked.returncode in (0, 3), ours), (True, []), checked.stderr)
        for name in ("events_total", "event_latency_seconds_count", "accuracy_ratio", "agents", "listeners",
                     "token_renewals_total", "alerts_firing", "sink_lag_records", "sink_delivered_total",
                     "audit_records_total", "audit_sync_seconds_count", "gaps_total", "clock_skew_seconds"):
            self.assertIn("\nfloorwalker_" + name, text)

    def test_the_stream_tells_what_the_document_says_and_ends_where_the_floor_is(self):
        simulator = self.simulator("--agents", "60", "--teams", "3", "--rate", "300", "--events", "3000",
                                   "--unauthorized", "0.05", "--drop-every", "3s")
        self.engine(self.configure(simulator))
        agents = lambda: self.api.json("/api/v1/tenants/acme/agents")["agents"]
        wait_until(agents, "the agents are known")
        traced = agents()[0]["agentId"]
        state, log = self.stream(tenant="acme", trace=traced), self.stream(mode="log")
        wait_until(lambda: simulator.ledger()["finished"], "the simulator sends every event")
        def settled(stream):
            told = [event.data for event in stream.named("metrics")]
            return told and told[-1]["metrics"]["totalProcessed"] > 0 and (told[-1]["perSecond"],
                                                                         told[-1]["staleAgents"]) == (0, 0)
        state.wait_for(settled, "the wallboard hears the end")
        rows = {}
        described = Described("asyncapi")
        names = {name: message for name, message in described.document["components"]["messages"].items()}
        for event in state.events:
            described.check(event.data, names[event.name]["payload"])
            if event.name == "snapshot":
                rows = {each["agentId"]: each for each in event.data["agents"]}
            elif "agent" in event.data:
                rows[event.data["agent"]["agentId"]] = event.data["agent"]
        now = {each["agentId"]: each for each in self.api.json("/api/v1/tenants/acme/agents")["agents"]}
        self.assertEqual(rows, now)
        told = [event.id for event in state.named("transition") if event.data["agentId"] == traced]
        self.assertEqual([event.id for event in state.named("trace")], told)
        self.assertGreater(len(told), 0)
        log.wait_for(settled, "the integrator hears the end")
        for event in log.named("transition"):
            described.check(event.data, names["record"]["payload"])
        first = sequence_of(log.named("snapshot")[0])
        heard = [event.data["sequence"] for event in log.named("transition")]
        self.assertEqual(heard, list(range(first + 1, first + 1 + len(heard))))

    def restarts(self, number):
        simulator = self.simulator("--agents", "60", "--teams", "3", "--rate", "500")
        config = self.configure(simulator)
        engine = self.engine(config)
        log, state = self.stream(mode="log", last_id="1-0"), self.stream(tenant="acme")
        for _ in range(2):
            before = len(log.events)
            log.wait_for(lambda s: len(s.events) > before + 300, "records come")
            engine.signal(number)
            engine.wait()
            engine = self.engine(config)
        before = len(log.events)
        log.wait_for(lambda s: len(s.events) > before + 300, "records come after the restart")
        simulator.stop()
        engine.signal(signal.SIGINT)
        engine.wait()
        trail = self.exported()
        heard = [event.data for event in log.named("transition")]
        self.assertGreaterEqual(log.connections, 3)
        self.assertEqual([each["sequence"] for each in heard], list(range(1, len(heard) + 1)))
        self.assertEqual(heard, trail[:len(heard)])
        self.assertEqual(log.named("snapshot"), [])
        # The wallboard got every transition between its first id and its last, once, and a snapshot a restart.
        transitions = [each["sequence"] for each in trail if "latencyMs" in each]
        told = [event.data["sequence"] for event in state.named("transition")]
        self.assertEqual(told, [each for each in transitions if told[0] <= each <= told[-1]])
        self.assertGreaterEqual(len(state.named("snapshot")), 3)

    def test_nothing_is_missed_or_doubled_over_a_stop_and_a_start(self):
        self.restarts(signal.SIGINT)

    def test_nothing_is_missed_or_doubled_over_a_kill(self):
        self.restarts(signal.SIGKILL)

    def test_working_figures_are_right_again_after_a_kill(self):
        simulator = self.simulator("--agents", "60", "--teams", "3", "--rate", "300")
        config = self.configure(simulator)
        engine = self.engine(config)
        def figures():
            status, _, text = self.api.get("/api/v1/tenants/acme/figures")
            return json.loads(text) if status == 200 else None
        wait_until(lambda: (figures() or {"tenant": {"transitionsToday": 0}})["tenant"]["transitionsToday"] > 500,
                   "transitions are counted")
        before = figures()["tenant"]
        engine.signal(signal.SIGKILL)
        engine.wait()
        engine = self.engine(config)
        wait_until(lambda: figures() is not None, "today's records are read")
        wait_until(lambda: figures()["tenant"]["transitionsToday"] > before["transitionsToday"] + 200, "it goes on")
        simulator.stop()
        wait_until(lambda: self.api.json("/api/v1/tenants/acme/metrics")["listeners"]["active"] == 0, "nothing comes")
        def in_trail(since):
            return sum("latencyMs" in each and each["eventTimestamp"] >= since for each in self.exported())
        wait_until(lambda: figures()["tenant"]["transitionsToday"] == in_trail(figures()["dayStart"]),
                   "every transition of the trail is counted, and none twice")
        after = figures()
        tenant = after["tenant"]
        if after["dayStart"] > self.began:
            return # midnight has passed meanwhile
        # A second for each agent is what the kill may have cost.
        self.assertGreaterEqual(sum(tenant["today"].values()), sum(before["today"].values()) - 60)
        midnight, now = (datetime.datetime.fromisoformat(after[each].replace("Z", "+00:00")) for each in ("dayStart", "at"))
        self.assertAlmostEqual(sum(tenant["today"].values()) + tenant["unobserved"], 60 * (now - midnight).total_seconds(),
                               delta=60 * 0.2)
        self.assertEqual(sum(each["agents"] for each in after["teams"]), 60)

    def test_an_open_stream_does_not_hold_up_the_end(self):
        simulator = self.simulator("--agents", "60", "--rate", "100")
        engine = self.engine(self.configure(simulator))
        stream = self.stream()
        stream.wait_for(lambda s: s.named("metrics"), "the stream tells figures")
        engine.signal(signal.SIGTERM)
        self.assertEqual(engine.wait(6), 0, engine.err)


if __name__ == "__main__":
    BIN = os.path.dirname(os.path.abspath(sys.argv[1]))
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)

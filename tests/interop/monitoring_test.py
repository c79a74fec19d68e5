#!/usr/bin/env python3
"""Alerts on their way out, and what configs/monitoring gives to operators, with the real servers.

  monitoring_test.py FLOORWALKER SIMULATOR
"""

import json
import os
import re
import sys
import tempfile
import unittest
import urllib.request

from live_client import LiveApi
from monitoring_servers import Alertmanager, Hook, Prometheus, free_port, run_tool
from programs import Engine, Simulator, tenant_block, wait_until, write_config

BIN = ""
CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "configs", "monitoring")
METRIC = re.compile(r"\b(?:floorwalker|process|caf)_[a-z_]+\b")
# Silence is an alert on the tenant, a long stay one on an agent; both come and go with the simulator's pause.
ALERTS = """alerts { stream-silence = 1s, time-in-state = [["available", 1s], ["busy", 1s], ["wrap-up", 1s], ["break", 1s]] }
      reconnect { base-delay = 20ms, max-delay = 200ms, jitter = 0 }"""


def text_of(name):
    with open(os.path.join(CONFIGS, name)) as file:
        return file.read()


def expressions():
    """Every expression of the dashboard, and every one of the rules."""
    board = json.loads(text_of("grafana-dashboard.json"))
    shown = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    asked = [each["definition"] for each in board["templating"]["list"] if "definition" in each]
    rules = re.findall(r"expr: (.*?)\n +(?:for|labels):", text_of("floorwalker.rules.yml"), re.S)
    return shown, asked, rules


class MonitoringTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="floorwalker-monitoring-")
        self.addCleanup(folder.cleanup)
        self.directory = folder.name
        self.port = free_port()
        self.api = LiveApi(self.port)

    def started(self, server):
        self.addCleanup(server.stop)
        return server

    def engine(self, simulator, alerting="", http="", scheme_is_plain=True):
        path = write_config(self.directory, [tenant_block("acme", simulator.url, simulator.ca_file, ALERTS)],
                            sinks=f'file {{ type = "file", path = "{self.directory}/records" }}')
        with open(path) as file:
            text = file.read().replace("floorwalker {", f"""floorwalker {{
  http {{ listen = "127.0.0.1:{self.port}" {http} }}
  alerting {{ {alerting} }}""", 1)
        with open(path, "w") as file:
            file.write(text)
        started = Engine(BIN, ["run", "--config-file=" + path], directory=self.directory,
                         environment={"CXONE_CLIENT_SECRET": "open-sesame", "HOOK_SECRET": "whsec_AAECAw=="})
        self.addCleanup(started.__exit__)
        if scheme_is_plain:
            wait_until(lambda: self.api.is_ready() or started.process.poll() is not None, "the engine is ready")
        self.assertIsNone(started.process.poll(), started.err)
        return started

    def simulator(self):
        return self.started(Simulator(BIN, self.directory, ["--agents", "20", "--rate", "100"]))

    def alertmanager_block(self, manager):
        return f"""manager {{ type = "alertmanager", url = "{manager.url}", resend-interval = 1s,
                              wallboard = "https://wall.example/" }}"""

    def alertmanager(self):
        self.hook = self.started(Hook())
        return self.started(Alertmanager(os.path.join(self.directory, "alertmanager"), self.hook.url))

    def heard(self, name, status):
        """What Alertmanager told its own receiver."""
        return [alert for _, body in list(self.hook.requests) for alert in body["alerts"]
                if alert["labels"]["alertname"] == name and alert["status"] == status]

    def test_an_alert_fires_in_alertmanager_is_silenced_and_is_resolved_there(self):
        simulator, manager, pager = self.simulator(), self.alertmanager(), self.started(Hook(answers=[503]))
        self.engine(simulator, self.alertmanager_block(manager) + f"""
          pager {{ type = "webhook", url = "{pager.url}", allow-private-targets = true, secret-env = "HOOK_SECRET" }}""")
        wait_until(lambda: self.api.json("/api/v1/tenants/acme/metrics")["totalProcessed"] > 20, "events are counted")
        simulator.control({"pause": True})
        wait_until(lambda: manager.alerts("stream-silence") and manager.alerts("time-in-state"), "alerts fire")
        ours = {each["kind"]: each for each in self.api.json("/api/v1/tenants/acme/alerts?state=firing")["alerts"]}
        silence = manager.alerts("stream-silence")[0]
        self.assertEqual(silence["labels"], {"alertname": "stream-silence", "tenant": "acme", "node": "node-1",
                                             "severity": "warning"})
        self.assertEqual(silence["annotations"], {"summary": ours["stream-silence"]["sentence"],
                                                  "description": ours["stream-silence"]["advice"]})
        self.assertEqual(silence["startsAt"], ours["stream-silence"]["firingSince"])
        self.assertEqual(silence["generatorURL"], "https://wall.example/")
        labels = manager.alerts("time-in-state")[0]["labels"]
        self.assertIn(labels["agentId"], simulator.agent_ids())
        self.assertIn(labels["state"], ("available", "busy", "wrap-up", "break"))

        silences = f"http://127.0.0.1:{self.port}/api/v1/tenants/acme/silences"
        wish = json.dumps({"kind": "stream-silence", "minutes": 5, "reason": "known"}).encode()
        with urllib.request.urlopen(urllib.request.Request(silences, wish, {"Content-Type": "application/json"})) as made:
            one = json.load(made)["id"]
        wait_until(lambda: not manager.alerts("stream-silence"), "what is silenced ends there")
        urllib.request.urlopen(urllib.request.Request(f"{silences}/{one}", method="DELETE")).close()
        wait_until(lambda: manager.alerts("stream-silence"), "what still fires is told again")

        simulator.control({"pause": False})
        wait_until(lambda: not manager.alerts("stream-silence"), "the alert is resolved")
        wait_until(lambda: self.heard("stream-silence", "resolved"), "its receiver hears of it")
        self.assertTrue(self.heard("stream-silence", "firing"))
        # The other receiver heard each change, though it was away at first.
        told = lambda: [(body["alert"]["id"], body["alert"]["state"]) for _, body in list(pager.requests)
                        if body["alert"]["kind"] == "stream-silence"]
        wait_until(lambda: told()[-1:] and told()[-1][1] == "resolved", "the webhook hears the end", seconds=90)
        headers, first = pager.requests[0]
        self.assertEqual(pager.requests[1][0]["webhook-id"], headers["webhook-id"])
        self.assertTrue(headers["webhook-signature"].startswith("v1,"))
        self.assertEqual((first["tenantId"], first["node"]), ("acme", "node-1"))
        self.assertEqual(set(first["alert"]), set(ours["stream-silence"]))
        metrics = self.api.get("/metrics")[2]
        self.assertIn('floorwalker_alert_notifications_total{receiver="pager",result="failed"} 1\n', metrics)
        self.assertNotIn('floorwalker_alert_notifications_total{receiver="manager",result="delivered"} 0\n', metrics)

    def test_alerts_of_an_engine_that_died_resolve_by_themselves(self):
        simulator, manager = self.simulator(), self.alertmanager()
        engine = self.engine(simulator, self.alertmanager_block(manager))
        simulator.control({"pause": True})
        wait_until(lambda: manager.alerts("stream-silence"), "an alert fires")
        engine.process.kill()
        wait_until(lambda: not manager.alerts("stream-silence"), "it has ended by itself", seconds=20)

    def test_prometheus_scrapes_over_tls_with_a_token_by_the_example(self):
        simulator = self.simulator()
        tokens = os.path.join(self.directory, "tokens")
        token = run_tool(os.path.join(BIN, "floorwalker"), "floorwalker", "token", "new", "prometheus", "--role=viewer",
                         f"--tokens-file={tokens}").strip()
        key, certificate = (os.path.join(simulator.tls, name) for name in ("server-key.pem", "server.pem"))
        engine = self.engine(simulator, http=f""", tokens-file = "{tokens}", tls-certificate = "{certificate}",
                             tls-key = "{key}" """, scheme_is_plain=False)
        example = text_of("prometheus.yml")
        for there, here in (("floorwalker.example:8443", f"127.0.0.1:{self.port}"), ("alertmanager.example:9093", "127.0.0.1:1"),
                            ("/etc/prometheus/floorwalker-token", "token"), ("15s", "500ms"),
                            ("/etc/prometheus/floorwalker-ca.pem", simulator.ca_file),
                            ("/etc/prometheus/alertmanager-ca.pem", simulator.ca_file)):
            self.assertIn(there, example)
            example = example.replace(there, here)
        prometheus = self.started(Prometheus(os.path.join(self.directory, "prometheus"), example, {
            "token": token, "floorwalker.rules.yml": text_of("floorwalker.rules.yml")}))
        wait_until(lambda: prometheus.value('up{job="floorwalker"}') == 1, "the target is up")
        wait_until(lambda: (prometheus.value('floorwalker_events_total{tenant="acme",result="authorized"}') or 0) > 50,
                   "events arrive")
        self.assertEqual(prometheus.value('sum(floorwalker_agents{tenant="acme"})'), 20)
        self.assertGreater(prometheus.value("process_resident_memory_bytes"), 1e6)
        rules = lambda: [rule for group in prometheus.ask("/api/v1/rules")["data"]["groups"] for rule in group["rules"]]
        wait_until(lambda: all(rule["health"] == "ok" for rule in rules()), "every rule has been looked at")
        self.assertEqual([rule["name"] for rule in rules() if rule["state"] == "firing"], [], engine.err)

    def test_rules_and_dashboard_use_metrics_that_the_engine_exposes(self):
        self.engine(self.simulator(), 'pager { type = "webhook", url = "https://127.0.0.1:1/" }')
        wait_until(lambda: self.api.json("/api/v1/tenants/acme/metrics")["totalProcessed"] > 20, "events are counted")
        exposed = {line.split("{")[0].split(" ")[0] for line in self.api.get("/metrics")[2].splitlines()
                   if not line.startswith("#")}
        exposed.add("floorwalker_reconnects_total") # has no series before the first lost connection
        shown, asked, rules = expressions()
        self.assertGreater(len(shown), 30)
        self.assertEqual(len(rules), text_of("floorwalker.rules.yml").count("- alert:"))
        used = {name for expression in shown + asked + rules for name in METRIC.findall(expression)}
        self.assertEqual(used - exposed, set())

    def test_the_rules_fire_when_they_should(self):
        run_tool("promtool", "prometheus", "test", "rules", "floorwalker.rules.test.yml", cwd=CONFIGS)
        tested = set(re.findall(r"alertname: (\w+)\n +exp_alerts:\n", text_of("floorwalker.rules.test.yml")))
        self.assertEqual(tested, set(re.findall(r"- alert: (\w+)", text_of("floorwalker.rules.yml"))))

    def test_the_examples_are_what_prometheus_and_alertmanager_read(self):
        run_tool("promtool", "prometheus", "check", "config", "--syntax-only", "prometheus.yml", cwd=CONFIGS)
        run_tool("amtool", "prometheus-alertmanager", "check-config", "alertmanager.yml", cwd=CONFIGS)

    def test_the_dashboard_can_be_imported_and_its_expressions_read(self):
        board = json.loads(text_of("grafana-dashboard.json"))
        self.assertEqual([each["name"] for each in board["templating"]["list"]], ["datasource", "job", "tenant"])
        self.assertEqual([panel["title"] for panel in board["panels"] if panel["type"] == "row"],
                         ["Floor", "Transitions and accuracy", "Latency", "Listeners and reconnects", "Audit trail", "Sinks",
                          "Alerts", "Process and actor framework"])
        self.assertEqual(len({panel["id"] for panel in board["panels"]}), len(board["panels"]))
        for panel in board["panels"]:
            if panel["type"] != "row":
                self.assertEqual(panel["datasource"]["uid"], "${datasource}")
                self.assertTrue(panel["description"], panel["title"])
        path = os.path.join(self.directory, "expressions.yml")
        with open(path, "w") as file: # JSON is YAML
            json.dump({"groups": [{"name": "board", "rules": [
                {"record": f"shown:{number}", "expr": expression.replace("$__rate_interval", "1m")}
                for number, expression in enumerate(expressions()[0])]}]}, file)
        run_tool("promtool", "prometheus", "check", "rules", path)


if __name__ == "__main__":
    BIN = os.path.dirname(os.path.abspath(sys.argv[1]))
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)

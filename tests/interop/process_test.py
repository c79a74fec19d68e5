#!/usr/bin/env python3
"""The built programs from outside: exit codes, signals, outputs.   process_test.py FLOORWALKER SIMULATOR"""

import json
import os
import pty
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

from hook_receiver import HookReceiver
from programs import SECRET, Engine, Simulator, tenant_block, wait_until, write_config

BIN = ENGINE_BIN = ""
QUICK = "reconnect { base-delay = 20ms, max-delay = 200ms, jitter = 0 }"
FIRST_MEMBERS = ["timestamp", "agentId", "previousState", "currentState", "latencyMs", "valid", "auditAction"]


class ProcessTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="floorwalker-process-")
        self.addCleanup(folder.cleanup)
        self.directory = folder.name

    def simulator(self, *options):
        started = Simulator(BIN, self.directory, list(options))
        self.addCleanup(started.stop)
        return started

    def config(self, simulator, more=QUICK, **rest):
        return "--config-file=" + write_config(
            self.directory, [tenant_block("acme", simulator.url, simulator.ca_file, more)], **rest)

    def engine(self, *arguments, **rest):
        started = Engine(ENGINE_BIN, list(arguments), directory=self.directory, **rest)
        self.addCleanup(started.__exit__)
        return started

    def code_of(self, *arguments, **rest):
        ended = self.engine(*arguments, **rest)
        return ended.wait(), ended

    def test_a_signal_drains_and_the_final_metrics_are_the_last_line(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                simulator = self.simulator("--agents", "120", "--rate", "0", "--events", "5000")
                # Totals go on with the trail, so each run has one of its own.
                running = self.engine("run", self.config(simulator), "--print-audit",
                                      f"--floorwalker.node.data-dir={self.directory}/{number.name}")
                wait_until(lambda: simulator.ledger()["finished"], "the simulator sends every event")
                sent = simulator.totals()["sent"]
                wait_until(lambda: running.out.count('"eventTimestamp"') == sent, "the engine prints every event")
                begun = time.monotonic()
                running.signal(number)
                self.assertEqual(running.wait(), 0, running.err)
                self.assertLess(time.monotonic() - begun, 5.0)
                self.assertEqual(running.final_metrics()["acme"]["totalProcessed"], sent)
                entries = [json.loads(line) for line in running.out.splitlines()[:-1]]
                for entry in entries:
                    if "eventTimestamp" in entry:
                        self.assertEqual(list(entry)[:7], FIRST_MEMBERS)
                self.assertEqual([entry["sequence"] for entry in entries], list(range(1, len(entries) + 1)))
                ended = lambda: all(each["endedAt"] for each in simulator.ledger("agents=0")["connections"])
                wait_until(ended, "every connection has ended")
                for each in simulator.ledger("agents=0")["connections"]:
                    self.assertEqual((each["closeCodeReceived"], each["closeReasonReceived"]),
                                     (1000, "Client shutdown"))

    def test_a_wrong_configuration_names_every_problem_and_exits_with_2(self):
        path = os.path.join(self.directory, "wrong.conf")
        with open(path, "w") as file:
            file.write("""floorwalker { tenants { acme { region = "us-1", tenant-id = "a", client-id = "b"
              agents = ["nobody"], colour = "red", limits { max-frame = 1 } } } }""")
        for command in ("run", "check"):
            code, ended = self.code_of(command, "--config-file=" + path)
            self.assertEqual(code, 2)
            self.assertEqual(ended.out, "")
            for key in ("agents", "colour", "max-frame"):
                self.assertEqual(sum(key in line for line in ended.err.splitlines()), 1, ended.err)

    def test_a_ca_file_without_certificates_is_a_wrong_configuration(self):
        wrong = os.path.join(self.directory, "none.pem")
        with open(wrong, "w") as file:
            file.write("no certificate")
        config = "--config-file=" + write_config(
            self.directory, [tenant_block("acme", "https://127.0.0.1:1", wrong)])
        for command in ("run", "check"):
            code, ended = self.code_of(command, config)
            self.assertEqual(code, 2)
            self.assertEqual(len(ended.err.splitlines()), 1, ended.err)
            self.assertIn("floorwalker.tenants.acme.ca-file", ended.err)

    def test_an_answer_that_can_not_be_printed_exits_with_1(self):
        config = self.config(self.simulator("--paused"))
        with open("/dev/full", "w") as full:
            for arguments in (["version"], ["help"], ["check", config]):
                code, ended = self.code_of(*arguments, stdout=full)
                self.assertEqual(code, 1, arguments)
                self.assertEqual(ended.err, "floorwalker: cannot write to standard output\n")

    def test_a_closed_standard_output_is_nobody_elses_file(self):
        simulator = self.simulator("--rate", "100")
        running = self.engine("run", self.config(simulator), "--print-audit", stdout=subprocess.DEVNULL,
                              before=lambda: os.close(1))
        wait_until(lambda: "standard output was closed" in running.err, "the engine notices")
        wait_until(lambda: simulator.totals()["sent"] > 100, "events go on")
        running.signal()
        self.assertEqual(running.wait(), 0, running.err)
        self.assertNotIn("Invalid argument", running.err)
        self.assertNotIn("cut off", running.err)

    def test_wrong_usage_exits_with_2(self):
        for arguments in (["run", "--nonsense"], ["fly"], []):
            self.assertEqual(self.code_of(*arguments)[0], 2, arguments)

    def test_rejected_credentials_exit_with_3_and_still_print_final_metrics(self):
        simulator = self.simulator("--paused")
        code, ended = self.code_of("run", self.config(simulator), environment={"CXONE_CLIENT_SECRET": "wrong"})
        self.assertEqual(code, 3, ended.err)
        self.assertIn("acme", ended.final_metrics())

    def test_a_policy_violation_everywhere_exits_with_4(self):
        simulator = self.simulator("--rate", "0", "--fault", "close:1008:policy violation@each:1")
        code, ended = self.code_of("run", self.config(simulator))
        self.assertEqual(code, 4, ended.err)
        self.assertGreater(ended.final_metrics()["acme"]["listeners"]["stopped"], 0)

    def test_a_second_signal_ends_at_once(self):
        simulator = self.simulator("--rate", "0")
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        running = self.engine("run", self.config(simulator), "--print-audit", stdout=writing)
        os.close(writing)
        # Nobody reads the pipe, so the drain can't come to its end soon.
        wait_until(lambda: simulator.totals()["sent"] > 1000, "events flow")
        running.signal()
        wait_until(lambda: "a second signal" in running.err, "the engine announces the drain")
        running.signal()
        begun = time.monotonic()
        self.assertEqual(running.wait(), 130)
        self.assertLess(time.monotonic() - begun, 2.0)

    def test_a_second_signal_gives_the_terminal_back(self):
        # A gateway that answers no close frame holds the drain up.
        simulator = self.simulator("--agents", "20", "--rate", "200", "--fault", "stall@event:50")
        reading, screen = pty.openpty()
        config = self.config(simulator, sinks='screen { type = "console", view = "live" }')
        running = self.engine("run", config, stdout=screen,
                              environment={"CXONE_CLIENT_SECRET": SECRET, "TERM": "xterm"})
        os.close(screen)
        drawn = []

        def read_terminal():
            with os.fdopen(reading, "rb", buffering=0) as terminal:
                try:
                    while piece := terminal.read(4096):
                        drawn.append(piece)
                except OSError:  # the last writer has gone
                    pass

        reader = threading.Thread(target=read_terminal, daemon=True)
        reader.start()
        wait_until(lambda: b"\x1b7\x1b[" in b"".join(drawn), "a picture is drawn")
        wait_until(lambda: simulator.totals()["sent"] >= 50, "the stream stalls")
        running.signal()
        wait_until(lambda: "a second signal" in running.err, "the engine announces the drain", every=0.01)
        running.signal()
        self.assertEqual(running.wait(), 130)
        reader.join(10)
        self.assertTrue(b"".join(drawn).endswith(b"\x18\x1b[r\x1b[24;1H\r\n"), b"".join(drawn)[-200:])

    def test_a_reader_that_goes_away_does_not_end_the_engine(self):
        simulator = self.simulator("--rate", "200")
        reading, writing = os.pipe()
        running = self.engine("run", self.config(simulator), "--print-audit", stdout=writing)
        os.close(writing)
        with os.fdopen(reading) as lines:
            json.loads(lines.readline())
        before = simulator.totals()["sent"]
        wait_until(lambda: simulator.totals()["sent"] > before + 400, "events go on")
        self.assertIsNone(running.process.poll(), running.err)
        running.signal()
        self.assertEqual(running.wait(), 0, running.err)

    def test_check_says_what_would_be_done(self):
        simulator = self.simulator("--paused")
        config = self.config(simulator)
        self.assertEqual(self.code_of("check", config)[0], 0)
        code, ended = self.code_of("check", config, "--json")
        self.assertEqual(code, 0, ended.err)
        json.loads(ended.out)

    def test_check_online_signs_in(self):
        simulator = self.simulator("--paused", "--agents", "73")
        config = self.config(simulator)
        code, ended = self.code_of("check", "--online", config)
        self.assertEqual(code, 0, ended.err)
        self.assertIn("73", ended.out)
        wrong = {"CXONE_CLIENT_SECRET": "wrong"}
        self.assertEqual(self.code_of("check", "--online", config, environment=wrong)[0], 3)
        simulator.stop()
        self.assertEqual(self.code_of("check", "--online", config)[0], 1)

    def test_a_webhook_gets_every_record_signed_and_in_order_though_it_fails_now_and_then(self):
        simulator = self.simulator("--agents", "60", "--rate", "0", "--events", "20000")
        with HookReceiver(simulator.tls) as receiver:
            sink = f"""hook {{ type = "webhook", url = "{receiver.url}/hook", secret-env = "HOOK_SECRET"
                       ca-file = "{simulator.ca_file}", allow-private-targets = true, batch-records = 200 }}"""
            running = self.engine("run", self.config(simulator, sinks=sink), "--print-audit",
                                  environment={"CXONE_CLIENT_SECRET": SECRET, "HOOK_SECRET": HookReceiver.secret})
            wait_until(lambda: simulator.ledger()["finished"], "the simulator sends every event")
            sent = simulator.totals()["sent"]
            got = lambda: sum("eventTimestamp" in record for record in list(receiver.records))
            wait_until(lambda: got() == sent, "the receiver gets every event")
            running.signal()
            self.assertEqual(running.wait(), 0, running.err)
        printed = [json.loads(line) for line in running.out.splitlines()[:-1]]
        self.assertEqual(receiver.records, printed)
        self.assertEqual(receiver.turned_away, 3)
        self.assertEqual(receiver.complaints, [])
        self.assertNotIn(HookReceiver.secret, running.err)

    def test_three_variables_are_a_configuration(self):
        variables = {"CXONE_TENANT_ID": "t", "CXONE_CLIENT_ID": "c", "CXONE_CLIENT_SECRET": "s"}
        code, ended = self.code_of("check", environment=variables)
        self.assertEqual(code, 0, ended.err)
        self.assertIn("api-us-1.cxone.com", ended.out)
        self.assertEqual(self.code_of("check", environment={})[0], 2)

    def test_no_output_shows_secret_or_token(self):
        simulator = self.simulator("--rate", "100", "--token-life", "2", "--token-fault", "status:500@2*1")
        # The tokens of one issuer differ in their hexadecimal digits.
        token = self.token_of(simulator)
        looks_like_it = re.sub("[0-9a-f]{16,}", lambda digits: "[0-9a-f]{16,}", token, count=1).rpartition("-")[0]
        self.assertRegex(token, looks_like_it)
        running = self.engine("run", self.config(simulator, log_level="trace"), "--print-audit")
        wait_until(lambda: simulator.totals()["tokensIssued"] >= 4, "tokens are renewed")
        simulator.control({"fault": "close:4401:token expired"})
        wait_until(lambda: simulator.totals()["connections"] >= 8, "streams come back")
        running.signal()
        self.assertEqual(running.wait(), 0, running.err)
        code, asked = self.code_of("check", "--online", self.config(simulator, log_level="trace"))
        self.assertEqual(code, 0, asked.err)
        for output in (running.out, running.err, asked.out, asked.err):
            self.assertNotIn(SECRET, output)
            self.assertNotIn("Bearer", output)
            self.assertNotRegex(output, looks_like_it)

    def token_of(self, simulator):
        form = f"grant_type=client_credentials&client_id=floorwalker&client_secret={SECRET}&tenant=acme".encode()
        context = ssl.create_default_context(cafile=simulator.ca_file)
        with urllib.request.urlopen(simulator.url + "/oauth/token", data=form, context=context, timeout=30) as answer:
            return json.load(answer)["access_token"]


if __name__ == "__main__":
    ENGINE_BIN, BIN = (os.path.dirname(os.path.abspath(path)) for path in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])

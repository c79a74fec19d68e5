#!/usr/bin/env python3
"""The engine is killed (SIGKILL) at random instants under load, again and again, and nothing that it acknowledged is lost.

  crash_test.py --bin build/release/bin --kills 200

A webhook, a Kafka cluster and a PostgreSQL server (restarted in the middle) follow the trail all the time. Afterwards:
the trail verifies, its sequences have no gap, every record that a receiver has stands in the trail with the same
content, and each receiver has every record: PostgreSQL exactly once, the others at least once. Exits with 1 and one line
if something does not hold.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from programs import Engine, Failure, Simulator, expect, tenant_block, wait_until, write_config
from receivers import KafkaRecorder, PostgresServer, WebhookReceiver

TOPIC = "transitions"
HOOK_SECRET = "open-sesame-for-hooks"  # a space would part two keys


def run_audit(chosen, *arguments):
    """floorwalker audit …: exit code, standard output, standard error."""
    done = subprocess.run([os.path.join(chosen.bin, "floorwalker"), "audit", *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


def verify(chosen, trail):
    code, _, error = run_audit(chosen, "verify", trail)
    expect(code == 0, f"the trail does not verify: {error.strip()[-500:]}")


def exported(chosen, trail):
    code, text, error = run_audit(chosen, "export", trail)
    expect(code == 0, f"the trail can't be exported: {error.strip()[-500:]}")
    return [json.loads(line) for line in text.splitlines()]


def start(chosen, config):
    secrets = {"CXONE_CLIENT_SECRET": "open-sesame", "HOOK_SECRET": HOOK_SECRET}
    return Engine(chosen.bin, ["run", "--config-file=" + config], environment=secrets)


def canonical(record):
    return json.dumps(record, sort_keys=True)


def kill_again_and_again(chosen, config, trail, chance, simulator, postgres):
    for number in range(1, chosen.kills + 1):
        with start(chosen, config) as engine:
            # A third of the kills hit the start and its recovery, the others an engine at work.
            if chance.random() < 0.66:
                wait_until(lambda: engine.process.poll() is not None or
                           simulator.ledger()["agentsSubscribed"] == chosen.agents, "every agent is subscribed", 60,
                           0.02)
            time.sleep(chance.uniform(0, 0.5))
            expect(engine.process.poll() is None,
                   f"run {number}: the engine ended by itself with {engine.process.returncode}\n{engine.err[-2000:]}")
            engine.signal(signal.SIGKILL)
            engine.wait()
        if number == chosen.kills // 2:
            postgres.stop("immediate")
        if number == chosen.kills // 2 + 2:
            postgres.start()
        if number % 20 == 0:
            verify(chosen, trail)
            print(f"{number} kills, the trail verifies", flush=True)


def check_prefix(whose, theirs, records, at_least):
    """A receiver has the trail from its beginning up to some record, each with its content, and reaches `at_least`."""
    reached = max(theirs, default=0)
    expect(reached >= at_least, f"{whose} has {reached} records, {at_least} were delivered before the stop")
    for record in records[:reached]:
        sequence = record["sequence"]
        expect(sequence in theirs, f"{whose} does not have record {sequence}")
        expect(theirs[sequence] == canonical(record), f"{whose} has another record {sequence} than the trail")
    expect(len(theirs) == reached, f"{whose} has {len(theirs)} records, of {reached} in the trail")
    return reached


def consumed_records(kafka):
    """By sequence, in the order of their first delivery."""
    found = {}
    for key, record in kafka.messages():
        sequence, text = record["sequence"], canonical(record)
        expect(found.setdefault(sequence, text) == text, f"Kafka has record {sequence} with two contents")
        expect("agentId" not in record or key.lower() == record["agentId"].lower(), f"record {sequence} has key {key}")
    return found


def inserted_records(postgres):
    rows = [row.split("|", 1) for row in postgres.query("select sequence, entry from floorwalker_records")]
    found = {int(sequence): canonical(json.loads(entry)) for sequence, entry in rows}
    expect(len(found) == len(rows), f"PostgreSQL has {len(rows)} rows for {len(found)} records")
    return found


def check_order(whose, records, first_deliveries):
    """Per agent, the first deliveries are in the order of the trail."""
    agent_of = {record["sequence"]: record.get("agentId") for record in records}
    newest = {}
    for sequence in first_deliveries:
        agent = agent_of[sequence]
        expect(newest.get(agent, 0) < sequence, f"{whose} got record {sequence} of agent {agent} out of order")
        newest[agent] = sequence


class Standstill:
    """True once every receiver has come to the same record, and none of them got anything for two seconds."""

    def __init__(self, hook, kafka, postgres):
        self._hook, self._kafka, self._postgres = hook, kafka, postgres
        self._last, self._since = None, 0.0

    def __call__(self):
        inserted = int(self._postgres.query("select coalesce(max(sequence), 0) from floorwalker_records")[0])
        consumed = max((record["sequence"] for _, record in self._kafka.messages()), default=0)
        state = (inserted, consumed, max(self._hook.records, default=0))
        if state != self._last:
            self._last, self._since = state, time.monotonic()
        return inserted if len(set(state)) == 1 and time.monotonic() - self._since > 2.0 else 0


def run(chosen, directory):
    os.chmod(directory, 0o755)
    chance = random.Random(chosen.seed)
    trail = os.path.join(directory, "data/audit/acme")
    options = ["--agents", str(chosen.agents), "--rate", str(chosen.rate), "--events", "0", "--unauthorized", "0.02",
               "--duplicates", "0.01", "--malformed", "0.005"]
    with Simulator(chosen.bin, directory, options) as simulator, \
         WebhookReceiver(HOOK_SECRET.encode(), failing=0.05, seed=chosen.seed) as hook, \
         KafkaRecorder(chosen.bin, directory, TOPIC) as kafka, PostgresServer(directory) as postgres:
        sinks = f"""
    hook {{ type = "webhook", url = "{hook.url}", secret-env = "HOOK_SECRET", allow-private-targets = true }}
    stream {{ type = "kafka", brokers = {json.dumps(kafka.brokers)}, topic = "{TOPIC}", tls = false }}
    history {{ type = "postgres", connection = "{postgres.connection}" }}"""
        quick = "reconnect { base-delay = 100ms, max-delay = 2s }"
        config = write_config(directory, [tenant_block("acme", simulator.url, simulator.ca_file, quick)], sinks)
        kill_again_and_again(chosen, config, trail, chance, simulator, postgres)
        with start(chosen, config) as engine:
            wait_until(lambda: simulator.ledger()["agentsSubscribed"] == chosen.agents, "every agent is subscribed", 120)
            simulator.control({"pause": True})

            reached = wait_until(Standstill(hook, kafka, postgres), "every receiver has caught up", 300, 0.5)
            engine.signal()
            code = engine.wait(30)
            expect(code == 0, f"the engine ended with {code}, not 0\n{engine.err[-2000:]}")
        verify(chosen, trail)
        records = exported(chosen, trail)
        for place, record in enumerate(records, 1):
            expect(record["sequence"] == place, f"record {place} of the trail has sequence {record['sequence']}")
        expect(not hook.problems, "; ".join(hook.problems[:3]))
        check_prefix("the webhook's receiver", hook.records, records, reached)
        check_order("the webhook's receiver", records, hook.order)
        consumed = consumed_records(kafka)
        check_prefix("the Kafka topic", consumed, records, reached)
        check_order("the Kafka topic", records, consumed)
        check_prefix("PostgreSQL", inserted_records(postgres), records, reached)
        print(f"{chosen.kills} kills, {len(records)} records: the trail verifies and has no gap; every receiver has every "
              f"record (the webhook {hook.repeats} of them again, PostgreSQL none)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of the built programs")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--rate", type=float, default=3000, help="events a second")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chosen.bin = os.path.abspath(chosen.bin)
    with tempfile.TemporaryDirectory(prefix="floorwalker-crash-") as directory:
        try:
            run(chosen, directory)
        except Failure as failure:
            print(f"crash_test: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

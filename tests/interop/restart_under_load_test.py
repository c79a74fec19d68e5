#!/usr/bin/env python3
"""The engine is stopped, or killed, and started again under load, and whoever follows its stream misses nothing.

  restart_under_load_test.py --bin build/release/bin --signal TERM
  restart_under_load_test.py --bin build/release/bin --signal KILL --agents 2000 --rate 2000 --restarts 5

The simulator goes on sending. A client in mode=log and one in mode=state come back with their last id, as an integrator's
and a wallboard would. Afterwards the log client has every record of the trail once and in order; the state client's rows
are those of GET …/agents, nobody is stale, and what the platform says of each agent is what the engine shows; every event
sent on an acknowledged subscription is judged once or lies in the one interruption that each listener has for each
restart. Exits with 1 and one line if something does not hold.
"""

import argparse
import collections
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

from acceptance import AGENTS_A_LISTENER, Trail, check_losses, compare
from live_client import LiveApi, LiveStream
from programs import Engine, Failure, Simulator, expect, tenant_block, wait_until, write_config

QUICK = "reconnect { base-delay = 100ms, max-delay = 2s }"
CAUSES = {signal.SIGTERM: "shutdown", signal.SIGKILL: "process ended"}
TENANT = "/api/v1/tenants/acme"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """One data directory and one port, and whichever engine runs there."""

    def __init__(self, chosen, directory, simulator):
        self.bin, self.port = chosen.bin, free_port()
        self.api = LiveApi(self.port)
        self.trail = os.path.join(directory, "data", "audit", "acme")
        config = write_config(directory, [tenant_block("acme", simulator.url, simulator.ca_file, QUICK)])
        self._arguments = ["run", "--config-file=" + config, f"--floorwalker.http.listen=127.0.0.1:{self.port}"]

    def start(self):
        return Engine(self.bin, self._arguments)

    def export(self, path):
        done = subprocess.run([os.path.join(self.bin, "floorwalker"), "audit", "export", self.trail, "--output=" + path],
                              capture_output=True, text=True)
        expect(done.returncode == 0, f"the trail can't be exported: {done.stderr.strip()[-500:]}")

    def rows(self):
        """Every agent's status, page by page."""
        found, cursor = {}, ""
        while cursor is not None:
            page = self.api.json(f"{TENANT}/agents?limit=1000&cursor={cursor}")
            found.update((row["agentId"], row) for row in page["agents"])
            cursor = page["next"]
        return found


def picture(events):
    """What a wallboard shows that was told these events."""
    rows = {}
    for event in events:
        if event.name == "snapshot":
            rows = {row["agentId"]: row for row in event.data["agents"]}
        elif "gone" in event.data:
            rows.pop(event.data["gone"], None)
        elif event.name in ("transition", "agent"):
            rows[event.data["agent"]["agentId"]] = event.data["agent"]
    return rows


def follow(engine, simulator, log, agents, seconds):
    """Everybody is subscribed, and the log client hears of it."""
    wait_until(lambda: simulator.ledger()["agentsSubscribed"] == agents or engine.process.poll() is not None,
               f"{agents} agents are subscribed", 120, 0.1)
    expect(engine.process.poll() is None, f"the engine ended by itself\n{engine.err[-2000:]}")
    heard = len(log.events)
    log.wait_for(lambda stream: len(stream.events) > heard + 200, "records come", 60)
    time.sleep(seconds)


def check_log(log, trail_path):
    """The client that came back has the trail, once and in order."""
    with open(trail_path) as file:
        trail = [json.loads(line) for line in file]
    heard = [event.data for event in log.named("transition")]
    for place, (theirs, ours) in enumerate(zip(heard, trail), 1):
        expect(theirs == ours, f"record {place} of the log client is {theirs}, of the trail {ours}")
    compare("records that the log client heard, against the trail", len(trail), len(heard))
    expect(not log.named("snapshot"), "the log client was given a snapshot")
    return trail


def check_state(state, trail, rows):
    shown = picture(state.events)
    for agent, row in rows.items():
        expect(shown.get(agent) == row, f"agent {agent}: the wallboard shows {shown.get(agent)}, the engine {row}")
    compare("agents on the wallboard and of the engine", len(rows), len(shown))
    told = [event.data["sequence"] for event in state.named("transition")]
    if not state.named("conflated"):
        wanted = [each["sequence"] for each in trail if "latencyMs" in each and told[0] <= each["sequence"] <= told[-1]]
        expect(told == wanted, "the wallboard was told transitions twice, in another order, or not all")


def check_interruptions(trail, number, restarts, slots):
    causes = collections.Counter(record["cause"] for record in trail.monitoring
                                 if record["auditAction"] == "MONITORING_INTERRUPTED")
    compare("recorded interruptions, by their cause", dict(causes), {CAUSES[number]: restarts * slots})
    for agent in {agent for record in trail.monitoring for agent in record["agentIds"]}:
        compare(f"agent {agent}, interruptions and restarts", len(trail.interruptions(agent)), restarts)


def run(chosen, directory):
    number = signal.Signals["SIG" + chosen.signal]
    chance = random.Random(chosen.seed)
    options = ["--agents", str(chosen.agents), "--rate", str(chosen.rate), "--unauthorized", "0.01", "--duplicates", "0.01",
               "--malformed", "0.005", "--ledger-events"]
    with Simulator(chosen.bin, directory, options) as simulator:
        node = Node(chosen, directory, simulator)
        log, state = LiveStream(node.port, last_id="1-0", mode="log"), LiveStream(node.port, tenant="acme")
        try:
            restart_and_compare(chosen, number, chance, directory, simulator, node, log, state)
        finally:
            log.stop()
            state.stop()


def restart_and_compare(chosen, number, chance, directory, simulator, node, log, state):
    for _ in range(chosen.restarts):
        with node.start() as engine:
            follow(engine, simulator, log, chosen.agents, chance.uniform(0.5, 1.5))
            engine.signal(number)
            code = engine.wait(30)
            expect(code == (0 if number == signal.SIGTERM else -number), f"the engine ended with {code}\n{engine.err[-2000:]}")
    with node.start() as engine:
        follow(engine, simulator, log, chosen.agents, 1.0)
        simulator.control({"pause": True})
        rows = wait_until(lambda: settled(node, state), "all is judged and nobody is stale any more", 60, 0.2)
        ledger = simulator.ledger("connections=0&requests=0")
        exported = os.path.join(directory, "trail.jsonl")
        node.export(exported)
        wait_until(lambda: log.last_id == state.last_id, "both clients heard the last record", 30)
        records = check_log(log, exported)
        check_state(state, records, rows)
        for agent, account in ledger["agents"].items():
            compare(f"agent {agent}, its observed state", rows[agent]["observedState"], account["state"])
        trail = Trail(exported)
        check_interruptions(trail, number, chosen.restarts, -(-chosen.agents // AGENTS_A_LISTENER))
        lost, agents = check_losses(simulator, trail, exported, ledger["agents"])
        compare("judged or in an interruption", sum(trail.judged.values()) + lost, ledger["totals"]["sent"])
        expect("[error]" not in engine.err, f"the engine logged an error\n{engine.err[-2000:]}")
        engine.signal(signal.SIGTERM)
        code = engine.wait(30)
        expect(code == 0, f"the engine ended with {code}, not 0\n{engine.err[-2000:]}")
    print(f"{chosen.restarts} restarts by SIG{chosen.signal}, {len(records)} records: the log client has each once, over "
          f"{log.connections} connections; {len(rows)} rows as on the wallboard, over {state.connections}; "
          f"{ledger['totals']['sent']} events sent, {lost} of {agents} agents in recorded interruptions")


def settled(node, state):
    """The rows, if nothing is on its way any more and nobody is stale."""
    figures = [event.data for event in state.named("metrics")[-2:]]
    if len(figures) < 2 or any(each["perSecond"] or each["staleAgents"] for each in figures):
        return None
    rows = node.rows()
    return None if any(row["stale"] for row in rows.values()) else rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of floorwalker and floorwalker-simulator")
    parser.add_argument("--signal", choices=["TERM", "KILL"], default="TERM")
    parser.add_argument("--restarts", type=int, default=1)
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--rate", type=float, default=1000, help="events a second")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chosen.bin = os.path.abspath(chosen.bin)
    with tempfile.TemporaryDirectory(prefix="floorwalker-restart-") as directory:
        try:
            run(chosen, directory)
        except Failure as failure:
            print(f"restart_under_load_test: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

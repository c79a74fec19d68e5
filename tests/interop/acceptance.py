#!/usr/bin/env python3
"""Acceptance: the engine against the simulator over TLS, every event accounted for.

  acceptance.py --bin build/release/bin               10,000 agents, 1,000,000 events, drops and a rate limit
  acceptance.py --bin build/release/bin --resets      the same with connections that are torn down
  acceptance.py --bin build/release/bin --memory      10,000,000 events without growing
  acceptance.py --bin build/release/bin --isolation   tenants in trouble next to a healthy one

Exits with 1 and one line if something does not hold.
"""

import argparse
import collections
import glob
import json
import os
import subprocess
import sys
import tempfile
import time

from programs import Engine, Failure, Simulator, expect, tenant_block, wait_until, write_config

AGENTS_A_LISTENER = 50
QUICK_RECONNECT = "reconnect { base-delay = 100ms, max-delay = 2s }"
ODD_SHARES = ["--unauthorized", "0.01", "--malformed", "0.005", "--duplicates", "0.01"]


class Trail:
    """What the audit file says, read as it grows."""

    def __init__(self, path):
        self.judged = collections.Counter()
        self.rejected = collections.Counter()
        self.monitoring = []
        with open(path, "rb") as file:
            for line in file:
                if b'"auditAction":"MONITORING_' in line:
                    self.monitoring.append(json.loads(line))
                elif b'"previousState":' in line[:130]:
                    agent = line.split(b'"agentId":"', 1)[1].split(b'"', 1)[0].decode()
                    self.judged[agent] += 1
                    if b'"auditAction":"TRANSITION_REJECTED"' in line:
                        self.rejected[agent] += 1

    def interruptions(self, agent):
        """Pairs: last frame received before, and when monitoring went on. A killed process leaves its last record."""
        found, since = [], None
        for record in self.monitoring:
            if agent not in record["agentIds"]:
                continue
            if record["auditAction"] == "MONITORING_INTERRUPTED":
                since = since or record.get("lastReceived") or record["lastRecord"]
            elif since:
                found.append((since, record["timestamp"]))
                since = None
        return found


QUIET_SECONDS = 10.0  # longer than a busy machine's disk takes for anything


class GrowingTrail:
    """Counts the events in audit files as they grow: a sink's file, or the segments of the trail itself."""

    def __init__(self, pattern):
        self.pattern, self.files, self.grown_at = pattern, {}, time.monotonic()

    @property
    def events(self):
        return sum(file.events for file in self.files.values())

    def read(self):
        for path in glob.glob(self.pattern):
            if self.files.setdefault(path, GrowingFile(path)).read():
                self.grown_at = time.monotonic()


class GrowingFile:
    MARK = b'"eventTimestamp"'

    def __init__(self, path):
        self.path, self.offset, self.events, self.rest = path, 0, 0, b""

    def read(self):
        """Whether there was more."""
        before = self.offset
        try:
            with open(self.path, "rb") as file:
                if file.seek(0, os.SEEK_END) < self.offset:  # another file since: it was rotated
                    self.offset, self.rest = 0, b""
                file.seek(self.offset)
                while piece := file.read(1 << 22):
                    self.offset += len(piece)
                    piece = self.rest + piece
                    self.events += piece.count(self.MARK)
                    self.rest = piece[-len(self.MARK) + 1:]
        except FileNotFoundError:
            pass  # it is not there yet
        return self.offset != before


def wait_for_the_end(simulator, grows, seconds, exact=False):
    """The gateway has sent everything, and the trail has every event (`exact`), or has not grown for a while.
    Gives the time when it grew last."""
    wait_until(lambda: simulator.ledger()["finished"], "the simulator sends every event", seconds, 0.2)
    trail = GrowingTrail(grows)
    sent = simulator.totals()["sent"]

    def ended():
        trail.read()
        return (exact and trail.events >= sent) or time.monotonic() - trail.grown_at > QUIET_SECONDS

    wait_until(ended, "the engine judges what was sent", seconds, 0.1)
    return trail.grown_at


def start_together(simulator, engine, agents, seconds):
    """Events begin when every agent is subscribed. Gives the CPU time that it took until then."""
    wait_until(lambda: simulator.ledger()["agentsSubscribed"] == agents or engine.process.poll() is not None,
               f"{agents} agents are subscribed", seconds, 0.1)
    expect(engine.process.poll() is None, f"the engine ended before it was subscribed\n{engine.err[-2000:]}")
    cpu = engine.cpu_seconds()
    simulator.control({"pause": False})
    return cpu


def finish(engine):
    engine.signal()
    code = engine.wait(30)
    expect(code == 0, f"the engine ended with {code}, not 0\n{engine.err[-2000:]}")
    return engine.final_metrics()


def compare(what, ours, theirs):
    expect(ours == theirs, f"{what}: the engine has {ours}, the ledger {theirs}")


def compare_totals(metrics, totals, trail, ledger_agents):
    """Every figure that the gateway knows too, agent by agent where it can be told from the trail."""
    compare("judged and sent", metrics["totalProcessed"], totals["sent"])
    compare("unauthorized", metrics["unverifiedTransitions"], totals["unauthorized"])
    compare("duplicates", metrics["duplicates"], totals["duplicatesSent"])
    compare("malformed", metrics["malformed"], totals["malformed"])
    compare("out of order", metrics["outOfOrder"], totals["outOfOrder"])
    compare("hand-over copies", metrics["handoverCopies"], totals["sentCopies"])
    for agent, account in ledger_agents.items() if trail else ():
        compare(f"agent {agent}, judged and sent", trail.judged[agent], account["sent"])
        compare(f"agent {agent}, unauthorized", trail.rejected[agent], account["unauthorized"])


def judged_events(audit_path, agents):
    """Of these agents: events as (timestamp in nanoseconds' digits, states)."""
    found = {agent: set() for agent in agents}
    with open(audit_path, "rb") as file:
        for line in file:
            if b'"eventTimestamp"' not in line:
                continue
            agent = line.split(b'"agentId":"', 1)[1].split(b'"', 1)[0].decode()
            if agent in found:
                entry = json.loads(line)
                found[agent].add((nine_digits(entry["eventTimestamp"]), entry["previousState"], entry["currentState"]))
    return found


def nine_digits(timestamp):
    whole, _, fraction = timestamp.rstrip("Z").partition(".")
    return f"{whole}.{fraction:0<9}Z"


def check_losses(simulator, trail, audit_path, ledger_agents):
    """What was not judged was lost with its connection, and that connection's end is a recorded interruption."""
    missing = {agent: account["sent"] - trail.judged[agent] for agent, account in ledger_agents.items()}
    for agent, count in missing.items():
        expect(count >= 0, f"agent {agent}: {-count} events were judged that nobody sent")
    lossy = [agent for agent, count in missing.items() if count > 0]
    judged = judged_events(audit_path, lossy)
    acked = {each["id"]: each["ackedAt"] for each in simulator.ledger("agents=0&requests=0")["connections"]}
    for agent in lossy:
        cut = {}
        for event in simulator.agent_events(agent):
            if event.get("unheard"):
                continue
            connection = event["connections"][0]
            what = f"agent {agent}, event of {event['timestamp']} on connection {connection}"
            if (event["timestamp"], event["previousState"], event["currentState"]) in judged[agent]:
                expect(connection not in cut, f"{what}: judged although one before it was lost")
                continue
            # The interruption that ended this connection. It begins with the last frame that was received, so what was
            # sent behind that frame lies in it, even what happened a moment before. Records tell milliseconds.
            pause = cut.get(connection) or next(
                (each for each in trail.interruptions(agent) if each[0].rstrip("Z") >= acked[connection][:23]), None)
            expect(pause and event["sentAt"][:23] <= pause[1].rstrip("Z"),
                   f"{what}: lost outside of every recorded interruption")
            expect(pause not in [other for key, other in cut.items() if key != connection],
                   f"{what}: lost, but the interruption of {pause[0]} is another connection's")
            cut[connection] = pause
    return sum(missing.values()), len(lossy)


def simulator_options(chosen, faults):
    options = ["--agents", str(chosen.agents), "--events", str(chosen.events), "--rate", str(chosen.rate), "--paused"]
    for fault in faults:
        options += ["--fault", fault]
    return options


def drops_and_a_rate_limit(events):
    return [f"drop@event:{events // 7}*5", f"close:1008:rate limit exceeded@event:{events // 2}*1"]


def run_whole(chosen, directory):
    faults = [f"reset@event:{chosen.events // 7}*5"] if chosen.resets else drops_and_a_rate_limit(chosen.events)
    options = simulator_options(chosen, faults) + ODD_SHARES + (
        ["--ledger-events", "--ledger-events-max", str(chosen.events)] if chosen.resets else [])
    audit_path = os.path.join(directory, "audit.jsonl")
    trail_folder = os.path.join(directory, "data", "audit", "acme")
    grows = os.path.join(trail_folder, "*.trail") if chosen.no_sink else audit_path
    sink = "" if chosen.no_sink else f'trail {{ type = "file", path = "{audit_path}", rotate-bytes = 0 }}'
    with Simulator(chosen.bin, directory, options) as simulator:
        config = write_config(directory, [tenant_block("acme", simulator.url, simulator.ca_file, QUICK_RECONNECT)],
                              sink)
        with Engine(chosen.bin, ["run", "--config-file=" + config, *chosen.engine_option]) as engine:
            before = start_together(simulator, engine, chosen.agents, chosen.timeout)
            begun = time.monotonic()
            took = wait_for_the_end(simulator, grows, chosen.timeout, not chosen.resets) - begun
            cpu, peak = engine.cpu_seconds() - before, engine.memory_kib("VmHWM")
            ledger = simulator.ledger("connections=0&requests=0")
            metrics = finish(engine)["acme"]
        if chosen.no_sink:
            subprocess.run([os.path.join(chosen.bin, "floorwalker"), "audit", "export", trail_folder,
                            "--output=" + audit_path], check=True)
        trail = Trail(audit_path)
        expect(ledger["totals"]["faults"] == len(faults) + 4, f"{ledger['totals']['faults']} faults happened")
        slots = -(-chosen.agents // AGENTS_A_LISTENER)
        recorded = sum(record["auditAction"] == "MONITORING_INTERRUPTED" and record["cause"] == "lost connection"
                       for record in trail.monitoring)
        compare("connections lost and connections cut", recorded, len(faults) + 4)
        if chosen.resets:
            lost, agents = check_losses(simulator, trail, audit_path, ledger["agents"])
            compare("judged and recorded", metrics["totalProcessed"], sum(trail.judged.values()))
            print(f"{lost} events of {agents} agents were lost, all in recorded interruptions")
        else:
            compare_totals(metrics, ledger["totals"], trail, ledger["agents"])
    judged = metrics["totalProcessed"]
    print(f"{judged} events of {chosen.agents} agents on {slots} listeners, agent by agent as in the ledger")
    print(f"engine: {cpu / judged * 1e6:.2f} µs CPU an event, {cpu:.1f} s CPU, {took:.1f} s wall "
          f"({judged / took:.0f} events/s), peak RSS {peak / 1024:.1f} MiB, latency {metrics['latencyMs']} ms")


def run_memory(chosen, directory):
    audit_path = os.path.join(directory, "audit.jsonl")
    # The first tenth comes as fast as it can, so that queues and buffers have been filled before memory is measured.
    options = simulator_options(argparse.Namespace(**{**vars(chosen), "rate": 0}), []) + ODD_SHARES
    with Simulator(chosen.bin, directory, options) as simulator:
        config = write_config(directory, [tenant_block("acme", simulator.url, simulator.ca_file, QUICK_RECONNECT)],
                              f'trail {{ type = "file", path = "{audit_path}", rotate-keep = 1 }}')
        with Engine(chosen.bin, ["run", "--config-file=" + config, *chosen.engine_option]) as engine:
            start_together(simulator, engine, chosen.agents, chosen.timeout)
            wait_until(lambda: simulator.totals()["sent"] >= chosen.events // 10, "the first tenth", chosen.timeout)
            first = engine.memory_kib()
            simulator.control({"rate": chosen.rate})
            wait_for_the_end(simulator, audit_path, chosen.timeout)
            last = engine.memory_kib()
            totals = simulator.totals()
            compare_totals(finish(engine)["acme"], totals, None, {})
    print(f"RSS {first / 1024:.1f} MiB after {chosen.events // 10} events, {last / 1024:.1f} MiB after {chosen.events}")
    expect(last <= 1.2 * first, f"memory grew from {first} KiB to {last} KiB")


def measured_latency(chosen, directory, others):
    audit_path = os.path.join(directory, "audit.jsonl")
    options = simulator_options(chosen, drops_and_a_rate_limit(chosen.events)) + ODD_SHARES
    with Simulator(chosen.bin, directory, options) as simulator:
        # Nobody listens on the discard port, so this tenant's token requests fail for ever.
        trouble = {"rejected": (simulator.url, 'client-secret-env = "WRONG_SECRET"'),
                   "unreachable": ("https://127.0.0.1:9", "")}
        tenants = [tenant_block("acme", simulator.url, simulator.ca_file, QUICK_RECONNECT)]
        for name, (url, more) in trouble.items() if others else ():
            tenants.append(tenant_block(name, url, simulator.ca_file, f"{more}\n      {QUICK_RECONNECT}"))
        config = write_config(directory, tenants,
                              f'trail {{ type = "file", path = "{audit_path}", tenants = ["acme"] }}')
        secrets = {"CXONE_CLIENT_SECRET": "open-sesame", "WRONG_SECRET": "not-this-one"}
        with Engine(chosen.bin, ["run", "--config-file=" + config, *chosen.engine_option], environment=secrets) as engine:
            start_together(simulator, engine, chosen.agents, chosen.timeout)
            wait_for_the_end(simulator, audit_path, chosen.timeout)
            ledger = simulator.ledger("connections=0&requests=0")
            metrics = finish(engine)
        compare_totals(metrics["acme"], ledger["totals"], Trail(audit_path), ledger["agents"])
        if others:
            expect("rejected" in engine.err, "the log does not name the tenant whose credentials are rejected")
    return metrics["acme"]["latencyMs"]


def run_isolation(chosen, directory):
    results = {}
    for name, others in (("alone", False), ("with others in trouble", True)):
        own = os.path.join(directory, "with" if others else "alone")
        os.mkdir(own)
        results[name] = measured_latency(chosen, own, others)
        print(f"{name}: totals as in the ledger, latency {results[name]} ms")
    alone, together = (each["p99"] for each in results.values())
    # Machines that do other things too have noise of some milliseconds, whoever the neighbours are.
    expect(together <= 2 * alone + 25, f"p99 latency is {together} ms next to tenants in trouble, {alone} ms alone")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of floorwalker and floorwalker-simulator")
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--events", type=int, help="default 1,000,000; --memory 10,000,000; --isolation 100,000")
    parser.add_argument("--rate", type=float,
                        help="events a second; default full speed (0), --memory 100,000, --isolation 2,000")
    parser.add_argument("--timeout", type=float, default=900, help="seconds that any one phase may last")
    parser.add_argument("--engine-option", action="append", default=[], metavar="OPTION",
                        help="handed to the engine too, such as --engine-option=--caf.scheduler.policy=stealing")
    parser.add_argument("--no-sink", action="store_true",
                        help="no file sink beside the trail, which is exported in the end to be compared")
    modes = parser.add_mutually_exclusive_group()
    for mode in ("resets", "memory", "isolation"):
        modes.add_argument("--" + mode, action="store_true")
    chosen = parser.parse_args()
    chosen.bin = os.path.abspath(chosen.bin)
    chosen.events = chosen.events or (10_000_000 if chosen.memory else 100_000 if chosen.isolation else 1_000_000)
    if chosen.rate is None:
        chosen.rate = 2_000 if chosen.isolation else 100_000 if chosen.memory else 0
    run = run_memory if chosen.memory else run_isolation if chosen.isolation else run_whole
    with tempfile.TemporaryDirectory(prefix="floorwalker-acceptance-") as directory:
        try:
            run(chosen, directory)
        except Failure as failure:
            print(f"acceptance: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

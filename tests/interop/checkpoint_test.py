#!/usr/bin/env python3
"""Checkpoints reach a sink that asks for nothing else, and a trail is held against what that sink wrote.

  checkpoint_test.py --bin build/release/bin
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from programs import Engine, Failure, Simulator, expect, tenant_block, wait_until, write_config

AGENTS, EVENTS = 500, 120_000  # a checkpoint comes behind 100,000 records


def run(bin_dir, directory):
    kept = os.path.join(directory, "elsewhere.jsonl")
    options = ["--agents", str(AGENTS), "--rate", "0", "--events", str(EVENTS), "--paused"]
    with Simulator(bin_dir, directory, options) as simulator:
        config = write_config(directory, [tenant_block("acme", simulator.url, simulator.ca_file)],
                              f'notary {{ type = "file", path = "{kept}", events = ["CHECKPOINT_SIGNED"] }}')
        with Engine(bin_dir, ["run", "--config-file=" + config]) as engine:
            wait_until(lambda: simulator.ledger()["agentsSubscribed"] == AGENTS or engine.process.poll() is not None,
                       "every agent is subscribed")
            simulator.control({"pause": False})
            wait_until(lambda: os.path.exists(kept) and os.path.getsize(kept) > 0 or engine.process.poll() is not None,
                       "a checkpoint is at the sink", 120)
            wait_until(lambda: simulator.ledger()["finished"], "the simulator sends every event", 120)
            engine.signal()
            code = engine.wait(30)
            expect(code == 0, f"the engine ended with {code}, not 0\n{engine.err[-2000:]}")
            figures = engine.final_metrics()["acme"]
    expect(figures["activeAgents"] == AGENTS, f"{figures['activeAgents']} agents are active, not {AGENTS}")
    with open(kept) as file:
        records = [json.loads(line) for line in file]
    for record in records:
        expect(record["auditAction"] == "CHECKPOINT_SIGNED", f"the sink has a record of another kind: {record}")
        expect(record["checkpoint"]["sequence"] < record["sequence"], "a checkpoint stands in front of what it is of")
    command = [os.path.join(bin_dir, "floorwalker"), "audit", "verify", os.path.join(directory, "data/audit/acme")]
    verified = subprocess.run(command + ["--checkpoints", kept], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    expect(verified.returncode == 0, f"audit verify ended with {verified.returncode}: {verified.stderr.strip()}")
    expect(f"{len(records)} published checkpoint" in verified.stdout, f"it did not look at them:\n{verified.stdout}")
    with open(kept, "w") as file:  # as if the trail had been another one
        digest = records[0]["checkpoint"]["hash"]
        file.write(json.dumps(records[0], separators=(",", ":")).replace(digest, digest[::-1]) + "\n")
    verified = subprocess.run(command + ["--checkpoints", kept], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    expect(verified.returncode != 0, "another hash than the published one went unnoticed")
    print(f"{len(records)} checkpoints at the sink, all in the trail")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of the built programs")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="floorwalker-checkpoint-") as directory:
        try:
            run(os.path.abspath(chosen.bin), directory)
        except Failure as failure:
            print(f"checkpoint_test: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

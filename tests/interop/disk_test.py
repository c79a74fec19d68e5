#!/usr/bin/env python3
"""The disk of the audit trail gets full, or read-only, under load: nothing is lost, and the engine goes on by itself.

  disk_test.py --bin build/release/bin

The data directory lies on a small file system in memory, in a mount namespace of the test's own, so it has to run as root
(or where users may make namespaces). While the disk takes nothing, the tenant says `audit unavailable`, the alert is
raised, and events are judged and wait. When it takes something again, everything is written: totals as in the simulator's
ledger, a trail that verifies, a sink that has it all. Exits with 1 and one line if something does not hold.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from programs import Engine, Failure, Simulator, expect, tenant_block, wait_until, write_config

INSIDE = "--in-own-namespace"
ROOM_MIB = 2  # that the engine finds before the disk is full
BALLAST_MIB = 128  # of room that comes back
LITTLE_ROOM = 8 * 2**20  # in bytes


def mount(*arguments):
    done = subprocess.run(["mount", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return "" if done.returncode == 0 else done.stdout.strip()


def must_mount(*arguments):
    problem = mount(*arguments)
    expect(not problem, f"mount {' '.join(arguments)}: {problem}")


class SmallDisk:
    """A file system in memory at `path`, full but for ROOM_MIB."""

    def __init__(self, path):
        self.path = path
        os.makedirs(path, exist_ok=True)
        must_mount("-t", "tmpfs", "-o", f"size={ROOM_MIB + BALLAST_MIB}m,mode=700", "tmpfs", path)
        self._ballast = os.path.join(path, "ballast")
        with open(self._ballast, "wb") as file:
            file.write(bytes(BALLAST_MIB * 2**20))

    def free(self):
        os.remove(self._ballast)

    def make_read_only(self):
        """Larger too, so that only this keeps anybody from writing. The kernel refuses it while a file is open for
        writing; a writer that was turned away has closed his."""
        options = f"remount,ro,size={2 * (ROOM_MIB + BALLAST_MIB)}m"
        wait_until(lambda: not mount("-o", options, self.path), "the disk can be made read-only", 30, 0.01)

    def make_writable(self):
        must_mount("-o", "remount,rw", self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.path], check=True)


def await_log(engine, text, seconds=60):
    wait_until(lambda: text in engine.err or engine.process.poll() is not None, f"the log says: {text}", seconds)
    expect(text in engine.err, f"the engine ended by itself and never said: {text}\n{engine.err[-2000:]}")


def audit(chosen, *arguments):
    done = subprocess.run([os.path.join(chosen.bin, "floorwalker"), "audit", *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    expect(done.returncode == 0, f"audit {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


def compare(what, ours, theirs):
    expect(ours == theirs, f"{what}: the engine has {ours}, the ledger {theirs}")


def check_everything(chosen, totals, metrics, trail, sink_path):
    compare("judged and sent", metrics["totalProcessed"], totals["sent"])
    compare("unauthorized", metrics["unverifiedTransitions"], totals["unauthorized"])
    compare("duplicates", metrics["duplicates"], totals["duplicatesSent"])
    audit(chosen, "verify", trail)
    lines = audit(chosen, "export", trail).splitlines()
    records = [json.loads(line) for line in lines]
    expect([record["sequence"] for record in records] == list(range(1, len(records) + 1)), "sequences have a gap")
    transitions = [record for record in records if "valid" in record]
    compare("transitions in the trail", len(transitions), totals["sent"])
    compare("unauthorized in the trail", sum(not record["valid"] for record in transitions), totals["unauthorized"])
    with open(sink_path) as file:
        expect(file.read().splitlines() == lines, "the sink's file differs from the trail")
    return len(records)


def events_wait(simulator, most):
    """Events go on coming, until most of them are sent or, with many, the platform is held back: then true."""
    seen = {"sent": -1, "at": time.monotonic()}

    def enough():
        sent = simulator.totals()["sent"]
        if sent != seen["sent"]:
            seen.update(sent=sent, at=time.monotonic())
        return sent > most or time.monotonic() - seen["at"] > 3

    wait_until(enough, "events come or stand still", 120)
    return seen["sent"] <= most


def full(disk, simulator, engine, most):
    """The whole data directory lies on a disk that gets full, and is given room."""
    held_back = events_wait(simulator, most)
    disk.free()
    return held_back


def read_only(disk, simulator, engine, most):
    """The trails lie on a disk that gets full, then read-only, then has room, and in the end can be written."""
    disk.make_read_only()
    held_back = events_wait(simulator, most)
    time.sleep(2)  # it has tried again by then
    expect("the audit trail is written again" not in engine.err, "something was written to a read-only disk")
    disk.make_writable()
    return held_back


def stop_when_full(chosen, directory, data):
    """Whoever stops the process while its disk takes nothing is told what that cost, and the next start records it."""
    with Simulator(chosen.bin, directory, ["--agents", "50", "--rate", "2000"]) as simulator:
        config = write_config(directory, [tenant_block("acme", simulator.url, simulator.ca_file)])
        arguments = ["run", "--config-file=" + config]
        with SmallDisk(data) as disk:
            with Engine(chosen.bin, arguments) as engine:
                await_log(engine, "the audit trail is not written: ")
                time.sleep(0.5)  # some more events
                engine.signal()
                code = engine.wait(30)
                expect(code == 1, f"the engine ended with {code}, not 1\n{engine.err[-2000:]}")
                lost = re.search(r"tenant acme: (\d+) records were never written", engine.err)
                expect(lost and int(lost[1]) > 0, f"it does not say what is lost\n{engine.err[-2000:]}")
            disk.free()
            with Engine(chosen.bin, arguments) as engine:
                await_log(engine, "tenant acme is running")
                wait_until(lambda: simulator.ledger()["agentsSubscribed"] == 50, "every agent is subscribed")
                engine.signal()
                expect(engine.wait(30) == 0, engine.err[-2000:])
            trail = os.path.join(data, "audit/acme")
            audit(chosen, "verify", trail)
            expect("MONITORING_INTERRUPTED" in audit(chosen, "export", trail), "the trail tells of no interruption")
    print(f"stopped while full: {lost[1]} records lost and told of, and the trail goes on behind a recorded interruption")


def run_on(disk, chosen, directory, trouble):
    data = os.path.join(directory, "data")
    sink_path = os.path.join(directory, "sink.jsonl")
    options = ["--agents", str(chosen.agents), "--rate", str(chosen.rate), "--events", str(chosen.events), "--paused",
               "--unauthorized", "0.02", "--duplicates", "0.01"]
    with Simulator(chosen.bin, directory, options) as simulator:
        config = write_config(directory, [tenant_block("acme", simulator.url, simulator.ca_file)],
                              f'trail {{ type = "file", path = "{sink_path}", rotate-bytes = 0 }}')
        arguments = ["run", "--config-file=" + config, f"--floorwalker.audit.min-free-bytes={LITTLE_ROOM}"]
        with Engine(chosen.bin, arguments) as engine:
            wait_until(lambda: simulator.ledger()["agentsSubscribed"] == chosen.agents or
                       engine.process.poll() is not None, "every agent is subscribed")
            expect(engine.process.poll() is None, f"the engine ended by itself\n{engine.err[-2000:]}")
            await_log(engine, "the disk of the audit trail of tenant acme is nearly full: ")
            simulator.control({"pause": False})
            await_log(engine, "the audit trail is not written: ")
            await_log(engine, "tenant acme is audit unavailable")
            await_log(engine, "the audit trail of tenant acme can't be written: ")
            expect("No space left on device" in engine.err, f"the log does not say why\n{engine.err[-2000:]}")
            held_back = trouble(disk, simulator, engine, chosen.events * 4 // 5)
            await_log(engine, "tenant acme: the audit trail is written again")
            await_log(engine, "the disk of the audit trail has room again")
            wait_until(lambda: engine.err.count("tenant acme is running") == 2, "it runs again")
            wait_until(lambda: simulator.ledger()["finished"], "the simulator sends every event", 300, 0.2)
            engine.signal()
            code = engine.wait(30)
            expect(code == 0, f"the engine ended with {code}, not 0\n{engine.err[-2000:]}")
            totals = simulator.totals()
            metrics = engine.final_metrics()["acme"]
    count = check_everything(chosen, totals, metrics, os.path.join(data, "audit/acme"), sink_path)
    print(f"{trouble.__name__.replace('_', '-')} disk: {totals['sent']} events judged, {count} records, all there"
          f"{', though the platform was held back' if held_back else ''}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of the built programs")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--rate", type=float, default=8000, help="events a second")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    chosen.bin = os.path.abspath(chosen.bin)
    if not chosen.in_own_namespace:
        own = ["--map-root-user"] if os.geteuid() != 0 else []
        os.execvp("unshare", ["unshare", "--mount", *own, sys.executable, os.path.abspath(__file__), *sys.argv[1:], INSIDE])
    with tempfile.TemporaryDirectory(prefix="floorwalker-disk-") as directory:
        try:
            # The lock of the data directory stays open, so for the second one only the trails lie on the small disk.
            for trouble, small in ((full, ""), (read_only, "audit")):
                own = os.path.join(directory, trouble.__name__)
                os.mkdir(own)
                with SmallDisk(os.path.join(own, "data", small)) as disk:
                    run_on(disk, chosen, own, trouble)
            own = os.path.join(directory, "stopped")
            os.mkdir(own)
            stop_when_full(chosen, own, os.path.join(own, "data"))
        except Failure as failure:
            print(f"disk_test: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

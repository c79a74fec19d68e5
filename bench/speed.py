#!/usr/bin/env python3
"""Measures Floorwalker between its peer and its limit. Started by scripts/bench, which builds the programs first.

Variants are run in turn, round by round, so that a busy minute of the machine hits all alike. Figures are medians over
the rounds, with the least and most. CPU time is user and system time of the whole process, from the first event until
it rests; wall time lasts until the last record is written. docs/performance.md says how to read them.
"""

import argparse
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time

import measurements
import speed_table
from programs_under_load import ROOT, Trouble, node

SHORT = ("tutorial", "tuned", "limit-group", "engine-group", "engine-tls")
PICTURE = os.path.join(ROOT, "docs", "pictures", "speed.svg")


def first_line(command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def machine():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.M)
    with open("/proc/meminfo") as file:
        memory = int(re.search(r"^MemTotal:\s+(\d+)", file.read(), re.M).group(1))
    with open("/proc/loadavg") as file:
        load = float(file.read().split()[0])
    return {"cpu": model.group(1) if model else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": round(memory / 2**20, 1), "kernel": platform.release(),
            "file_system": first_line(["stat", "-f", "-c", "%T", ROOT]), "compiler": first_line(["c++", "--version"]),
            "node": first_line([node(), "--version"]), "openssl": first_line(["openssl", "version"]),
            "load_at_the_start": load}


def described(found):
    return (f"{found['cores']} cores ({found['cpu']}), {found['memory_gib']} GiB, Linux {found['kernel']}, "
            f"Node.js {found['node']}")


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="one round of the most important variants, a minute")
    parser.add_argument("--rounds", type=int, help="how often each variant is run (3; with --short 1)")
    parser.add_argument("--events", type=int, help="of a run of the engine; peers get fewer (1,000,000; --short 300,000)")
    parser.add_argument("--only", metavar="NAMES", help="these variants, with commas between them; see --list")
    parser.add_argument("--list", action="store_true", help="name the variants and end")
    parser.add_argument("--stages", action="store_true", help="also the limit stage by stage, the generator alone, and the engine by thread")
    parser.add_argument("--growth", action="store_true", help="also slots, tenants, states and workers")
    parser.add_argument("--latency", action="store_true", help="also paced events, and how old they are on their way")
    parser.add_argument("--rates", default="1000,5000,50000", help="of --latency, events a second (%(default)s)")
    parser.add_argument("--seconds", type=int, default=10, help="of each run of --latency (%(default)s)")
    parser.add_argument("--memory", action="store_true", help="also memory a listener, agent and client, and the start")
    parser.add_argument("--json", metavar="FILE", help="write every figure there")
    parser.add_argument("--picture", action="store_true", help="write docs/pictures/speed.svg")
    return parser.parse_args()


def chosen_variants(chosen):
    known = measurements.VARIANTS + measurements.STAGES + measurements.GROWTH
    if chosen.only:
        names = chosen.only.split(",")
        unknown = set(names) - {each.name for each in known}
        if unknown:
            print(f"scripts/bench: no variant is called {', '.join(sorted(unknown))}; see --list", file=sys.stderr)
            sys.exit(2)
        return [each for each in known if each.name in names]
    picked = [each for each in measurements.VARIANTS if not chosen.short or each.name in SHORT]
    return (picked + (measurements.STAGES if chosen.stages else []) + (measurements.GROWTH if chosen.growth else []))


def measure_rounds(variants, rounds, events):
    found = {each.name: [] for each in variants}
    for number in range(rounds):
        for each in variants:
            say(f"round {number + 1} of {rounds}: {each.title}")
            found[each.name].append(each.measure(events))
    return [(each.name, each.title, speed_table.summed_up(found[each.name])) for each in variants], found


started = time.monotonic()


def say(what):
    print(f"== [{time.monotonic() - started:.0f} s] {what}", file=sys.stderr, flush=True)


def print_latency(found):
    print("\nage of events, µs: p50 / p99 / p99.9")
    for row in found:
        title = f"{row['rate']:6} events/s, {row['durability']:5}, {row['clients']:2} clients"
        if "trouble" in row:
            print(f"{title}  {row['trouble']}")
        for key, what in (("to_judged", "judged"), ("to_committed", "committed, in the hub"),
                          ("to_receipt", "received"), ("to_entry", "entry out"), ("to_client", "at a live client")):
            if row.get(key):
                print(f"{title}  {what:21}  {row[key]['p50']:9.0f} / {row[key]['p99']:9.0f} / {row[key]['p999']:9.0f}"
                      + (f"  ({row['skipped']} events left out)" if row["skipped"] else ""))


def main():
    chosen = arguments()
    variants = chosen_variants(chosen)
    if chosen.list:
        for each in measurements.VARIANTS + measurements.STAGES + measurements.GROWTH:
            print(f"{each.name:30} {each.title}")
        return 0
    rounds = chosen.rounds or (1 if chosen.short else 3)
    events = chosen.events or (300_000 if chosen.short else 1_000_000)
    report = {"machine": machine(), "events": events, "rounds": rounds}
    print(described(report["machine"]))
    if report["machine"]["load_at_the_start"] > 0.5:
        say(f"other programs run here (load {report['machine']['load_at_the_start']}): figures may be of them")
    incomplete = False
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that programs and folders go first
    try:
        rows, raw = measure_rounds(variants, rounds, events)
        report["variants"] = {name: {"title": title, **figures, "each_round": raw[name]} for name, title, figures in rows}
        report["aims"] = speed_table.aims_of(rows)
        speed_table.print_table(rows)
        speed_table.print_ratios(report["aims"])
        if chosen.stages:
            print("\nCPU µs an event by thread")
            speed_table.print_threads(rows)
        if chosen.latency:
            report["latency"] = measurements.measure_latency([int(each) for each in chosen.rates.split(",")],
                                                             chosen.seconds, say)
            print_latency(report["latency"])
            incomplete = any("trouble" in row for row in report["latency"])
        if chosen.memory:
            report["memory"] = measurements.measure_memory(say)
            report["start"] = measurements.measure_start(say)
            for name, value in {**report["memory"], **report["start"]}.items():
                print(f"{name.replace('_', ' ')}: {value:,.2f}")
    except Trouble as trouble:
        print(f"scripts/bench: {trouble}", file=sys.stderr)
        return 1
    if chosen.json:
        with open(os.path.join(os.environ.get("FLOORWALKER_CALLED_FROM", "."), chosen.json), "w") as file:
            json.dump(report, file, indent=1)
    if chosen.picture:
        with open(PICTURE, "w") as file:
            file.write(speed_table.picture(rows, described(report["machine"])))
    return 1 if incomplete else 0


if __name__ == "__main__":
    sys.exit(main())

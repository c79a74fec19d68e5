#!/usr/bin/env python3
"""Counts the instructions of an event on the hot path, and compares them with the stored figures.

  hot_path_instructions.py --program build/release/bin/hot_path_count            fails if a stage takes 10 % more
  hot_path_instructions.py --program build/release/bin/hot_path_count --renew    stores what is counted now

Callgrind counts, so neither other programs nor the machine's speed matter. The program runs twice with different numbers
of batches, and the difference counts: start and end cancel out. Libraries that look for the processor's abilities are
told which to use, so that every x86-64 processor gives the same count; valgrind knows neither AVX-512 nor SHA
instructions anyway, so the share of SHA-256 is larger here than in life.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

STORED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hot_path_instructions.json")
STAGES = ("decode", "judge", "number", "trail")
BATCHES = (40, 120)  # the first is past the point where anything is allocated or remembered for the first time
TOLERANCE = 1.10
FIXED_ABILITIES = {
    # OpenSSL: neither AVX nor XOP, and none of the newer extensions.
    "OPENSSL_ia32cap": "~0x1000080000000000:0x0",
    "SIMDJSON_FORCE_IMPLEMENTATION": "westmere",
    # The C library's memcpy and its like: the SSE2 versions, and thresholds that do not come from the cache's size.
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-ERMS,-FSRM,-AVX_Fast_Unaligned_Load,-SSE4_2,-BMI2:"
                      "glibc.cpu.x86_non_temporal_threshold=0xc0000:glibc.cpu.x86_rep_movsb_threshold=0x10000",
}


def counted(program, stage, batches):
    """Instructions and events of one run."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", program, stage,
                              str(batches)], env={**os.environ, **FIXED_ABILITIES}, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found:
        raise SystemExit(f"hot_path_instructions: valgrind ended with {run.returncode}\n{run.stderr[-2000:]}")
    return int(found.group(1)), int(run.stdout)


def an_event(program):
    """Instructions an event of each stage by itself."""
    whole = {}
    for stage in STAGES:
        (few, few_events), (many, many_events) = (counted(program, stage, batches) for batches in BATCHES)
        whole[stage] = (many - few) / (many_events - few_events)
    before = 0.0
    found = {}
    for stage in STAGES:
        found[stage] = round(whole[stage] - before, 1)
        before = whole[stage]
    found["all"] = round(before, 1)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="hot_path_count of the release build")
    parser.add_argument("--renew", action="store_true", help="store the figures instead of comparing with them")
    chosen = parser.parse_args()
    compiler = subprocess.run(["c++", "-dumpfullversion"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    try:
        now = an_event(chosen.program)
    except FileNotFoundError as missing:
        raise SystemExit(f"hot_path_instructions: {missing.filename} is missing; scripts/setup --test installs it") from None
    if chosen.renew:
        with open(STORED, "w") as file:
            json.dump({"compiler": compiler, "instructions_an_event": now}, file, indent=2)
            file.write("\n")
        print(json.dumps(now))
        return 0
    with open(STORED) as file:
        stored = json.load(file)
    slower = False
    for stage, count in now.items():
        before = stored["instructions_an_event"][stage]
        worse = count > before * TOLERANCE
        slower = slower or worse
        print(f"{stage:7} {count:9.1f} instructions an event, stored {before:9.1f} ({count / before - 1:+.1%})"
              + ("  TOO MANY" if worse else ""))
    if slower:
        print(f"The stored figures are of compiler {stored['compiler']}, this build's is {compiler}. If the new ones are "
              f"meant: {sys.argv[0]} --program {chosen.program} --renew")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())

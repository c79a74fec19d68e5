"""What scripts/bench measures: the variants, and the parts that are measured on request."""

import json
import os
import signal
import subprocess

from programs_under_load import BIN, Engine, Limit, Peer, Program, Run, Trouble
from traced_agents import TracedAgents

TRACED = 200  # agents, whose events the engine tells the way of


class Variant:
    """One row of the table. `share` scales the number of events to how fast the program is."""

    def __init__(self, name, title, make, floor=None, share=1.0):
        self.name, self.title, self.make, self.floor, self.share = name, title, make, floor or {}, share

    def measure(self, events):
        with Run(self.floor, self.make) as subject:
            # Compilers at run time, caches and batches get warm: a platform does not start anew for every event.
            subject.take(int(events * self.share / 10))
            found = subject.measure(int(events * self.share))
            found["memory_bytes"] = subject.memory_bytes("VmHWM")
            return found


def engine(**options):
    return lambda generator, folder: Engine(generator, folder, **options)


def limit(**options):
    return lambda generator, folder: Limit(generator, folder, **options)


def peer(version):
    return lambda generator, folder: Peer(generator, folder, version)


TLS = {"tls": True}

VARIANTS = [
    Variant("tutorial", "peer: the tutorial's service in Node.js", peer("tutorial"), share=0.2),
    Variant("tuned", "peer: the same, tuned", peer("tuned"), share=0.5),
    Variant("limit-group", "limit, group", limit()),
    Variant("limit-none", "limit, none", limit(durability="none")),
    Variant("engine-group", "Floorwalker, group", engine()),
    Variant("engine-none", "Floorwalker, none", engine(durability="none")),
    Variant("engine-hub-0", "Floorwalker, group, live API, no client", engine(clients=0)),
    Variant("engine-hub-10", "Floorwalker, group, 10 live clients", engine(clients=10)),
    Variant("engine-hub-1000", "Floorwalker, group, 1,000 live clients", engine(clients=1000), share=0.5),
    Variant("tutorial-tls", "peer over TLS: the tutorial's", peer("tutorial"), TLS, 0.2),
    Variant("tuned-tls", "peer over TLS: tuned", peer("tuned"), TLS, 0.5),
    Variant("limit-tls", "limit, group, TLS", limit(), TLS),
    Variant("engine-tls", "Floorwalker, group, TLS", engine(), TLS),
]

STAGES = [
    Variant("limit-receive", "limit: receive and find frames (what the generator reaches alone)",
            limit(until="receive"), share=4),
    Variant("limit-fields", "limit: and find the fields", limit(until="fields"), share=2),
    Variant("limit-judge", "limit: and judge", limit(until="judge"), share=2),
    Variant("limit-text", "limit: and write the record's text", limit(until="text"), share=2),
]

GROWTH = (
    [Variant(f"engine-slots-{slots}", f"Floorwalker, {slots} × 50 agents", engine(), {"listeners": slots})
     for slots in (1, 10, 100, 500)]
    + [Variant(f"limit-slots-{slots}", f"limit, {slots} × 50 agents", limit(), {"listeners": slots})
       for slots in (1, 10, 100, 500)]
    + [Variant(f"engine-tenants-{tenants}", f"Floorwalker, {tenants} tenant{'s' if tenants > 1 else ''}, 200 × 50 agents",
               engine(), {"tenants": tenants}) for tenants in (1, 10)]
    + [Variant(f"engine-states-{states}", f"Floorwalker, a matrix of {states} states", engine(), {"states": states})
       for states in (4, 50, 200)]
    + [Variant(f"engine-workers-{workers}-tenants-{tenants}",
               f"Floorwalker, {workers} CAF worker{'s' if workers > 1 else ''}, {tenants} tenant{'s' if tenants > 1 else ''}",
               engine(workers=workers), {"tenants": tenants}) for tenants in (1, 2) for workers in (1, 2)]
)


class PipedEngine(Engine):
    """Its audit entries go to event_ages, which sees them once they are committed."""

    def __init__(self, generator, folder, durability):
        self.ages = Program([os.path.join(BIN, "event_ages"), "lines"])
        super().__init__(generator, folder, durability, print_to=self.ages.process.stdin)
        self.ages.process.stdin.close()  # ours; the engine has its own

    def ages_since(self):
        """Of the entries that came since this was last called."""
        self.ages.process.send_signal(signal.SIGUSR1)
        return json.loads(self.ages.line())

    def end(self, number=signal.SIGINT):
        super().end(number)
        try:
            self.ages.process.wait(10)
        except subprocess.TimeoutExpired:
            self.ages.process.kill()
            self.ages.process.wait()
        self.ages.stderr.close()


def ages_in_trail(folder, since, until):
    trail = os.path.join(folder, "data", "audit", "bench-1")
    answer = subprocess.run([os.path.join(BIN, "event_ages"), "trail", trail, str(since), str(until)],
                            stdout=subprocess.PIPE, check=True)
    return json.loads(answer.stdout)


def latency_at(rate, seconds, durability, clients):
    """Ages of paced events in microseconds, from the generator's write on: until the engine received them, until their
    entries came out of the engine, until a live client read them."""
    make = ((lambda generator, folder: Engine(generator, folder, durability, clients)) if clients else
            (lambda generator, folder: PipedEngine(generator, folder, durability)))
    with Run({}, make) as subject:
        subject.take(rate, rate)  # a second to get warm
        if clients:
            # What the clients saw of the warming up would count.
            subject.stop_following()
            subject.follow(clients)
            sent = subject.take(rate * seconds, rate)
            return {"to_client": subject.stop_following(), "skipped": sent["skippedEvents"]}
        subject.ages_since()
        sent = subject.take(rate * seconds, rate)
        found = {"skipped": sent["skippedEvents"], "to_entry": subject.ages_since(),
                 "to_receipt": ages_in_trail(subject.folder, sent["began"], sent["at"])}
        if found["to_entry"]["events"] < sent["events"]:
            raise Trouble(f"{found['to_entry']['events']} of {sent['events']} entries came out")
        return found


def traced_at(rate, seconds):
    """Ages of paced events in microseconds, from the generator's write on, by the engine's own stamps."""
    with Run({}, engine(clients=0)) as subject:
        subject.take(rate, rate)
        traced = TracedAgents(subject.port, "bench-1", TRACED)
        subject.take(rate, rate)  # also warm with the streams open
        traced.ages()
        sent = subject.take(rate * seconds, rate)
        ages = traced.ages()
        return {"to_judged": ages.get("judged"), "to_committed": ages.get("journaled"), "skipped": sent["skippedEvents"]}


def measure_latency(rates, seconds, say):
    found = []

    def add(what, row, measure):
        say(f"latency: {row['rate']} events/s, {row['durability']}, {what}")
        try:
            row.update(measure())
        except Trouble as trouble:
            row["trouble"] = str(trouble).splitlines()[0]
        found.append(row)

    for rate in rates:
        # Of a few agents in ten thousand: longer, for as many events.
        add(f"{TRACED} agents traced", {"rate": rate, "durability": "group", "clients": 0},
            lambda: traced_at(rate, 3 * seconds))
        for durability, clients in (("group", 0), ("none", 0), ("group", 10)):
            add(f"{clients} live clients", {"rate": rate, "durability": durability, "clients": clients},
                lambda: latency_at(rate, seconds, durability, clients))
    return found


def resting_memory(floor, clients=None):
    """Without a number of clients there is no live API."""
    with Run(floor, lambda generator, folder: Engine(generator, folder, clients=clients)) as subject:
        return subject.memory_bytes()


def loaded_memory(floor, events):
    with Run(floor, engine()) as subject:
        subject.measure(events)
        first = subject.memory_bytes()
        subject.measure(events)
        return first, subject.memory_bytes()


def measure_memory(say):
    """Differences of resident memory between floors that differ in one thing, at rest; and under full speed."""
    def floor(listeners, agents, tls=False):
        return {"listeners": listeners, "agents_a_listener": agents, "tls": tls}

    say("memory: listeners, agents, clients")
    few, many, full = (resting_memory(floor(*each)) for each in ((1, 1), (400, 1), (400, 50)))
    few_tls, many_tls = (resting_memory(floor(*each, tls=True)) for each in ((1, 1), (400, 1)))
    many_shown, full_shown = (resting_memory(floor(*each), clients=0) for each in ((400, 1), (400, 50)))
    alone, watched = (resting_memory(floor(100, 50), clients) for clients in (0, 1000))
    say("memory: at full speed")
    first, second = loaded_memory(floor(200, 50), 1_000_000)
    return {"bytes_a_listener": (many - few) / 399, "bytes_a_tls_listener": (many_tls - few_tls) / 399,
            "bytes_an_agent": (full - many) / (400 * 49),
            "bytes_an_agent_with_live_api": (full_shown - many_shown) / (400 * 49), "bytes_a_client": (watched - alone) / 1000,
            "bytes_after_1_million_events": first, "bytes_after_2_million_events": second}


def measure_start(say):
    """From the process's start to the acknowledgement of the last of 500 subscriptions."""
    say("start with 25,000 agents")
    found = {}
    for name, tls in (("plain", False), ("tls", True)):
        with Run({"listeners": 500, "tls": tls}, engine()) as subject:
            found[name + "_seconds"] = subject.subscribed["at"] - subject.started
            found[name + "_cpu_seconds"] = subject.cpu_seconds()
    return found

"""Figures as a table for the terminal, and as a picture for the docs."""

import html
import statistics

REFERENCE = "limit-group"


def summed_up(rounds):
    """Of one variant's rounds: medians, and the least and most of the CPU time."""
    cpu = [each["cpu_us"] for each in rounds]
    wall = [each["wall_us"] for each in rounds]
    return {"cpu_us": statistics.median(cpu), "cpu_us_min": min(cpu), "cpu_us_max": max(cpu),
            "wall_us": statistics.median(wall), "events_per_second": 1e6 / statistics.median(wall),
            "generator_cpu_us": statistics.median(each["generator_cpu_us"] for each in rounds),
            "threads_us": {name: statistics.median(each["threads_us"].get(name, 0) for each in rounds)
                           for name in rounds[0]["threads_us"]},
            "memory_bytes": max(each["memory_bytes"] for each in rounds), "rounds": len(rounds),
            "events": rounds[0]["events"]}


def print_table(rows):
    """`rows`: (name, title, figures)."""
    reference = next((figures["cpu_us"] for name, _, figures in rows if name == REFERENCE), None)
    width = max(len(title) for _, title, _ in rows)
    print(f"\n{'':{width}}  CPU µs an event        × limit  events/s    wall µs  peak MiB")
    for _, title, figures in rows:
        ratio = f"{figures['cpu_us'] / reference:8.2f}" if reference else f"{'':8}"
        print(f"{title:{width}}  {figures['cpu_us']:6.2f} ({figures['cpu_us_min']:.2f} to {figures['cpu_us_max']:5.2f})"
              f"  {ratio}  {figures['events_per_second']:9,.0f}  {figures['wall_us']:8.2f}"
              f"  {figures['memory_bytes'] / 2**20:8.1f}")


def print_threads(rows):
    """Where the engine's time goes."""
    for name, title, figures in rows:
        if name.startswith("engine"):
            print(f"{title}: " + ", ".join(f"{thread} {used:.2f}" for thread, used in figures["threads_us"].items()))


def print_ratios(aims):
    if aims:
        print()
    for aim in aims:
        print(f"{aim['what']}: {aim['value']:.2f}, aim {aim['aim']}{'' if aim['reached'] else '  NOT REACHED'}")


def aims_of(rows):
    """The issue's aims, as far as these rows tell."""
    cpu = {name: figures["cpu_us"] for name, _, figures in rows}
    wall = {name: figures["wall_us"] for name, _, figures in rows}
    found = []

    def add(what, over, under, bound, least=False, of=cpu):
        if over in of and under in of:
            value = of[over] / of[under]
            found.append({"what": what, "value": value, "aim": f"{'≥' if least else '≤'} {bound}",
                          "reached": value >= bound if least else value <= bound})

    add("CPU of Floorwalker to the limit's", "engine-group", "limit-group", 1.6)
    add("CPU of the tutorial's peer to Floorwalker's", "tutorial", "engine-group", 12, True)
    add("CPU of the tuned peer to Floorwalker's", "tuned", "engine-group", 2.5, True)
    add("CPU over TLS to plain", "engine-tls", "engine-group", 1.4)
    add("CPU at 500 slots to 1 slot", "engine-slots-500", "engine-slots-1", 1.2)
    add("CPU with ten tenants to one", "engine-tenants-10", "engine-tenants-1", 1.1)
    add("CPU with two workers to one", "engine-workers-2-tenants-1", "engine-workers-1-tenants-1", 1.1)
    add("wall time with one worker to two, 2 tenants (4 cores)", "engine-workers-1-tenants-2",
        "engine-workers-2-tenants-2", 1.7, True, wall)
    return found


PICTURED = {"tutorial": "Node.js, as in the tutorial", "tuned": "Node.js, tuned", "engine-group": "Floorwalker",
            "engine-tls": "Floorwalker, TLS", "engine-hub-1000": "Floorwalker, 1,000 live clients",
            "limit-group": "limit: one thread, no actors"}
STYLE = """
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .small { font-size: 11px; fill: #59636e; }
    .title { font-size: 15px; font-weight: 600; }
    .peer { fill: #8c959f; } .ours { fill: #0969da; } .limit { fill: #1a7f37; } .spread { stroke: #1f2328; }
    .ground { fill: #ffffff; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; } .small { fill: #9198a1; }
      .peer { fill: #6e7681; } .ours { fill: #4493f8; } .limit { fill: #3fb950; } .spread { stroke: #e6edf3; }
      .ground { fill: #0d1117; }
    }"""


def picture(rows, machine):
    """Bars of CPU time an event, with their spread, as SVG that is readable on light and dark ground."""
    known = {name: figures for name, _, figures in rows}
    bars = [(name, label, known[name]) for name, label in PICTURED.items() if name in known]
    left, right, top, step = 220, 620, 64, 34
    height = top + step * len(bars) + 34
    most = max(figures["cpu_us_max"] for _, _, figures in bars)
    scale = (right - left) / most
    described = "; ".join(f"{label}: {figures['cpu_us']:.2f}" for _, label, figures in bars)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" aria-labelledby="title desc">',
           '  <title id="title">CPU time an event, the whole process, in microseconds</title>',
           f'  <desc id="desc">{html.escape(described)}</desc>', f"  <style>{STYLE}\n  </style>",
           f'  <rect class="ground" width="720" height="{height}" rx="6"/>',
           '  <text class="title" x="20" y="28">CPU time an event, the whole process, µs (less is better)</text>',
           '  <text class="small" x="20" y="46">full speed, 200 × 50 agents; median, and least to most of the rounds</text>']
    for i, (name, label, figures) in enumerate(bars):
        y = top + i * step
        kind = "limit" if name.startswith("limit") else "ours" if name.startswith("engine") else "peer"
        low, high = (left + figures[key] * scale for key in ("cpu_us_min", "cpu_us_max"))
        out += [f'  <text x="{left - 10}" y="{y + 16}" text-anchor="end">{html.escape(label)}</text>',
                f'  <rect class="{kind}" x="{left}" y="{y}" width="{max(figures["cpu_us"] * scale, 1):.1f}" height="22" rx="2"/>',
                f'  <line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{y + 11}" y2="{y + 11}"/>',
                f'  <text x="{high + 8:.1f}" y="{y + 16}">{figures["cpu_us"]:.2f}</text>']
    out += [f'  <text class="small" x="20" y="{height - 12}">{html.escape(machine)}</text>', "</svg>", ""]
    return "\n".join(out)

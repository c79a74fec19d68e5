// Metrics over time, as far back as this browser has listened, and the totals since the engine's start.
import { useState } from "preact/hooks";
import type { SystemMetrics } from "../live/api_types.ts";
import { store } from "../shell/app_state.ts";
import { Chart, type ChartLine } from "../parts/chart.tsx";
import { count, milliseconds, percent, rate } from "../look/numbers.ts";
import { wordDuration } from "../look/durations.ts";

const spans = [
  { seconds: 300, text: "5 min" },
  { seconds: 900, text: "15 min" },
  { seconds: 3600, text: "1 hour" },
];

const rateLines: readonly ChartLine[] = [{ series: "perSecond", label: "now", colour: "chart-1" }];
const accuracyLines: readonly ChartLine[] = [{ series: "accuracy", label: "since the start", colour: "chart-2" }];
const latencyLines: readonly ChartLine[] = [
  { series: "p50", label: "median", colour: "chart-1" },
  { series: "p90", label: "p90", colour: "chart-2", dash: [6, 3] },
  { series: "p99", label: "p99", colour: "chart-3", dash: [2, 3] },
];
const staleLines: readonly ChartLine[] = [{ series: "stale", label: "now", colour: "chart-3" }];

const totals: readonly { name: string; of: (metrics: SystemMetrics) => string; meaning: string }[] = [
  { name: "Agents with a known state", of: (m) => count(m.activeAgents), meaning: "" },
  { name: "Changes judged", of: (m) => count(m.totalProcessed), meaning: "" },
  { name: "Accuracy", of: (m) => percent(m.accuracyRate), meaning: "allowed by the state matrix" },
  { name: "Not allowed", of: (m) => count(m.unverifiedTransitions), meaning: "" },
  { name: "Alerts raised", of: (m) => count(m.alerts), meaning: "" },
  { name: "Slowest change", of: (m) => milliseconds(m.latencyMs.max), meaning: "" },
  { name: "Interruptions", of: (m) => count(m.interruptions), meaning: "recorded, then reconciled" },
  { name: "Gaps", of: (m) => count(m.gaps), meaning: "a state between was missed" },
  { name: "Out of order", of: (m) => count(m.outOfOrder), meaning: "" },
  { name: "Duplicates dropped", of: (m) => count(m.duplicates), meaning: "" },
  { name: "Copies of hand-overs", of: (m) => count(m.handoverCopies), meaning: "" },
  { name: "Malformed", of: (m) => count(m.malformed), meaning: "" },
  { name: "Ignored", of: (m) => count(m.ignored), meaning: "" },
];

export function MetricsView() {
  const [seconds, setSeconds] = useState(900);
  store.ringVersion.value;
  const event = store.metrics.value;
  if (!store.ready.value || !event) return <p class="emptiness">Loading…</p>;
  const { times, values } = store.ring.copy(seconds);
  const shared = { times, values, seconds };
  const heard = times.length < 2 ? 0 : times[times.length - 1]! - times[0]!;
  const { listeners } = event.metrics;
  return (
    <div class="metrics-page">
      <header class="page-head">
        <h1>Metrics</h1>
        <div class="segments" role="group" aria-label="How far back">
          {spans.map((one) => (
            <button
              class="segment"
              key={one.seconds}
              aria-pressed={seconds === one.seconds}
              onClick={() => setSeconds(one.seconds)}
            >
              {one.text}
            </button>
          ))}
        </div>
        <p class="quiet">
          {heard + 5 < seconds && `This browser has listened for ${wordDuration(heard * 1000)}; the lines begin there.`}
        </p>
      </header>
      <div class="charts">
        <Chart title="Changes a second" lines={rateLines} {...shared} format={rate} leastSpan={2} fromZero />
        <Chart title="Accuracy" lines={accuracyLines} {...shared} format={percent} leastSpan={2} most={100} />
        <Chart title="Latency" lines={latencyLines} {...shared} format={milliseconds} leastSpan={20} fromZero />
        <Chart title="Stale rows" lines={staleLines} {...shared} format={count} leastSpan={4} whole fromZero />
      </div>
      <section aria-labelledby="totals-title">
        <h2 id="totals-title">Since the engine's start</h2>
        <dl class="totals">
          {totals.map((one) => (
            <div key={one.name}>
              <dt>{one.name}</dt>
              <dd>{one.of(event.metrics)}</dd>
              {one.meaning !== "" && <dd class="quiet">{one.meaning}</dd>}
            </div>
          ))}
          <div>
            <dt>Listeners</dt>
            <dd>{count(listeners.active)}</dd>
            <dd class="quiet">
              {listeners.reconnecting} reconnecting, {listeners.paused} paused, {listeners.stopped} stopped
            </dd>
          </div>
        </dl>
      </section>
    </div>
  );
}

// How the tenant's stream does: rate, accuracy, latency, each with its last ten minutes.
import { hrefOf, store } from "../shell/app_state.ts";
import type { Series } from "../floor/metrics_ring.ts";
import { milliseconds, percent, rate } from "../look/numbers.ts";
import { Sparkline } from "./sparkline.tsx";

const sparkSeconds = 600;

export function PulseFigures() {
  store.ringVersion.value;
  const event = store.metrics.value;
  if (!event) return null;
  const { times, values } = store.ring.copy(sparkSeconds);
  const line = (one: Series, scale: { floor: number } | { leastRange: number }) => (
    <Sparkline times={times} values={values[one]} seconds={sparkSeconds} {...scale} />
  );
  const { latencyMs, accuracyRate } = event.metrics;
  return (
    <section class="pulse" aria-labelledby="pulse-title">
      <h2 id="pulse-title">
        <a href={hrefOf({ name: "metrics" })}>The stream</a>
      </h2>
      <dl>
        <div>
          <dt>Changes a second</dt>
          <dd>{rate(event.perSecond)}</dd>
          {line("perSecond", { floor: 0 })}
        </div>
        <div>
          <dt>Accuracy</dt>
          <dd>{percent(accuracyRate)}</dd>
          {line("accuracy", { leastRange: 1 })}
        </div>
        <div>
          <dt>Latency (median)</dt>
          <dd>{milliseconds(latencyMs.p50)}</dd>
          {line("p50", { floor: 0 })}
        </div>
        <div>
          <dt>Latency (p99)</dt>
          <dd>{milliseconds(latencyMs.p99)}</dd>
          {line("p99", { floor: 0 })}
        </div>
      </dl>
    </section>
  );
}

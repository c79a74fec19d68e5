// The large screen: read from across the room, touched by nobody.
import { useEffect, useState } from "preact/hooks";
import type { StateSummary } from "../floor/floor_summary.ts";
import { clock, lookOf, show, store, tenant } from "../shell/app_state.ts";
import { second } from "../shell/frames.ts";
import { timeInState, unknownState } from "../look/agent_words.ts";
import { count, milliseconds, percent, rate } from "../look/numbers.ts";
import { AttentionPanel } from "../parts/attention_panel.tsx";
import { Glyph } from "../parts/glyph.tsx";
import { Icon } from "../parts/icon.tsx";
import { LiveMark } from "../parts/live_mark.tsx";

/** The pointer and the buttons go away when nobody moves. */
const restAfterMs = 3000;
/** More than these leave no room for the names of those who are longest in them. */
const manyStates = 12;

export function WallView() {
  const [resting, setResting] = useState(false);
  useEffect(() => {
    let timer = 0;
    const wake = (): void => {
      setResting(false);
      clearTimeout(timer);
      timer = window.setTimeout(() => setResting(true), restAfterMs);
    };
    wake();
    addEventListener("pointermove", wake);
    addEventListener("keydown", wake);
    return () => {
      clearTimeout(timer);
      removeEventListener("pointermove", wake);
      removeEventListener("keydown", wake);
    };
  }, []);

  const summary = store.summary.value;
  const now = store.knownUntil(second.value);
  const metrics = store.metrics.value;
  return (
    <div class="wall" data-resting={resting || undefined}>
      <header class="wall-head">
        <h1>{tenant.value?.name ?? ""}</h1>
        <p class="wall-total">{store.ready.value && `${count(summary.agents)} agents`}</p>
        <div class="wall-controls">
          <button
            class="icon-button"
            aria-label="Full screen"
            title="Full screen"
            onClick={() => void toggleFullScreen()}
          >
            <Icon name="screen" />
          </button>
          <button
            class="icon-button"
            aria-label="Leave the large screen"
            title="Leave the large screen (w)"
            onClick={() => show({ name: "floor" })}
          >
            <Icon name="close" />
          </button>
        </div>
        <LiveMark />
        <time class="wall-clock">{clock.value.minute(store.serverNow(second.value))}</time>
      </header>
      {!store.ready.value && <WallWaits />}
      <div class="wall-states" data-many={summary.states.length > manyStates || undefined}>
        {summary.states.map((one) => (
          <WallState key={one.state} summary={one} now={now} />
        ))}
      </div>
      <footer class="wall-foot">
        <AttentionPanel limit={3} />
        {metrics && (
          <dl class="wall-pulse">
            <div>
              <dt>changes / s</dt>
              <dd>{rate(metrics.perSecond)}</dd>
            </div>
            <div>
              <dt>accuracy</dt>
              <dd>{percent(metrics.metrics.accuracyRate)}</dd>
            </div>
            <div>
              <dt>latency</dt>
              <dd>{milliseconds(metrics.metrics.latencyMs.p50)}</dd>
            </div>
          </dl>
        )}
      </footer>
    </div>
  );
}

/** Nothing is known yet: a screen that stays dark would look like one that is broken. */
function WallWaits() {
  const { attempt, problem } = store.link.value;
  return (
    <div class="wall-waits" role="status">
      <p>{attempt > 0 ? "No connection" : "Connecting…"}</p>
      {attempt > 0 && <p class="quiet">{problem} The wallboard goes on trying.</p>}
    </div>
  );
}

function WallState({ summary, now }: { summary: StateSummary; now: number }) {
  const { state, sure, unsure } = summary;
  const look = lookOf.value(state);
  return (
    <section class="wall-state" data-tone={look.tone} aria-label={state || unknownState}>
      <h2>
        <Glyph look={look} />
        <span class="cut">{state || unknownState}</span>
      </h2>
      <p class="wall-count">
        {count(sure)}
        {unsure > 0 && (
          <span class="tile-unsure">
            <span aria-hidden="true">+{count(unsure)}?</span>
            <span class="spoken">, and {count(unsure)} not certain</span>
          </span>
        )}
      </p>
      <p class="wall-caption">{summary.longest.length > 0 ? "longest" : "nobody"}</p>
      <ol class="wall-longest">
        {summary.longest.map((row) => {
          const agent = store.table.view(row);
          return agent ? (
            <li key={agent.id}>
              <span class="tile-who" dir="auto">
                {agent.name}
              </span>
              <span class="time">{timeInState(agent, now)}</span>
            </li>
          ) : null;
        })}
      </ol>
    </section>
  );
}

async function toggleFullScreen(): Promise<void> {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    // The browser does not allow it here; the view fills the window all the same.
  }
}

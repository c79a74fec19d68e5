// The states at a glance: how many, which share, who is longest in it. Pressed, a tile filters the table.
import type { StateSummary } from "../floor/floor_summary.ts";
import { lookOf, route, store } from "../shell/app_state.ts";
import { second } from "../shell/frames.ts";
import { unknownState, timeInState } from "../look/agent_words.ts";
import { count, counted } from "../look/numbers.ts";
import { Glyph } from "./glyph.tsx";
import { setFilter } from "./grid_toolbar.tsx";

/** More than these stand in small tiles, so that the table keeps its place. */
const manyStates = 12;

interface Properties {
  summary: StateSummary;
  agents: number;
  pressed: boolean;
}

export function StateTiles() {
  const summary = store.summary.value;
  const chosen = route.value.filter.states;
  const ready = store.ready.value;
  return (
    <section
      class="tiles"
      aria-label="Agents by state"
      aria-busy={!ready}
      data-many={summary.states.length > manyStates || undefined}
    >
      {ready
        ? summary.states.map((one) => (
            <StateTile key={one.state} summary={one} agents={summary.agents} pressed={chosen.includes(one.state)} />
          ))
        : [0, 1, 2, 3, 4].map((one) => <div class="tile tile-waiting" key={one} aria-hidden="true" />)}
    </section>
  );
}

function press(state: string): void {
  const chosen = route.value.filter.states;
  setFilter({ states: chosen.includes(state) ? chosen.filter((one) => one !== state) : [...chosen, state] });
}

function StateTile({ summary, agents, pressed }: Properties) {
  const { state, sure, unsure } = summary;
  const name = state === "" ? unknownState : state;
  const look = lookOf.value(state);
  const share = agents === 0 ? 0 : sure / agents;
  return (
    <button class="tile" aria-pressed={pressed} data-tone={look.tone} data-state={name} onClick={() => press(state)}>
      <span class="tile-name">
        <Glyph look={look} />
        <span class="cut" title={name}>
          {name}
        </span>
      </span>
      <span class="tile-count">
        {count(sure)}
        {unsure > 0 && (
          <span
            class="tile-unsure"
            title={`${counted(unsure, "more agent")} last known to be here; the rows are stale or unverified`}
          >
            <span aria-hidden="true">+{count(unsure)}?</span>
            <span class="spoken">, and {count(unsure)} not certain</span>
          </span>
        )}
        <span class="tile-share">{agents === 0 ? "" : `${Math.round(share * 100)} %`}</span>
      </span>
      <Longest row={summary.longest[0] ?? -1} />
      <span class="tile-bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${share})` }} />
      </span>
    </button>
  );
}

function Longest({ row }: { row: number }) {
  const agent = row < 0 ? null : store.table.view(row);
  if (!agent) return <span class="tile-longest">nobody</span>;
  return (
    <span class="tile-longest">
      <span class="tile-who">
        <span class="tile-label">longest: </span>
        <span class="tile-person" dir="auto">
          {agent.name}
        </span>
      </span>
      <span class="time">{timeInState(agent, store.knownUntil(second.value))}</span>
    </span>
  );
}

// A day as lanes: one for each state, so that what a stretch means is where it lies and not only its colour.
import type { Stretch } from "../floor/day_timeline.ts";
import { clock, lookOf } from "../shell/app_state.ts";
import { clockDuration } from "../look/durations.ts";
import { hourTicks } from "../look/hour_ticks.ts";
import { reasonWords } from "../look/agent_words.ts";
import { Glyph } from "./glyph.tsx";

interface Properties {
  stretches: readonly Stretch[];
  states: readonly string[];
  from: number;
  to: number;
  midnight: number;
  /** Seconds by state, as the server counts them. */
  totals: Readonly<Record<string, number>>;
}

export function DayLanes({ stretches, states, from, to, midnight, totals }: Properties) {
  // Where nothing is known the lanes are empty, which says it best.
  const known = stretches.filter((one) => one.state !== "");
  const used = new Set(known.map((one) => one.state));
  const lanes = states.filter((one) => used.has(one) || (totals[one] ?? 0) > 0);
  for (const one of used) if (!lanes.includes(one)) lanes.push(one);
  const span = Math.max(1, to - from);
  const ticks = hourTicks(from, to, midnight);
  const at = (instant: number): number => ((instant - from) / span) * 1000;
  const { minute } = clock.value;
  const told = lanes.map((lane) => `${lane} ${clockDuration((totals[lane] ?? 0) * 1000)}`).join(", ");
  return (
    <div
      class="lanes"
      role="img"
      aria-label={`Today from ${minute(from)} to ${minute(to)}: ${told}. The table below lists every change.`}
    >
      {lanes.map((lane) => (
        <div class="lane" key={lane}>
          <span class="lane-name">
            <Glyph look={lookOf.value(lane)} />
            <span class="cut" title={lane}>
              {lane}
            </span>
          </span>
          <svg class="lane-track" viewBox="0 0 1000 20" preserveAspectRatio="none">
            {ticks.map((tick) => (
              <path class="lane-tick" key={tick} d={`M${at(tick).toFixed(1)} 0V20`} />
            ))}
            {known
              .filter((one) => one.state === lane)
              .map((one) => (
                <rect
                  key={one.from}
                  class="lane-stretch"
                  data-tone={lookOf.value(lane).tone}
                  data-doubt={one.doubt || undefined}
                  x={at(one.from).toFixed(2)}
                  width={Math.max(1, at(one.to) - at(one.from)).toFixed(2)}
                  y="3"
                  height="14"
                >
                  <title>{stretchWords(one)}</title>
                </rect>
              ))}
          </svg>
          <span class="lane-total">{clockDuration((totals[lane] ?? NaN) * 1000)}</span>
        </div>
      ))}
      <div class="lane lane-hours">
        <span class="lane-name" />
        <div class="lane-track">
          {ticks.map((tick) => (
            <span key={tick} style={{ left: `${at(tick) / 10}%` }}>
              {clock.value.minute(tick)}
            </span>
          ))}
        </div>
        <span class="lane-total" />
      </div>
    </div>
  );
}

const doubtWords: Record<Stretch["doubt"], string> = {
  "": "",
  unwatched: ", not watched",
  unverified: ", reported, not allowed",
  unread: ", and changes that are not listed here",
};

function stretchWords(one: Stretch): string {
  const what = [one.state, reasonWords(one.reason)].filter((text) => text !== "").join(", ");
  const doubt = doubtWords[one.doubt];
  const { time } = clock.value;
  return `${what}${doubt}: ${time(one.from)} to ${time(one.to)}, ${clockDuration(one.to - one.from)}`;
}

// One agent: what is known now, today's lanes, and the trail.
import { useEffect, useMemo } from "preact/hooks";
import type { AgentView as Row } from "../floor/agent_table.ts";
import { dayTimeline } from "../floor/day_timeline.ts";
import { clock, hrefOf, lookOf, stateNames, store, watchAgent } from "../shell/app_state.ts";
import { second } from "../shell/frames.ts";
import { asSentence, reasonWords, stateWords, timeInState } from "../look/agent_words.ts";
import { beginOfLanes } from "../look/hour_ticks.ts";
import { wordDuration } from "../look/durations.ts";
import { count, missing, share } from "../look/numbers.ts";
import { DayLanes } from "../parts/day_lanes.tsx";
import { Glyph } from "../parts/glyph.tsx";
import { Icon } from "../parts/icon.tsx";
import { TrailTable } from "../parts/trail_table.tsx";
import { AgentDay } from "./agent_day.ts";

const hour = 3600_000;

export function AgentView({ agentId }: { agentId: string }) {
  const ready = store.ready.value;
  const tenant = store.tenant.value;
  const now = store.knownUntil(second.value);
  if (!ready || tenant === null) return <p class="emptiness">Loading…</p>;
  const midnight = clock.value.startOfDay(now);
  // Another day begins with an empty page; and in another epoch a record's number may be another record's.
  const key = `${tenant} ${agentId} ${midnight} ${store.link.value.epoch}`;
  return <Loaded key={key} tenant={tenant} agentId={agentId} midnight={midnight} />;
}

function Loaded({ tenant, agentId, midnight }: { tenant: string; agentId: string; midnight: number }) {
  const day = useMemo(() => new AgentDay(tenant, agentId, midnight), []);

  useEffect(() => {
    store.onTransitions = (transitions, missed) => day.add(transitions, missed);
    watchAgent(agentId);
    day.open();
    return () => {
      store.onTransitions = null;
      watchAgent(null);
      day.close();
    };
  }, []);

  // The row moves with the summary and with each second; both are quick enough for one agent.
  store.summary.value;
  const now = store.knownUntil(second.value);
  const index = store.table.indexOf(agentId);
  const row = index < 0 ? null : store.table.view(index);
  if (!row) return <Missing agentId={agentId} />;

  const records = day.records.value;
  const first = records[0] ? Date.parse(records[0].eventTimestamp ?? records[0].timestamp) : now - hour;
  const from = beginOfLanes(first, now, midnight);
  const stretches = dayTimeline(records, from, now, row, day.gaps.value);
  const figures = day.figures.value;
  const totals = figures?.today ?? {};

  return (
    <article class="agent-page">
      <Head row={row} now={now} />
      <dl class="figures">
        <Figure name="Occupancy today" value={share(figures?.occupancy ?? null)} />
        <Figure name="Changes in the last hour" value={figures ? count(figures.transitionsLastHour) : missing} />
        <Figure
          name="Longest today"
          value={figures?.longestState ? wordDuration(figures.longestState.seconds * 1000) : missing}
          note={figures?.longestState?.state ?? ""}
        />
        {/* Below a minute it is what every start costs. */}
        {figures && figures.unobserved >= 60 && (
          <Figure name="Not observed today" value={wordDuration(figures.unobserved * 1000)} />
        )}
      </dl>
      <section aria-labelledby="today-title">
        <h2 id="today-title">
          Today{" "}
          <span class="quiet">
            {clock.value.longDate(now)}, {clock.value.zone}
          </span>
        </h2>
        {day.trail.value === "forbidden" && (
          <p class="note">
            Reading the trail needs the role auditor. You see what has happened since this page was opened
            {figures ? ", and the day's totals" : ""}.
          </p>
        )}
        {day.trail.value === "failed" && (
          <p class="note" data-level="critical">
            The trail could not be read: {day.problem.value}{" "}
            <button class="field" onClick={() => void day.loadTrail()}>
              Try again
            </button>
          </p>
        )}
        {day.missed.value && (
          <p class="note">
            Some changes since this page was opened are not listed here.{" "}
            <button class="field" onClick={() => void day.loadTrail()}>
              Read the trail again
            </button>
          </p>
        )}
        {day.trail.value === "loading" && records.length === 0 ? (
          <p class="quiet">Reading the trail…</p>
        ) : (
          <DayLanes
            stretches={stretches}
            states={stateNames.value}
            from={from}
            to={now}
            midnight={midnight}
            totals={totals}
          />
        )}
      </section>
      <section aria-labelledby="trail-title">
        <h2 id="trail-title">Transitions and audit trail</h2>
        {day.cut.value && (
          <p class="note">
            This day has more records than are shown here: its beginning, and what happens from now on. The trail itself
            has them all.
          </p>
        )}
        {records.length === 0 ? (
          <p class="quiet">{day.trail.value === "loading" ? "Reading the trail…" : "No record yet today."}</p>
        ) : (
          <TrailTable records={records} />
        )}
      </section>
    </article>
  );
}

function Head({ row, now }: { row: Row; now: number }) {
  const words = stateWords(row);
  const look = lookOf.value(words.doubt === "stale" ? row.observedState : row.state);
  const alerts = store.alerts.value.filter(
    (one) => one.state === "firing" && (one.labels["agentId"] === row.id || one.labels["agent"] === row.id),
  );
  return (
    <header class="agent-head">
      <a class="back" href={hrefOf({ name: "floor" })}>
        <Icon name="back" /> The floor
      </a>
      <div class="agent-who">
        <h1>
          <bdi>{row.name}</bdi>
        </h1>
        <p class="quiet">
          <bdi>{row.team || "no team"}</bdi> <span class="agent-id">{row.id}</span>
        </p>
      </div>
      <div class="agent-now" data-doubt={words.doubt || undefined}>
        <span class="agent-state">
          <Glyph look={look} hollow={words.doubt !== ""} />
          <span class="state-name">{words.state}</span>
          {words.reported !== "" && <span class="state-reported">→ {words.reported}?</span>}
          {words.doubt !== "" && <span class="tag tag-doubt">{words.doubt}</span>}
        </span>
        <span class="agent-time time">{timeInState(row, now)}</span>
        <span class="agent-since quiet">
          {row.atLeast ? "at least since" : "since"} {clock.value.moment(row.since, now)}
          {row.reason !== "" && `, ${reasonWords(row.reason)}`}
        </span>
      </div>
      {words.doubt !== "" && <p class="note">{words.sentence}.</p>}
      {alerts.map((alert) => (
        <p class="note" data-level="critical" key={alert.id}>
          <Icon name="alert" /> {asSentence(alert.sentence)} {asSentence(alert.advice)}
        </p>
      ))}
    </header>
  );
}

function Figure({ name, value, note = "" }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value} {note !== "" && <span class="quiet">{note}</span>}
      </dd>
    </div>
  );
}

function Missing({ agentId }: { agentId: string }) {
  return (
    <div class="emptiness">
      <h1>No such agent</h1>
      <p>
        <span class="agent-id">{agentId}</span> is not monitored here. The agent may have left, or the address is of
        another tenant.
      </p>
      <p>
        <a href={hrefOf({ name: "floor" })}>To the floor</a>
      </p>
    </div>
  );
}

// The records of one agent's day, newest first.
import { useState } from "preact/hooks";
import type { AuditEntry } from "../live/api_types.ts";
import { clock, lookOf } from "../shell/app_state.ts";
import { milliseconds } from "../look/numbers.ts";
import { reasonWords, unknownState } from "../look/agent_words.ts";
import { Glyph } from "./glyph.tsx";

const shownAtFirst = 100;

export function TrailTable({ records }: { records: readonly AuditEntry[] }) {
  const [shown, setShown] = useState(shownAtFirst);
  const newest = records.slice(Math.max(0, records.length - shown)).reverse();
  return (
    <>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Records of today">
        <table class="trail">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Change</th>
              <th scope="col">Reason</th>
              <th scope="col">Verdict</th>
              <th scope="col" class="number">
                Latency
              </th>
              <th scope="col" class="number">
                Record
              </th>
            </tr>
          </thead>
          <tbody>
            {newest.map((one) => (
              <TrailRow key={one.sequence} entry={one} />
            ))}
          </tbody>
        </table>
      </div>
      {records.length > shown && (
        <button class="field" onClick={() => setShown(shown + 200)}>
          Show earlier records
        </button>
      )}
    </>
  );
}

function TrailRow({ entry }: { entry: AuditEntry }) {
  const verdict = verdictOf(entry);
  const flags = entry.flags ?? [];
  return (
    <tr data-level={verdict.level}>
      <td class="time" title={entry.timestamp}>
        {clock.value.time(Date.parse(entry.eventTimestamp ?? entry.timestamp))}
      </td>
      <td>
        {entry.currentState === undefined ? (
          <span class="quiet">–</span>
        ) : (
          <span class="change">
            <State name={entry.previousState ?? ""} /> <span aria-hidden="true">→</span>
            <span class="spoken">to</span> <State name={entry.currentState} />
          </span>
        )}
      </td>
      <td>{reasonWords(entry.reasonCode ?? "")}</td>
      <td>
        <span class="verdict" title={entry.auditAction}>
          {verdict.text}
        </span>
        {flags.map((flag) => (
          <span class="tag" key={flag}>
            {flag}
          </span>
        ))}
      </td>
      <td class="number">{entry.latencyMs === undefined ? "" : milliseconds(entry.latencyMs)}</td>
      <td class="number quiet">{entry.sequence}</td>
    </tr>
  );
}

function State({ name }: { name: string }) {
  return (
    <span class="state">
      <Glyph look={lookOf.value(name)} />
      {name || unknownState}
    </span>
  );
}

export function verdictOf(entry: AuditEntry): { text: string; level: "fact" | "wrong" | "gap" } {
  switch (entry.auditAction) {
    case "STATE_UPDATE_VERIFIED":
      return { text: "verified", level: "fact" };
    case "TRANSITION_REJECTED":
      return { text: "not allowed", level: "wrong" };
    case "STATE_RECONCILED":
      return { text: "taken from the listing", level: "gap" };
    case "MONITORING_INTERRUPTED":
      return { text: `not watched from here: ${entry.cause ?? "interrupted"}`, level: "gap" };
    case "MONITORING_STARTED":
      return { text: entry.cause === "reconnect" ? "watched again" : "watched from here", level: "gap" };
    default:
      return { text: entry.auditAction.toLowerCase().replace(/_/g, " "), level: "fact" };
  }
}

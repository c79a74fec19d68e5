// Alerts and their life: firing, pending, resolved; and silences.
import { useEffect, useState } from "preact/hooks";
import * as api from "../live/api_client.ts";
import type { Alert, Silence } from "../live/api_types.ts";
import { clock, hrefOf, session, store } from "../shell/app_state.ts";
import { second } from "../shell/frames.ts";
import { asSentence } from "../look/agent_words.ts";
import { wordDuration } from "../look/durations.ts";
import { Icon } from "../parts/icon.tsx";
import { SilenceForm } from "../parts/silence_form.tsx";

const parts = [
  { state: "firing", title: "Firing", none: "No alert is firing." },
  { state: "pending", title: "Pending", none: "Nothing is about to become an alert." },
  { state: "resolved", title: "Resolved", none: "No alert has ended lately." },
] as const;

export function AlertsView() {
  const alerts = store.alerts.value;
  const [silences, setSilences] = useState<readonly Silence[]>([]);
  const [silencing, setSilencing] = useState<string | null>(null);
  const [problem, setProblem] = useState("");
  const tenant = store.tenant.value;
  /** An engine without silences is no trouble. */
  const [hasSilences, setHasSilences] = useState(false);
  const mayManage = session.value?.role === "administrator" && hasSilences;

  const loadSilences = async (): Promise<void> => {
    if (tenant === null) return;
    try {
      setSilences(await api.silences(tenant));
      setHasSilences(true);
    } catch (error) {
      // A viewer may not be allowed to see them; the alerts themselves say that they are silenced.
      if (!(error instanceof api.ApiError && (error.status === 403 || error.status === 404))) setProblem(String(error));
    }
  };
  const silenced = alerts
    .filter((one) => one.silenced)
    .map((one) => one.id)
    .join();
  useEffect(() => void loadSilences(), [tenant, silenced]);

  const end = async (id: string): Promise<void> => {
    if (tenant === null) return;
    try {
      await api.removeSilence(tenant, id);
      await loadSilences();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };

  if (!store.ready.value) return <p class="emptiness">Loading…</p>;
  return (
    <div class="alerts-page">
      <h1>Alerts</h1>
      {problem !== "" && (
        <p class="note" data-level="critical" role="alert">
          {problem}
        </p>
      )}
      {parts.map(({ state, title, none }) => {
        const own = alerts.filter((one) => one.state === state);
        return (
          <section key={state} aria-labelledby={`alerts-${state}`}>
            <h2 id={`alerts-${state}`}>
              {title} <span class="quiet">{own.length}</span>
            </h2>
            {own.length === 0 && (
              <p class="quiet">
                {state === "firing" && <Icon name="good" />} {none}
              </p>
            )}
            <ul class="alert-list">
              {own.map((alert) => (
                <AlertItem
                  key={alert.id}
                  alert={alert}
                  silence={mayManage && state !== "resolved" && !alert.silenced ? () => setSilencing(alert.kind) : null}
                />
              ))}
            </ul>
          </section>
        );
      })}
      {silences.length > 0 && (
        <section aria-labelledby="silences-title">
          <h2 id="silences-title">Silences</h2>
          <ul class="alert-list">
            {silences.map((one) => (
              <li class="alert" key={one.id} data-state="silence">
                <Icon name="mute" />
                <div>
                  <p class="alert-sentence">
                    {one.kind}{" "}
                    <span class="quiet">until {clock.value.minute(Date.parse(one.until ?? one.endsAt ?? ""))}</span>
                  </p>
                  <p class="alert-advice">{one.reason}</p>
                </div>
                {mayManage && (
                  <button class="field" onClick={() => void end(one.id)}>
                    End<span class="spoken"> the silence of {one.kind}</span>
                  </button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {silencing !== null && tenant !== null && (
        <SilenceForm
          tenant={tenant}
          kind={silencing}
          close={() => {
            setSilencing(null);
            void loadSilences();
          }}
        />
      )}
    </div>
  );
}

function AlertItem({ alert, silence }: { alert: Alert; silence: (() => void) | null }) {
  const now = store.knownUntil(second.value);
  const agentId = alert.labels["agentId"] ?? alert.labels["agent"];
  return (
    <li class="alert" data-state={alert.state} data-silenced={alert.silenced || undefined}>
      <Icon name={alert.silenced ? "mute" : alert.state === "resolved" ? "good" : "alert"} />
      <div>
        <p class="alert-sentence">{asSentence(alert.sentence)}</p>
        {alert.state !== "resolved" && <p class="alert-advice">{asSentence(alert.advice)}</p>}
        <p class="alert-facts">
          <span class="tag">{alert.kind}</span>
          {alert.silenced && <span class="tag">silenced</span>}
          <span>{lifeWords(alert, now)}</span>
          {Object.entries(alert.labels)
            .filter(([name]) => name !== "agentId" && name !== "agent")
            .map(([name, value]) => (
              <span key={name}>
                {name} {value}
              </span>
            ))}
          {agentId && (
            <a href={hrefOf({ name: "agent", agentId })}>
              {store.table.nameOf(store.table.indexOf(agentId)) || agentId}
            </a>
          )}
        </p>
      </div>
      {silence && (
        <button class="field" onClick={silence}>
          Silence…<span class="spoken"> {alert.kind}</span>
        </button>
      )}
    </li>
  );
}

function lifeWords(alert: Alert, now: number): string {
  const since = Date.parse(alert.since);
  if (alert.state === "pending") return `pending for ${wordDuration(now - since)}`;
  const fired = Date.parse(alert.firingSince ?? alert.since);
  if (alert.state === "firing") return `firing for ${wordDuration(now - fired)}, since ${clock.value.time(fired)}`;
  const over = Date.parse(alert.resolvedAt ?? "");
  return Number.isNaN(over)
    ? "resolved"
    : `resolved at ${clock.value.dateTime(over)}, after ${wordDuration(over - fired)}`;
}

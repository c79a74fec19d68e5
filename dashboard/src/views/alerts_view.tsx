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

const silencesEveryMs = 20_000;

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

  const silenced = alerts
    .filter((one) => one.silenced)
    .map((one) => one.id)
    .join();
  const [asked, setAsked] = useState(0);
  const loadSilences = (): void => setAsked((times) => times + 1);

  // The stream tells which alerts are silenced. That somebody silenced a kind of which there is no alert, only the
  // list tells, so it is read again now and then.
  useEffect(() => {
    if (tenant === null) return undefined;
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      try {
        const list = await api.silences(tenant, abort.signal);
        if (abort.signal.aborted) return;
        setSilences(list);
        setHasSilences(true);
      } catch {
        // Who may not see them sees by the alerts themselves that they are silenced; a connection that is lost is told
        // across the page.
      }
    };
    void load();
    const timer = setInterval(() => void (document.hidden || load()), silencesEveryMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [tenant, silenced, asked]);

  const end = async (id: string): Promise<void> => {
    if (tenant === null) return;
    setProblem("");
    try {
      await api.removeSilence(tenant, id);
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof api.ApiError && error.status === 404))
        setProblem(error instanceof Error ? error.message : String(error));
    }
    loadSilences();
  };
  const now = store.knownUntil(second.value);
  const lasting = silences.filter((one) => Date.parse(one.until) > now);

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
      {lasting.length > 0 && (
        <section aria-labelledby="silences-title">
          <h2 id="silences-title">Silences</h2>
          <ul class="alert-list">
            {lasting.map((one) => (
              <li class="alert" key={one.id} data-state="silence">
                <Icon name="mute" />
                <div>
                  <p class="alert-sentence">
                    {one.kind} <span class="quiet">until {clock.value.moment(Date.parse(one.until), now)}</span>
                  </p>
                  <p class="alert-advice">
                    {one.reason} {one.by && <span class="quiet">by {one.by}</span>}
                  </p>
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
            loadSilences();
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
  if (alert.state === "firing")
    return `firing for ${wordDuration(now - fired)}, since ${clock.value.moment(fired, now)}`;
  const over = Date.parse(alert.resolvedAt ?? "");
  return Number.isNaN(over)
    ? "resolved"
    : `resolved at ${clock.value.moment(over, now)}, after ${wordDuration(over - fired)}`;
}

// What is wrong now, the gravest first; or that nothing is.
import { asSentence } from "../look/agent_words.ts";
import type { Alert } from "../live/api_types.ts";
import { needsAttention } from "../floor/alert_book.ts";
import type { Doubt } from "../floor/row_filter.ts";
import { everything } from "../floor/row_filter.ts";
import { go, hrefOf, route, store, tenant } from "../shell/app_state.ts";
import { second } from "../shell/frames.ts";
import { wordDuration } from "../look/durations.ts";
import { counted } from "../look/numbers.ts";
import { Icon } from "./icon.tsx";

export function AttentionPanel({ limit }: { limit: number }) {
  if (!store.ready.value) return null;
  const firing = needsAttention(store.alerts.value);
  const { stale, unverified } = store.summary.value;
  const condition = store.metrics.value?.condition ?? "running";
  const troubled = condition !== "running";
  const nothing = firing.length + stale + unverified === 0 && !troubled;
  return (
    <section class="attention" aria-labelledby="attention-title">
      <h2 id="attention-title">Needs attention</h2>
      {nothing && (
        <p class="all-well">
          <Icon name="good" /> Nothing. No alert is firing, and every row is certain.
        </p>
      )}
      <ul class="attention-list">
        {troubled && (
          <li class="attention-item" data-level="critical">
            <Icon name="alert" />
            <span>
              <strong>The tenant is {condition}.</strong> {tenant.value?.sentence}
            </span>
          </li>
        )}
        {firing.slice(0, limit).map((alert) => (
          <FiringAlert key={alert.id} alert={alert} />
        ))}
        {firing.length > limit && (
          <li class="attention-item" data-level="more">
            <a href={hrefOf({ name: "alerts" })}>{counted(firing.length - limit, "more firing alert")}</a>
          </li>
        )}
        {stale > 0 && <Doubted doubt="stale" text={`${counted(stale, "row")} may be out of date`} />}
        {unverified > 0 && (
          <Doubted
            doubt="unverified"
            text={`${counted(unverified, "agent")} reported in a state that the rules do not allow`}
          />
        )}
      </ul>
    </section>
  );
}

function FiringAlert({ alert }: { alert: Alert }) {
  const agentId = alert.labels["agentId"] ?? alert.labels["agent"];
  const href = agentId ? hrefOf({ name: "agent", agentId }) : hrefOf({ name: "alerts" });
  return (
    <li class="attention-item" data-level="critical">
      <Icon name="alert" />
      <span>
        <a href={href}>{asSentence(alert.sentence)}</a>
        <span class="attention-age">
          firing for {wordDuration(store.knownUntil(second.value) - Date.parse(alert.firingSince ?? alert.since))}
        </span>
      </span>
    </li>
  );
}

/** Pressing it shows just those rows. */
function Doubted({ doubt, text }: { doubt: Doubt; text: string }) {
  const pressed = route.value.filter.doubts.includes(doubt);
  return (
    <li class="attention-item" data-level="doubt">
      <Icon name="question" />
      <button
        class="plain"
        aria-pressed={pressed}
        onClick={() => go({ view: { name: "floor" }, filter: { ...everything, doubts: pressed ? [] : [doubt] } })}
      >
        {text}
      </button>
    </li>
  );
}

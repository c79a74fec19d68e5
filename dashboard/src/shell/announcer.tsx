// Says aloud, for those who do not see the screen, what would catch the eye of those who do.
import { asSentence } from "../look/agent_words.ts";
import { effect, signal } from "@preact/signals";
import { needsAttention } from "../floor/alert_book.ts";
import { store } from "./app_state.ts";

const words = signal("");

export function Announcer() {
  return (
    <p class="spoken" role="status" aria-live="polite">
      {words}
    </p>
  );
}

export function startAnnouncing(): void {
  let phase = "";
  effect(() => {
    const now = store.link.value.phase;
    if (now === phase) return;
    if (now === "lost") words.value = "Connection lost. The data is not live.";
    else if (now === "live" && phase === "lost") words.value = "The connection is back. The data is live.";
    phase = now;
  });
  const known = new Set<string>();
  let first = true;
  effect(() => {
    const firing = needsAttention(store.alerts.value);
    const fresh = firing.filter((one) => !known.has(one.id));
    known.clear();
    for (const one of firing) known.add(one.id);
    if (!store.ready.value) {
      first = true;
      return;
    }
    if (!first && fresh.length > 0)
      words.value = `New alert: ${fresh.map((one) => asSentence(one.sentence)).join(" ")}`;
    first = false;
  });
}

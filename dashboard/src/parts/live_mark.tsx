// Is the data live? In the corner always, and across the page when it is not.
import { clock, retryStream, store } from "../shell/app_state.ts";
import { second } from "../shell/frames.ts";
import { counted } from "../look/numbers.ts";
import { wordDuration } from "../look/durations.ts";

export function LiveMark() {
  const link = store.link.value;
  if (link.phase === "live") {
    const merged = store.merged.value;
    const hint =
      merged === 0
        ? "Every change is shown as it happens"
        : `${counted(merged, "change")} came too fast for this browser and were merged; the newest states are shown`;
    return (
      <span class="live-mark" data-phase="live" title={hint}>
        <span class="live-dot" aria-hidden="true" />
        Live
      </span>
    );
  }
  if (link.phase === "lost")
    return (
      <span class="live-mark" data-phase="lost">
        <span class="live-dot" aria-hidden="true" />
        <span>{wordDuration(second.value - link.heardAt)} old</span>
      </span>
    );
  return (
    <span class="live-mark" data-phase={link.phase}>
      <span class="live-dot" aria-hidden="true" />
      {link.phase === "refused" ? "No access" : link.attempt > 0 ? "No connection" : "Connecting…"}
    </span>
  );
}

export function LostBanner() {
  const link = store.link.value;
  if (link.phase !== "lost") return null;
  const now = second.value;
  const age = wordDuration(Math.max(0, now - link.heardAt));
  const wait =
    link.retryAt > now ? `Trying again in ${Math.max(1, Math.ceil((link.retryAt - now) / 1000))} s.` : "Trying now…";
  return (
    <div class="banner" data-level="lost" role="region" aria-label="Connection">
      <strong>Connection lost. The data is {age} old.</strong>
      <span>
        What you see is as of {clock.value.time(link.heardAt + store.serverNow(0))}.{" "}
        <span class="banner-wait">{wait}</span>
      </span>
      <button class="field" onClick={retryStream}>
        Try now
      </button>
    </div>
  );
}

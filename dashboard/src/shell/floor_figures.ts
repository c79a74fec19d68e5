// The working figures of the tenant on the screen, asked for as long as somebody looks at them.
import { signal } from "@preact/signals";
import { store } from "./app_state.ts";
import * as api from "../live/api_client.ts";
import type { FloorFigures } from "../live/api_types.ts";

/** Shares of a day move slowly; the window moves by tenths of an hour. */
const everyMs = 15_000;
/** An engine that has just started reads today's records first. */
const againMs = 3000;

/** null: not known, or not counted yet. */
export const floorFigures = signal<FloorFigures | null>(null);

/** Gives what ends it. */
export function followFloorFigures(tenant: string): () => void {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const load = async (): Promise<void> => {
    let next = everyMs;
    try {
      if (!document.hidden) {
        const figures = await api.floorFigures(tenant, abort.signal);
        if (!abort.signal.aborted) floorFigures.value = figures;
      }
    } catch (error) {
      if (abort.signal.aborted) return;
      // What cannot be counted must not be shown as if it were of now. While the connection is lost the whole page says
      // how old it is.
      if (store.link.peek().phase === "live") floorFigures.value = null;
      if (error instanceof api.ApiError && error.status === 503) next = againMs;
    }
    if (!abort.signal.aborted) timer = setTimeout(() => void load(), next);
  };
  floorFigures.value = null;
  void load();
  return () => {
    abort.abort();
    clearTimeout(timer);
    floorFigures.value = null;
  };
}

// The tab's way to the hub: the SharedWorker, or where there is none a hub in the page.
import { FeedHub } from "./feed_hub.ts";
import type { HubUpdate, Port, ToHub } from "./hub_messages.ts";
import { HubWatch, lookEveryMs } from "./hub_watch.ts";
import { browserWorld } from "./browser_world.ts";

export interface HubConnection {
  follow(tenant: string | null): void;
  watch(agentId: string | null): void;
  retry(): void;
  signOut(): void;
}

/**
 * `take` is called for each update, in order; the hub may send the next one when it returns. `silent` is called when
 * the hub itself is not heard. A hub that has died is replaced by one in the page.
 */
export function connectToHub(take: (update: HubUpdate) => void, silent: () => void): HubConnection {
  let tenant: string | null = null;
  let agentId: string | null = null;
  let port: Port<ToHub, HubUpdate>;
  let shared = typeof SharedWorker === "function";
  let watch = new HubWatch(Date.now());
  let lockName: string | null = null;

  const open = (): void => {
    watch = new HubWatch(Date.now());
    port = shared ? sharedPort(fallBack) : pagePort();
    port.onMessage = (update) => {
      watch.heard(Date.now());
      if (update.tenant === tenant) take(update);
      port.send({ kind: "taken" });
    };
    port.send({ kind: "visible", visible: !document.hidden });
    port.send({ kind: "follow", tenant });
    if (lockName !== null) port.send({ kind: "holds", lockName });
    if (agentId !== null) port.send({ kind: "watch", agentId });
  };

  function fallBack(): void {
    if (!shared) return;
    shared = false;
    port.send({ kind: "leave" });
    open();
  }

  open();
  holdTabLock((name) => {
    lockName = name;
    port.send({ kind: "holds", lockName: name });
  });
  document.addEventListener("visibilitychange", () => {
    watch = new HubWatch(Date.now());
    port.send({ kind: "visible", visible: !document.hidden });
  });
  addEventListener("pagehide", () => port.send({ kind: "leave" }));
  addEventListener("pageshow", (event) => {
    if (event.persisted) port.send({ kind: "follow", tenant });
  });
  addEventListener("online", () => port.send({ kind: "retry" }));
  setInterval(() => {
    if (document.hidden || tenant === null) return;
    const condition = watch.look(Date.now());
    if (condition !== "speaks") silent();
    if (condition === "dead") fallBack();
  }, lookEveryMs);

  return {
    follow(next) {
      tenant = next;
      watch = new HubWatch(Date.now());
      port.send({ kind: "follow", tenant });
    },
    watch(next) {
      agentId = next;
      port.send({ kind: "watch", agentId });
    },
    retry() {
      port.send({ kind: "retry" });
    },
    signOut() {
      port.send({ kind: "signOut" });
    },
  };
}

/** `held` is called when the lock is ours: a hub that asked for it earlier would get it, and take the tab for dead. */
function holdTabLock(held: (name: string) => void): void {
  if (!navigator.locks) return;
  const name = `floorwalker-tab-${crypto.randomUUID()}`;
  const untilTheTabDies = new Promise<never>(() => undefined);
  navigator.locks
    .request(name, () => {
      held(name);
      return untilTheTabDies;
    })
    .catch(() => undefined);
}

function sharedPort(failed: () => void): Port<ToHub, HubUpdate> {
  const worker = new SharedWorker(new URL("./stream_worker.ts", import.meta.url), {
    type: "module",
    name: "floorwalker",
  });
  worker.addEventListener("error", failed);
  const port: Port<ToHub, HubUpdate> = {
    send: (message) => worker.port.postMessage(message),
    onMessage: null,
    onClosed: null,
    close: () => worker.port.close(),
  };
  worker.port.addEventListener("message", (message: MessageEvent<HubUpdate>) => port.onMessage?.(message.data));
  worker.port.start();
  return port;
}

function pagePort(): Port<ToHub, HubUpdate> {
  const tab: Port<ToHub, HubUpdate> = {
    send: (message) => hubSide.onMessage?.(message),
    onMessage: null,
    onClosed: null,
    close: () => undefined,
  };
  const hubSide: Port<HubUpdate, ToHub> = {
    // Not within the call: the hub must have finished its own step first.
    send: (message) => queueMicrotask(() => tab.onMessage?.(message)),
    onMessage: null,
    onClosed: null,
    close: () => undefined,
  };
  new FeedHub(browserWorld(), () => undefined).add(hubSide);
  return tab;
}

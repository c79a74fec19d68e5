// Holds one stream a tenant for all tabs of the browser. What changes is marked per tab and sent in few messages: the
// newest state of each changed row. So a tab that is slow, hidden or frozen costs a set of ids and never a queue.
import type { Change } from "./floor_model.ts";
import type { MetricsEvent, TransitionEvent } from "./api_types.ts";
import { type FeedWorld, TenantFeed } from "./tenant_feed.ts";
import type { HubUpdate, Port, ToHub } from "./hub_messages.ts";

const visiblePaceMs = 32;
const hiddenPaceMs = 1000;
/** The age of the data is told at least this often, so that a tab notices a hub that died. */
const pulseMs = 1000;
const rowsAtOnce = 1500;
const updatesInFlight = 2;
const transitionsKept = 200;

interface Client {
  port: Port<HubUpdate, ToHub>;
  tenant: string | null;
  visible: boolean;
  inFlight: number;
  timer: number;
  /** A complete set of rows is owed, or on its way. */
  begins: boolean;
  sendingAll: boolean;
  rows: Set<string>;
  gone: Set<string>;
  alerts: boolean;
  ring: boolean;
  metrics: MetricsEvent | null;
  watched: string | null;
  transitions: TransitionEvent[];
  missed: boolean;
  sentAt: number;
  urgent: boolean;
}

/** Calls `gone` when the tab that holds the named lock has died. */
export type TabWatch = (lockName: string, gone: () => void) => void;

export class FeedHub {
  readonly #feeds = new Map<string, TenantFeed>();
  readonly #clients = new Set<Client>();

  constructor(
    private readonly world: FeedWorld,
    private readonly watchTab: TabWatch,
  ) {
    this.#pulse();
  }

  get feeds(): number {
    return this.#feeds.size;
  }

  add(port: Port<HubUpdate, ToHub>): void {
    const client: Client = {
      port,
      tenant: null,
      visible: true,
      inFlight: 0,
      timer: 0,
      begins: false,
      sendingAll: false,
      rows: new Set(),
      gone: new Set(),
      alerts: false,
      ring: false,
      metrics: null,
      watched: null,
      transitions: [],
      missed: false,
      sentAt: 0,
      urgent: false,
    };
    this.#clients.add(client);
    port.onMessage = (message) => this.#take(client, message);
    port.onClosed = () => this.#leave(client);
  }

  #take(client: Client, message: ToHub): void {
    switch (message.kind) {
      case "follow":
        this.#follow(client, message.tenant);
        break;
      case "holds":
        this.watchTab(message.lockName, () => this.#leave(client));
        break;
      case "watch":
        client.watched = message.agentId;
        client.transitions = [];
        client.missed = false;
        break;
      case "taken":
        client.inFlight = Math.max(0, client.inFlight - 1);
        if (client.sendingAll) this.#flush(client);
        else if (hasNews(client)) this.#schedule(client);
        break;
      case "visible":
        client.visible = message.visible;
        if (message.visible && hasNews(client)) this.#flush(client);
        break;
      case "retry":
        if (client.tenant !== null) this.#feeds.get(client.tenant)?.retryNow(true);
        break;
      case "signOut":
        for (const feed of this.#feeds.values()) feed.signOut();
        break;
      case "leave":
        this.#leave(client);
        break;
    }
  }

  #leave(client: Client): void {
    if (!this.#clients.delete(client)) return;
    this.world.clearTimer(client.timer);
    client.timer = 0;
    client.port.close();
    this.#stopUnused();
  }

  #follow(client: Client, tenant: string | null): void {
    // A tab that was left and comes back (the browser keeps such pages) is a client again.
    this.#clients.add(client);
    client.tenant = tenant;
    client.inFlight = 0;
    forget(client);
    this.#stopUnused();
    if (tenant === null) return;
    let feed = this.#feeds.get(tenant);
    if (!feed) {
      feed = new TenantFeed(tenant, this.world, {
        changed: (change) => this.#changed(tenant, change),
        linkChanged: () => this.#linkChanged(tenant),
      });
      this.#feeds.set(tenant, feed);
      feed.start();
    } else {
      if (feed.model.hasSnapshot) this.#oweAll(client, feed);
      feed.retryNow(false);
    }
    client.urgent = true;
    this.#flush(client);
  }

  #stopUnused(): void {
    const used = new Set([...this.#clients].map((client) => client.tenant));
    for (const [tenant, feed] of this.#feeds) {
      if (used.has(tenant)) continue;
      feed.stop();
      this.#feeds.delete(tenant);
    }
  }

  #oweAll(client: Client, feed: TenantFeed): void {
    client.begins = true;
    client.sendingAll = true;
    client.rows = new Set(feed.model.agents.keys());
    client.gone.clear();
    client.alerts = true;
    client.ring = true;
    client.metrics = feed.model.metrics;
    // Between the last transition and this set there may have been others.
    client.missed = true;
    client.transitions = [];
  }

  #changed(tenant: string, change: Change): void {
    if (change.kind === "ignored") return;
    const feed = this.#feeds.get(tenant);
    if (!feed) return;
    for (const client of this.#clients) {
      if (client.tenant !== tenant) continue;
      switch (change.kind) {
        case "snapshot":
          this.#oweAll(client, feed);
          break;
        case "row":
          client.rows.add(change.agentId);
          client.gone.delete(change.agentId);
          if (change.transition && client.watched === change.agentId) {
            client.transitions.push(change.transition);
            if (client.transitions.length > transitionsKept) {
              client.transitions.shift();
              client.missed = true;
            }
          }
          break;
        case "gone":
          client.rows.delete(change.agentId);
          client.gone.add(change.agentId);
          break;
        case "alerts":
          client.alerts = true;
          break;
        case "metrics":
          client.metrics = feed.model.metrics;
          break;
        case "merged":
          client.missed = client.watched !== null;
          break;
      }
      this.#schedule(client);
    }
  }

  #linkChanged(tenant: string): void {
    const phase = this.#feeds.get(tenant)?.link.phase;
    const emptied = phase === "signedOut" || phase === "refused";
    for (const client of this.#clients)
      if (client.tenant === tenant) {
        if (emptied) forget(client);
        client.urgent = true;
        this.#flush(client);
      }
  }

  #schedule(client: Client): void {
    if (client.timer !== 0 || client.inFlight >= updatesInFlight) return;
    const pace = client.visible ? visiblePaceMs : hiddenPaceMs;
    const wait = Math.max(0, client.sentAt + pace - this.world.now());
    client.timer = this.world.setTimer(Math.min(wait, pace), () => {
      client.timer = 0;
      this.#flush(client);
    });
  }

  #flush(client: Client): void {
    // Word of the link does not wait for a slow tab; there are only a few of them.
    if (client.inFlight >= updatesInFlight && !client.urgent) return;
    const feed = client.tenant === null ? undefined : this.#feeds.get(client.tenant);
    if (!feed || !this.#clients.has(client)) return;
    const rows = [];
    if (client.inFlight < updatesInFlight) {
      for (const id of client.rows) {
        if (rows.length === rowsAtOnce) break;
        client.rows.delete(id);
        const agent = feed.model.agents.get(id);
        if (agent) rows.push(agent);
      }
    }
    const completes = client.sendingAll && client.rows.size === 0;
    const update: HubUpdate = {
      kind: "update",
      tenant: feed.tenant,
      link: feed.link,
      clockOffset: feed.clockOffset,
      begins: client.begins,
      completes,
      rows,
      gone: [...client.gone],
      alerts: client.alerts ? feed.model.alerts : null,
      metrics: client.metrics,
      ring: client.ring ? feed.model.ring.copy() : null,
      transitions: client.transitions,
      missed: client.missed,
      merged: feed.model.merged,
    };
    client.begins = false;
    if (completes) client.sendingAll = false;
    client.gone.clear();
    client.alerts = client.ring = client.missed = client.urgent = false;
    client.metrics = null;
    client.transitions = [];
    client.inFlight += 1;
    client.sentAt = this.world.now();
    client.port.send(update);
    if (hasNews(client)) this.#schedule(client);
  }

  #pulse(): void {
    this.world.setTimer(pulseMs, () => {
      for (const client of this.#clients)
        if (client.tenant !== null && client.inFlight < updatesInFlight && this.world.now() - client.sentAt >= pulseMs)
          this.#flush(client);
      this.#pulse();
    });
  }
}

/** Nothing is owed to the client any more. */
function forget(client: Client): void {
  client.metrics = null;
  client.transitions = [];
  client.rows.clear();
  client.gone.clear();
  client.begins = client.sendingAll = client.alerts = client.ring = client.missed = false;
}

function hasNews(client: Client): boolean {
  return client.rows.size > 0 || client.gone.size > 0 || client.alerts || client.metrics !== null || client.begins;
}

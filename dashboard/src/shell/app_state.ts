// What the page is about: who is signed in, which tenant, which view. Everything else follows from it.
import { batch, computed, effect, signal } from "@preact/signals";
import * as api from "../live/api_client.ts";
import type { Session, Tenant } from "../live/api_types.ts";
import { type HubConnection, connectToHub } from "../live/hub_connection.ts";
import { FloorStore } from "../floor/floor_store.ts";
import { dayClock } from "../look/day_clock.ts";
import { inOrderOfDay, looksFor } from "../look/state_looks.ts";
import { askForFrame, eachFrame } from "./frames.ts";
import { recall, remember } from "./remembered.ts";
import { type Route, type View, atTenant, formatRoute, parseRoute } from "./route.ts";

export const store = new FloorStore();

/** null: not known yet. */
export const session = signal<Session | null>(null);
export const tenants = signal<readonly Tenant[]>([]);
/** Why the page can't begin; "" while it can. */
export const startProblem = signal("");
export const route = signal<Route>(parseRoute(location.hash));
export const helpOpen = signal(false);
export const singleKeys = signal(recall("single-keys") !== "off");
/** A newer page than this one is being served. */
export const outdated = signal(false);

export const tenant = computed<Tenant | null>(() => {
  const asked = route.value.tenant;
  const all = tenants.value;
  return (asked === null ? all[0] : all.find((one) => one.name === asked)) ?? null;
});
/** The address names a tenant that is not there for this person. */
export const tenantMissing = computed(() => tenant.value === null && route.value.tenant !== null);
export const signInNeeded = computed(() => {
  const known = session.value;
  return known !== null && known.required && !known.signedIn;
});
export const lookOf = computed(() => looksFor(tenant.value?.states ?? []));
export const clock = computed(() => dayClock(tenant.value?.timeZone ?? "UTC"));
export const stateNames = computed(() => inOrderOfDay(tenant.value?.states ?? []));

/** A wallboard that nobody touches must come up by itself. */
const openAgainMs = 3000;
let openAgain: ReturnType<typeof setTimeout> | undefined;
/** A tenant that is not there, or no more, may be configured at any time. */
const missingEveryMs = 10_000;
/** Tabs of one browser have one session: what one of them did to it the others learn here. */
const sessionNews = typeof BroadcastChannel === "function" ? new BroadcastChannel("floorwalker.session") : null;
let hub: HubConnection | null = null;
let followed: string | null = null;

export function go(next: Partial<Route>, replace = false): void {
  const to = { ...route.value, ...next };
  if (to.tenant === null) to.tenant = tenant.value?.name ?? null;
  route.value = to;
  const text = formatRoute(to);
  if (text === location.hash) return;
  if (replace) history.replaceState(null, "", text);
  else history.pushState(null, "", text);
}

export function show(view: View): void {
  go({ view });
}

export function hrefOf(view: View): string {
  return formatRoute({ ...route.value, tenant: route.value.tenant ?? tenant.value?.name ?? null, view });
}

export function switchTenant(name: string): void {
  go(atTenant(route.value, name));
}

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  remember("single-keys", on ? null : "off");
}

/** Asks who is there and for what; called at the start, after signing in, and to try again. */
export async function open(): Promise<void> {
  try {
    const known = await api.session();
    const isOpen = !known.required || known.signedIn;
    const list = isOpen ? await api.tenants() : [];
    batch(() => {
      startProblem.value = "";
      if (!isOpen) return needSignIn();
      session.value = known;
      tenants.value = list;
    });
  } catch (error) {
    if (error instanceof api.ApiError && error.status === 401) needSignIn();
    else {
      startProblem.value = error instanceof Error ? error.message : String(error);
      clearTimeout(openAgain);
      openAgain = setTimeout(() => void open(), openAgainMs);
    }
  }
}

export async function loadTenants(): Promise<void> {
  const list = await api.tenants();
  if (!signInNeeded.peek()) tenants.value = list;
}

export async function signIn(token: string): Promise<void> {
  await api.signIn(token);
  sessionNews?.postMessage("changed");
  await open();
}

export async function signOut(): Promise<void> {
  await api.signOut();
  hub?.signOut();
  sessionNews?.postMessage("changed");
  // Whoever signs in next may have other tenants.
  route.value = { ...route.value, tenant: null };
  needSignIn();
}

function needSignIn(): void {
  followed = null;
  hub?.follow(null);
  tenants.value = [];
  store.reset(null);
  session.value = { signedIn: false, required: true, role: null, tenants: [] };
}

export function retryStream(): void {
  hub?.retry();
}

/** Its transitions arrive one by one at `store.onTransitions`. */
export function watchAgent(agentId: string | null): void {
  hub?.watch(agentId);
}

export function start(): void {
  addEventListener("popstate", () => (route.value = parseRoute(location.hash)));
  addEventListener("hashchange", () => (route.value = parseRoute(location.hash)));

  sessionNews?.addEventListener("message", () => void open());

  eachFrame((now) => store.refresh(now));

  effect(() => {
    const name = tenant.value?.name ?? null;
    const order = stateNames.value;
    const changes = name !== followed && !signInNeeded.value;
    if (changes) store.reset(name);
    store.setStateOrder(order);
    if (!changes) return;
    followed = name;
    // Whoever watches the first tenant must not find another one there when that one goes.
    if (name !== null && route.peek().tenant === null) go({}, true);
    hub ??= connectToHub(
      (update) => {
        store.take(update);
        askForFrame();
      },
      () => store.lose("The stream of this browser has stopped."),
    );
    hub.follow(name);
  });

  effect(() => {
    if (store.link.value.phase === "signedOut" && !signInNeeded.peek()) needSignIn();
  });
  api.onSessionRefused(() => {
    if (session.peek() !== null && !signInNeeded.peek()) needSignIn();
  });

  // The engine's configuration may be read again at any time: a tenant that is refused may be gone, and one that is
  // asked for in vain may come.
  effect(() => {
    if (store.link.value.phase === "refused") loadTenants().catch(() => undefined);
  });
  effect(() => {
    const nothing = session.value !== null && !signInNeeded.value && tenant.value === null;
    if (!nothing) return undefined;
    const timer = setInterval(() => void loadTenants().catch(() => undefined), missingEveryMs);
    return () => clearInterval(timer);
  });

  // The stream names the condition; the sentence about it comes from the list.
  let condition = "";
  effect(() => {
    const now = store.metrics.value?.condition ?? "";
    if (now === condition) return;
    const first = condition === "";
    condition = now;
    if (!first && now !== "") loadTenants().catch(() => undefined);
  });

  // An engine that comes back may have been upgraded and bring another page with it. Its epoch does not tell: that is
  // the trail's, which outlives it.
  let phase = "";
  effect(() => {
    const now = store.link.value.phase;
    const isBack = now === "live" && phase !== "" && phase !== "live" && phase !== "connecting";
    if (now !== "connecting") phase = now;
    if (isBack) lookForNewPage().catch(() => undefined);
  });

  void open();
}

async function lookForNewPage(): Promise<void> {
  const own = document.querySelector<HTMLScriptElement>("script[type=module]")?.getAttribute("src");
  const response = await fetch("/", { cache: "no-store", credentials: "same-origin" });
  if (!response.ok || !own) return;
  outdated.value = !(await response.text()).includes(own);
  // Nobody stands at a large screen to press the button.
  if (outdated.value && route.value.view.name === "wall") location.reload();
}

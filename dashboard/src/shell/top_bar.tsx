// The line at the top: where one is, whether it is live, and the few switches.
import type { ComponentChildren } from "preact";
import { needsAttention } from "../floor/alert_book.ts";
import { nextTheme, themeChoice } from "../look/theme.ts";
import { count } from "../look/numbers.ts";
import { Icon } from "../parts/icon.tsx";
import { LiveMark } from "../parts/live_mark.tsx";
import {
  clock,
  helpOpen,
  hrefOf,
  loadTenants,
  route,
  session,
  show,
  signOut,
  store,
  switchTenant,
  tenant,
  tenants,
} from "./app_state.ts";
import { second } from "./frames.ts";
import type { View } from "./route.ts";

const themeTitles = { system: "Colours as the system", light: "Light colours", dark: "Dark colours" } as const;
const themeIcons = { system: "system", light: "sun", dark: "moon" } as const;

export function TopBar() {
  const firing = needsAttention(store.alerts.value).length;
  const choice = themeChoice.value;
  return (
    <header class="top-bar">
      <a class="brand" href={hrefOf({ name: "floor" })} aria-label="Floorwalker, to the floor">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <circle cx="10" cy="10" r="4" data-tone="green" />
          <path d="M18 6h8v8h-8z" data-tone="blue" />
          <path d="M10 17.5l4.8 4.8l-4.8 4.8l-4.8-4.8z" data-tone="amber" />
          <path d="M22 18l4.8 8.4h-9.6z" data-tone="rose" />
        </svg>
        <span>Floorwalker</span>
      </a>
      <TenantSwitch />
      <nav class="views" aria-label="Views">
        <ViewLink view={{ name: "floor" }}>Floor</ViewLink>
        <ViewLink view={{ name: "alerts" }}>
          Alerts
          {firing > 0 && (
            <span class="badge">
              {count(firing)}
              <span class="spoken"> firing</span>
            </span>
          )}
        </ViewLink>
        <ViewLink view={{ name: "metrics" }}>Metrics</ViewLink>
      </nav>
      <div class="top-end">
        {tenant.value && <LiveMark />}
        <time class="top-clock">{clock.value.time(store.serverNow(second.value))}</time>
        <button
          class="icon-button wide-only"
          title="Large screen (w)"
          aria-label="Large screen"
          onClick={() => show({ name: "wall" })}
        >
          <Icon name="screen" />
        </button>
        <button
          class="icon-button"
          title={`${themeTitles[choice]} (t)`}
          aria-label={`${themeTitles[choice]}; change`}
          onClick={nextTheme}
        >
          <Icon name={themeIcons[choice]} />
        </button>
        <button
          class="icon-button"
          title="Keys and signs (?)"
          aria-label="Keys and signs"
          onClick={() => (helpOpen.value = true)}
        >
          <Icon name="help" />
        </button>
        {session.value?.required && (
          <button
            class="icon-button"
            title="Sign out"
            aria-label="Sign out"
            onClick={() => signOut().catch(() => undefined)}
          >
            <Icon name="leave" />
          </button>
        )}
      </div>
    </header>
  );
}

function ViewLink({ view, children }: { view: View; children: ComponentChildren }) {
  const here = route.value.view.name;
  const current = here === view.name || (here === "agent" && view.name === "floor");
  return (
    <a href={hrefOf(view)} aria-current={current ? "page" : undefined}>
      {children}
    </a>
  );
}

function TenantSwitch() {
  const all = tenants.value;
  const current = tenant.value?.name ?? "";
  // Who asks for a tenant that is not there may choose, even if there is only one.
  if (all.length === 0) return null;
  if (all.length === 1 && current !== "") return <span class="tenant-name">{current}</span>;
  return (
    <select
      class="field tenant-switch"
      aria-label="Tenant"
      value={current}
      onFocus={() => loadTenants().catch(() => undefined)}
      onChange={(event) => switchTenant(event.currentTarget.value)}
    >
      {current === "" && <option value="">choose…</option>}
      {all.map((one) => (
        <option key={one.name} value={one.name}>
          {one.condition === "running" ? one.name : `${one.name} (${one.condition})`}
        </option>
      ))}
    </select>
  );
}

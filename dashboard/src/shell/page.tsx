// The whole page: signing in, trouble at the start, or the view that the address names.
import { useEffect, useRef } from "preact/hooks";
import { AgentView } from "../views/agent_view.tsx";
import { AlertsView } from "../views/alerts_view.tsx";
import { FloorView } from "../views/floor_view.tsx";
import { MetricsView } from "../views/metrics_view.tsx";
import { SignInView } from "../views/sign_in_view.tsx";
import { WallView } from "../views/wall_view.tsx";
import { HelpDialog } from "../parts/help_dialog.tsx";
import { LostBanner } from "../parts/live_mark.tsx";
import { Announcer } from "./announcer.tsx";
import { TopBar } from "./top_bar.tsx";
import {
  open,
  outdated,
  retryStream,
  route,
  session,
  signInNeeded,
  startProblem,
  store,
  tenant,
  tenantMissing,
  tenants,
} from "./app_state.ts";

export function Page() {
  if (startProblem.value !== "")
    return <Trouble title="The wallboard can't begin" text={startProblem.value} again={() => void open()} />;
  if (session.value === null) return <p class="first-words">Floorwalker is opening…</p>;
  if (signInNeeded.value) return <SignInView />;
  const { view } = route.value;
  const name = view.name;
  // A tenant that is refused is no sight for the large screen: the page says why.
  if (name === "wall" && tenant.value && store.link.value.phase !== "refused")
    return (
      <div class="page page-wall" data-link={store.link.value.phase}>
        <LostBanner />
        <main>
          <WallView />
        </main>
        <HelpDialog />
        <Announcer />
      </div>
    );
  return (
    <div class="page" data-view={name} data-link={store.link.value.phase}>
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <TopBar />
      <LostBanner />
      <OutdatedBanner />
      <Main />
      <HelpDialog />
      <Announcer />
    </div>
  );
}

/** The fragment is the route, so the jump is made by hand. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Main() {
  const main = useRef<HTMLElement>(null);
  const { view } = route.value;
  const place = view.name === "agent" ? `agent ${view.agentId}` : view.name;
  const first = useRef(true);

  // Another view: the keyboard and the reader begin at its top.
  useEffect(() => {
    if (!first.current) {
      const grid = view.name === "floor" ? document.querySelector<HTMLElement>(".agent-grid") : null;
      (grid ?? main.current)?.focus({ preventScroll: true });
      if (!grid) main.current?.scrollTo(0, 0);
    }
    first.current = false;
  }, [place]);

  return (
    <main id="main" tabIndex={-1} ref={main}>
      <Content />
    </main>
  );
}

function Content() {
  const { view } = route.value;
  const link = store.link.value;
  if (tenantMissing.value)
    return (
      <div class="emptiness">
        <h1>No tenant of this name</h1>
        <p>
          {tenants.value.length > 0
            ? "Choose one of yours above."
            : "It may have been taken out of the configuration. If it comes back, it is shown here by itself."}
        </p>
      </div>
    );
  if (tenants.value.length === 0)
    return (
      <div class="emptiness">
        <h1>No tenant yet</h1>
        <p>Floorwalker runs, and no tenant is configured that you may see.</p>
      </div>
    );
  if (link.phase === "refused")
    return <Trouble title="This tenant is not shown to you" text={link.problem} again={retryStream} />;
  if (!store.ready.value && link.attempt > 1)
    return <Trouble title="No connection" text={`${link.problem} The wallboard goes on trying.`} again={retryStream} />;
  switch (view.name) {
    case "agent":
      return <AgentView agentId={view.agentId} />;
    case "alerts":
      return <AlertsView />;
    case "metrics":
      return <MetricsView />;
    default:
      return <FloorView />;
  }
}

function Trouble({ title, text, again }: { title: string; text: string; again: () => void }) {
  return (
    <div class="emptiness" role="alert">
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <button class="field" onClick={again}>
          Try again
        </button>
      </p>
    </div>
  );
}

function OutdatedBanner() {
  if (!outdated.value) return null;
  return (
    <div class="banner" data-level="news" role="region" aria-label="News">
      <strong>A newer wallboard is being served.</strong>
      <button class="field" onClick={() => location.reload()}>
        Load it
      </button>
    </div>
  );
}
